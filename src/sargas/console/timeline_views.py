"""What can be played back, and what happened meanwhile: the marks and gaps of the time bar."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter, Query

from sargas.console.broadcast import TROUBLED
from sargas.console.context import Console
from sargas.console.playback import NS_PER_MS, ns_of_ms
from sargas.console.playback_messages import TimelineGap, TimelineMark, TimelineView
from sargas.console.screen_log.index import ScreenIndex
from sargas.console.sessions import HasConsole, LoggedIn
from sargas.console.shown import ShownHistory
from sargas.model.records import PublicWarning

MARKS_SHOWN, WARNINGS_LOOKED_AT = 2000, 100

router = APIRouter(prefix="/api")


@router.get("/timeline")
def read_timeline(
    console: HasConsole,
    session: LoggedIn,
    from_ms: Annotated[float, Query(ge=0, le=9e12, description="Begin, epoch ms")],
    until_ms: Annotated[float, Query(ge=0, le=9e12, description="End, epoch ms")],
) -> TimelineView:
    """Say what of a time can be shown again, where the record has gaps, and what happened in it."""
    from_ns, until_ns = ns_of_ms(from_ms), ns_of_ms(until_ms)
    marks = [mark for mark in _marks(console.store, from_ns) if from_ms <= mark.time_ms <= until_ms]
    marks.sort(key=lambda mark: (mark.time_ms, mark.kind, mark.text))
    return _recorded(console, from_ns, until_ns).model_copy(update={"marks": tuple(marks[-MARKS_SHOWN:])})


def _recorded(console: Console, from_ns: int, until_ns: int) -> TimelineView:
    if console.screen_log is None:
        return TimelineView()
    with console.timeline_turn:
        console.timeline = console.timeline or ScreenIndex(console.screen_log.folder)
        bounds, found = console.timeline.bounds(), console.timeline.gaps(from_ns, until_ns)
    if bounds is None:
        return TimelineView()
    gaps = tuple(
        TimelineGap(from_ms=gap.from_ns / NS_PER_MS, until_ms=gap.until_ns / NS_PER_MS, fault=gap.fault)
        for gap in found
    )
    return TimelineView(first_ms=bounds[0] / NS_PER_MS, last_ms=bounds[1] / NS_PER_MS, gaps=gaps)


def _marks(store: ShownHistory, from_ns: int) -> Iterator[TimelineMark]:
    for alert in store.alerts(False, from_ns, MARKS_SHOWN):
        if alert.was_shown:
            track_id = alert.track_ids[0] if alert.track_ids else None
            time_ms, text = alert.raised_ns / NS_PER_MS, alert.zone_name
            yield TimelineMark(time_ms=time_ms, kind="alert", level=alert.tier, text=text, track_id=track_id)
    for warning in store.newest(PublicWarning, limit=WARNINGS_LOOKED_AT, since_ns=from_ns):
        if warning.message == "alert":
            time_ms, text = warning.drafted_ns / NS_PER_MS, ", ".join(area.name for area in warning.areas)
            track_id = warning.track_ids[0] if warning.track_ids else None
            yield TimelineMark(time_ms=time_ms, kind="warning", level=warning.level, text=text, track_id=track_id)
    for health in store.source_health_changes(None, from_ns, MARKS_SHOWN):
        if health.state in TROUBLED:
            yield TimelineMark(
                time_ms=health.time_ns / NS_PER_MS, kind="source", level=health.state, text=health.source
            )
