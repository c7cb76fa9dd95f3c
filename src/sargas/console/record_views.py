"""Alerts, warnings, reports and the like of the past over HTTP: a page of them, the newest first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query

from sargas.console import history_filter as asked
from sargas.console.context import Console
from sargas.console.history_messages import HistoryKind, HistoryRecord, HistoryRecords
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
from sargas.runtime.history.area import Area
from sargas.runtime.store.page import Paged, Place

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
Before = Annotated[str | None, Query(max_length=300, pattern=r"^[0-9]{1,19}/.+$", description="`older` of a page")]


@router.get("/records")
def search_records(
    console: HasConsole,
    session: LoggedIn,
    narrowed: asked.Narrowed,
    kind: Annotated[HistoryKind, Query(description="Kind of record")] = "alert",
    state: Annotated[str | None, Query(max_length=40, description="Only in this state")] = None,
    level: Annotated[str | None, Query(max_length=40, description="Only of this tier, level or cause")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    before: Before = None,
) -> HistoryRecords:
    """List records whose newest state is of a time, the newest first; 422 when too many must be read to find a page."""
    span, area, zones = narrowed.span, narrowed.area, _zones(console)
    rows: list[HistoryRecord] = []
    place = None
    for key, record in _records(console, KINDS[kind], span, _place_of(before)):
        told = _tell(kind, record, zones)
        fits = state in (None, told.state) and level in (None, told.level) and narrowed.may_see(record.label)
        if not fits or (area is not None and not _is_in(record, told, area, narrowed.zone_id)):
            continue
        if len(rows) == limit:
            return HistoryRecords(rows=tuple(rows), older=place)
        rows.append(told)
        place = f"{key.time_ns}/{key.id}"
    return HistoryRecords(rows=tuple(rows), older=None)


def _place_of(before: str | None) -> Place | None:
    if before is None:
        return None
    time_ns, _, identity = before.partition("/")
    return Place(int(time_ns), identity)


def _records(
    console: Console, kind: type[Paged], span: asked.Span, before: Place | None
) -> Iterator[tuple[Place, Paged]]:
    """Read what may be seen, the newest first. Raises HTTPException 422 after so many."""
    for _ in range(MOST_READ // READ_AT_ONCE):
        found = console.store.page(kind, span.start_ns, span.end_ns, before, READ_AT_ONCE)
        yield from found.rows
        if found.last is None:
            return
        before = found.last
    raise HTTPException(422, f"expected a page within {MOST_READ} records, was more to read: a shorter time")


def _zones(console: Console) -> dict[str, Zone]:
    configuration = console.picture.snapshot().configuration
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
        text=text,
        track_ids=(record.track_id,) if isinstance(record, LostTrack) else getattr(record, "track_ids", ()),
        longitude_deg=None if middle is None else middle[0],
        latitude_deg=None if middle is None else middle[1],
        label=record.label,
    )


def _words(record: Paged, zones: dict[str, Zone]) -> tuple[str, int, str, str, tuple[float, float] | None]:
    """Return identity, beginning (UTC ns), level, words and place (lon, lat) of a record."""
    match record:
        case Alert():
            return record.alert_id, record.raised_ns, record.tier, record.zone_name, _middle_of(zones, record.zone_id)
        case PublicWarning():
            names = ", ".join(area.name for area in record.areas[:5])
            corners = [corner for area in record.areas for corner in area.polygon]
            return record.message_id, record.drafted_ns, record.level, names, _middle(corners)
        case HumanReport():
            began_ns = record.time_ns if record.observed_ns is None else record.observed_ns
            place = (record.longitude_deg, record.latitude_deg)
            return record.report_id, began_ns, record.seen, record.words, place
        case Sighting():
            found = None
            if record.longitude_deg is not None and record.latitude_deg is not None:
                found = (record.longitude_deg, record.latitude_deg)
            return record.sighting_id, record.observed_ns, record.seen, "; ".join(record.reasons[:2]), found
        case GnssInterference():
            what = record.icao_address or record.cell or ""
            words = f"{what} {record.reason}".strip()
            return record.event_id, record.start_ns, record.cause, words, _middle(record.polygon)
        case ClosureAdvice():
            middle = _middle_of(zones, record.zone_id)
            return record.advice_id, record.from_ns, record.state, record.zone_name, middle
        case LostTrack():
            likeliest = record.hypotheses[0].name if record.hypotheses else ""
            words = ", ".join(f"{one.name.replace('_', ' ')} {one.probability:.0%}" for one in record.hypotheses)
            ended = record.end.replace("_", " ")
            return (
                record.lost_id,
                record.last_seen_ns,
                likeliest,
                f"{ended}; {words}" if ended else words,
                record.most_probable,
            )


def _middle_of(zones: dict[str, Zone], zone_id: str) -> tuple[float, float] | None:
    zone = zones.get(zone_id)
    return None if zone is None else zone.centre or _middle(zone.polygon)


def _middle(corners: Sequence[tuple[float, float]]) -> tuple[float, float] | None:
    if not corners:
        return None
    return sum(x for x, _ in corners) / len(corners), sum(y for _, y in corners) / len(corners)
