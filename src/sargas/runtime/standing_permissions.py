"""Which flight permissions a picture starts with: those on record, and those of the configuration's file."""

from __future__ import annotations

from collections.abc import Iterable

from sargas.identification.permission_files import is_same
from sargas.model.identity_records import FlightPermission


def choose_standing(
    stored: Iterable[FlightPermission], of_file: Iterable[FlightPermission], now_ns: int
) -> tuple[FlightPermission, ...]:
    """Return, by id, the records with which a picture starts at ``now_ns`` (UTC ns): in force, or revoked just now.

    What a person entered or revoked stands as it does on record, whatever the file says. All else is the file's: new
    and changed permissions of it come in, those that it no longer holds are revoked.
    """
    held = {one.permission_id: one for one in stored}
    listed = {one.permission_id: one for one in of_file}
    chosen = dict[str, FlightPermission]()
    for name in held.keys() | listed.keys():
        old, new = held.get(name), listed.get(name)
        if old is not None and (old.entered_by or (new is not None and is_same(old, new))):
            chosen[name] = old
        elif new is not None:
            chosen[name] = new
        elif old is not None and old.state == "active":
            chosen[name] = old.model_copy(update={"id": f"{old.id}/revoked", "time_ns": now_ns, "state": "revoked"})
    kept = (chosen[name] for name in sorted(chosen))
    return tuple(one for one in kept if one.valid_until_ns > now_ns and _is_news(one, held.get(one.permission_id)))


def _is_news(chosen: FlightPermission, held: FlightPermission | None) -> bool:
    """Say whether a picture that knows nothing yet must be told: of what is in force, and of what is revoked now."""
    return chosen.state == "active" or (held is not None and held.state == "active")
