"""Read records of a time page by page, in order of time: by keys, so that nothing is skipped or told twice."""

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


class Walk(NamedTuple):
    """The way an order is walked: by time up or down, ids always up; from its beginning, or backwards from a place."""

    descending: bool = True
    backwards: bool = False

    @property
    def time_rises(self) -> bool:
        """Whether each record read is no older than the one before it."""
        return self.descending == self.backwards


NEWEST_FIRST = Walk()


@dataclass(frozen=True, slots=True)
class RecordPage:
    """Some records with their places; ``last``: where the next page goes on, none: there is nothing beyond."""

    rows: tuple[tuple[Place, Paged], ...]
    last: Place | None


def read_page(
    connection: sa.Connection,
    kind: type[Paged],
    start_ns: int,
    end_ns: int,
    place: Place | None,
    limit: int,
    walk: Walk,
) -> RecordPage:
    """Read newest states with start_ns <= time_ns < end_ns (UTC), those beyond a place on a walk."""
    table = _TABLES[kind]
    key = next(iter(table.primary_key))
    time, rises = table.c.time_ns, walk.time_rises
    query = sa.select(time, key, table.c.record).where(time >= start_ns, time < end_ns)
    if place is not None:
        is_beyond = time > place.time_ns if rises else time < place.time_ns
        has_next_key = key < place.id if walk.backwards else key > place.id
        query = query.where(sa.or_(is_beyond, sa.and_(time == place.time_ns, has_next_key)))
    query = query.order_by(time if rises else time.desc(), key.desc() if walk.backwards else key)
    found = connection.execute(query.limit(limit)).all()
    rows = tuple((Place(time_ns, identity), kind.model_validate_json(text)) for time_ns, identity, text in found)
    return RecordPage(rows, rows[-1][0] if len(rows) == limit else None)
