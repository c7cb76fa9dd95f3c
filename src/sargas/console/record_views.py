"""Alerts, warnings, reports and the like of the past over HTTP: a page of them, in order of any column."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Annotated, Any, TypeAlias

from fastapi import APIRouter, HTTPException, Query

from sargas.assessment.lost.saying import say, say_fates
from sargas.console import history_filter as asked
from sargas.console.context import Console
from sargas.console.history_messages import HistoryKind, HistoryRecord, HistoryRecords
from sargas.console.history_pages import AskedPage, cut, write_place
from sargas.console.record_order import WHOLE_NUMBERS, RecordSort, value_of
from sargas.console.sessions import HasConsole, LoggedIn
from sargas.model.records import (
    Alert,
    ClosureAdvice,
    GnssInterference,
    HumanReport,
    LostTrack,
    PublicWarning,
    Sighting,
    Zone,
)
from sargas.model.saying import Said, joined, quoted
from sargas.runtime.history.area import Area
from sargas.runtime.history.row_order import RowPlace, in_order, is_after
from sargas.runtime.store.page import NEWEST_FIRST, Paged, Place, Walk

router = APIRouter(prefix="/api/history")
KINDS: dict[HistoryKind, type[Paged]] = {
    "alert": Alert,
    "warning": PublicWarning,
    "report": HumanReport,
    "sighting": Sighting,
    "interference": GnssInterference,
    "closure": ClosureAdvice,
    "lost": LostTrack,
}
READ_AT_ONCE, MOST_READ = 500, 20_000
Placed: TypeAlias = tuple[RowPlace, HistoryRecord]


@router.get("/records")
def search_records(
    console: HasConsole,
    session: LoggedIn,
    narrowed: asked.Narrowed,
    page: AskedPage,
    kind: Annotated[HistoryKind, Query(description="Kind of record")] = "alert",
    state: Annotated[str | None, Query(max_length=40, description="Only in this state")] = None,
    level: Annotated[str | None, Query(max_length=40, description="Only of this tier, level or cause")] = None,
    sort: Annotated[RecordSort, Query(description="Column to sort by; changed: time of the newest state")] = "changed",
    descending: bool = True,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> HistoryRecords:
    """List records whose newest state is of a time, a page in order of a column; 422 when too many must be read."""
    place = page.place_of(float if sort in WHOLE_NUMBERS else str, str)
    wanted = _Wanted(console, narrowed, kind, state, level)
    if sort == "changed":
        rows = wanted.by_time(place, Walk(descending, page.backwards), limit + 1)
    else:
        rows = wanted.by_column(sort, place, Walk(descending, page.backwards), limit + 1)
    shown, has_previous, has_next = cut(rows, limit, page)
    return HistoryRecords(
        rows=tuple(told for _, told in shown),
        previous=write_place(shown[0][0]) if shown and has_previous else None,
        next=write_place(shown[-1][0]) if shown and has_next else None,
    )


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Records that are asked for and may be seen, with their places in an order."""

    console: Console
    narrowed: asked.Narrowing
    kind: HistoryKind
    state: str | None
    level: str | None

    def by_time(self, place: RowPlace | None, walk: Walk, most: int) -> list[Placed]:
        """Return some in order of time, walked from a place on: no more is read than it takes to find them."""
        begin = None if place is None else Place(int(place.value or 0), str(place.id))
        return list(islice(self._fitting(begin, walk), most))

    def by_column(self, sort: RecordSort, place: RowPlace | None, walk: Walk, most: int) -> list[Placed]:
        """Return some in order of a column, walked from a place on: all are read, then sorted."""
        told = {RowPlace(value_of(one, sort), key.id): one for key, one in self._fitting(None, NEWEST_FIRST)}
        order = in_order(told, walk.descending)
        if place is not None and walk.backwards:
            order = [row for row in order if row != place and not is_after(row, place, walk.descending)]
        elif place is not None:
            order = [row for row in order if is_after(row, place, walk.descending)]
        return [(row, told[row]) for row in (reversed(order) if walk.backwards else order)][:most]

    def _fitting(self, place: Place | None, walk: Walk) -> Iterator[Placed]:
        zones, narrowed = _zones(self.console), self.narrowed
        for key, record in self._read(place, walk):
            told = _tell(self.kind, record, zones)
            fits = self.state in (None, told.state) and self.level in (None, told.level)
            is_inside = narrowed.area is None or _is_in(record, told, narrowed.area, narrowed.zone_id)
            if fits and is_inside and narrowed.may_see(record.label):
                yield RowPlace(*key), told

    def _read(self, place: Place | None, walk: Walk) -> Iterator[tuple[Place, Paged]]:
        """Read what may be seen, on a walk through time. Raises HTTPException 422 after so many."""
        span = self.narrowed.span
        for _ in range(MOST_READ // READ_AT_ONCE):
            found = self.console.store.page(KINDS[self.kind], span.start_ns, span.end_ns, place, READ_AT_ONCE, walk)
            yield from found.rows
            if found.last is None:
                return
            place = found.last
        raise HTTPException(422, f"expected a page within {MOST_READ} records, was more to read: a shorter time")


def _zones(console: Console) -> dict[str, Zone]:
    configuration = console.picture.configuration()
    return {} if configuration is None else {zone.id: zone for zone in configuration.zones}


def _is_in(record: Paged, told: HistoryRecord, area: Area, zone: str | None) -> bool:
    if zone is not None and isinstance(record, Alert | ClosureAdvice):
        return record.zone_id == zone
    if told.longitude_deg is None or told.latitude_deg is None:
        return False
    return area.contains(told.longitude_deg, told.latitude_deg)


def _tell(kind: HistoryKind, record: Any, zones: dict[str, Zone]) -> HistoryRecord:
    identity, began_ns, level, text, middle = _words(record, zones)
    return HistoryRecord(
        what=kind,
        record_id=identity,
        time_ns=record.time_ns,
        began_ns=began_ns,
        state=record.state,
        level=level,
        text=text.en,
        text_lt=text.lt,
        track_ids=(record.track_id,) if isinstance(record, LostTrack) else getattr(record, "track_ids", ()),
        longitude_deg=None if middle is None else middle[0],
        latitude_deg=None if middle is None else middle[1],
        label=record.label,
    )


def _words(record: Paged, zones: dict[str, Zone]) -> tuple[str, int, str, Said, tuple[float, float] | None]:
    """Return identity, beginning (UTC ns), level, words and place (lon, lat) of a record."""
    match record:
        case Alert():
            middle = _middle_of(zones, record.zone_id)
            return record.alert_id, record.raised_ns, record.tier, quoted(record.zone_name), middle
        case PublicWarning():
            names = ", ".join(area.name for area in record.areas[:5])
            corners = [corner for area in record.areas for corner in area.polygon]
            return record.message_id, record.drafted_ns, record.level, quoted(names), _middle(corners)
        case HumanReport():
            began_ns = record.time_ns if record.observed_ns is None else record.observed_ns
            place = (record.longitude_deg, record.latitude_deg)
            return record.report_id, began_ns, record.seen, quoted(record.words), place
        case Sighting():
            found = None
            if record.longitude_deg is not None and record.latitude_deg is not None:
                found = (record.longitude_deg, record.latitude_deg)
            text = Said("; ".join(record.reasons[:2]), "; ".join(record.reasons_lt[:2]))
            return record.sighting_id, record.observed_ns, record.seen, text, found
        case GnssInterference():
            what = record.icao_address or record.cell or ""
            in_lithuanian = f"{what} {record.reason_lt}".strip() if record.reason_lt else ""
            text = Said(f"{what} {record.reason}".strip(), in_lithuanian)
            return record.event_id, record.start_ns, record.cause, text, _middle(record.polygon)
        case ClosureAdvice():
            middle = _middle_of(zones, record.zone_id)
            return record.advice_id, record.from_ns, record.state, quoted(record.zone_name), middle
        case LostTrack():
            likeliest = record.hypotheses[0].name if record.hypotheses else ""
            return record.lost_id, record.last_seen_ns, likeliest, _of_lost(record), record.most_probable


def _of_lost(record: LostTrack) -> Said:
    """Say how a case ended, and what may have become of the track."""
    fates = joined(say_fates(record.hypotheses), Said(", ", ", "))
    return joined((say(record.end), fates), Said("; ", "; ")) if record.end else fates


def _middle_of(zones: dict[str, Zone], zone_id: str) -> tuple[float, float] | None:
    zone = zones.get(zone_id)
    return None if zone is None else zone.centre or _middle(zone.polygon)


def _middle(corners: Sequence[tuple[float, float]]) -> tuple[float, float] | None:
    if not corners:
        return None
    return sum(x for x, _ in corners) / len(corners), sum(y for _, y in corners) / len(corners)
