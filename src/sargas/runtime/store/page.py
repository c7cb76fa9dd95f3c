"""Read records of a time page by page, the newest first: by keys, so that nothing is skipped or told twice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import sqlalchemy as sa

from sargas.model.records import Alert, ClosureAdvice, GnssInterference, HumanReport, LostTrack, PublicWarning, Sighting
from sargas.runtime.store import schema

Paged: TypeAlias = Alert | PublicWarning | HumanReport | Sighting | GnssInterference | ClosureAdvice | LostTrack
_TABLES: dict[type[Paged], sa.Table] = {
    Alert: schema.ALERTS,
    PublicWarning: schema.PUBLIC_WARNINGS,
    HumanReport: schema.HUMAN_REPORTS,
    Sighting: schema.SIGHTINGS,
    GnssInterference: schema.GNSS_INTERFERENCE,
    ClosureAdvice: schema.CLOSURES,
    LostTrack: schema.LOST_TRACKS,
}


class Place(NamedTuple):
    """Where a record stands in the order: its newest state (UTC ns), then what it is known by."""

    time_ns: int
    id: str


@dataclass(frozen=True, slots=True)
class RecordPage:
    """Some records with their places; ``last``: where the next page goes on, none: there is nothing older."""

    rows: tuple[tuple[Place, Paged], ...]
    last: Place | None


def read_page(
    connection: sa.Connection, kind: type[Paged], start_ns: int, end_ns: int, before: Place | None, limit: int
) -> RecordPage:
    """Read newest states with start_ns <= time_ns < end_ns (UTC), those after ``before`` in the order."""
    table = _TABLES[kind]
    key = next(iter(table.primary_key))
    query = sa.select(table.c.time_ns, key, table.c.record).where(table.c.time_ns >= start_ns, table.c.time_ns < end_ns)
    if before is not None:
        is_older = table.c.time_ns < before.time_ns
        query = query.where(sa.or_(is_older, sa.and_(table.c.time_ns == before.time_ns, key > before.id)))
    found = connection.execute(query.order_by(table.c.time_ns.desc(), key).limit(limit)).all()
    rows = tuple((Place(time_ns, identity), kind.model_validate_json(text)) for time_ns, identity, text in found)
    return RecordPage(rows, rows[-1][0] if len(rows) == limit else None)
