"""What an account may not see it may not replace either: an id that such a thing has is taken."""

from __future__ import annotations

from fastapi import HTTPException

from sargas.console.shown import ShownPicture
from sargas.console.sight import Sight
from sargas.model.records import EnteredRecord, FlightPermission, Unit, WindTable


def refuse_unseen(picture: ShownPicture, sight: Sight, *records: EnteredRecord) -> None:
    """Refuse records that would replace what is kept from who enters them. ``picture``: the whole of it.

    Raises HTTPException 409: that the id is taken must be told, nothing else of it is.
    """
    held = picture.snapshot()
    hidden = {
        *((Unit, one.unit_id) for one in held.units if not sight.may_see(one.label)),
        *((FlightPermission, one.permission_id) for one in held.permissions if not sight.may_see(one.label)),
        *((WindTable, one.table_id) for one in held.winds if not sight.may_see(one.label)),
    }
    for record in records:
        name = _name_of(record)
        if (type(record), name) in hidden:
            raise HTTPException(409, f"expected an id that is free, was {name!r}: choose another")


def _name_of(record: EnteredRecord) -> str:
    if isinstance(record, Unit):
        return record.unit_id
    if isinstance(record, FlightPermission):
        return record.permission_id
    return record.table_id if isinstance(record, WindTable) else ""
