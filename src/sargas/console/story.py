"""What became of a track: one line each for who saw it, what it was held for, alerts, warnings, words and decisions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Annotated, TypeVar

import numpy as np
import pyarrow as pa
from fastapi import APIRouter, HTTPException, Query

from sargas.console.claims import TrackNumber
from sargas.console.context import Console
from sargas.console.report_draft import Language, draft_report
from sargas.console.sessions import HasConsole, LoggedIn
from sargas.console.story_lost import lines_of_lost
from sargas.console.story_messages import SensorSpanView, StoryLine, StoryView, TrackReport
from sargas.console.track_life import COLUMNS, changes_of_life, sensor_spans
from sargas.identification.claim_weight import QUESTIONS, answer
from sargas.model.columns import NS_PER_S
from sargas.model.label import Label
from sargas.model.records import Alert, Claim, Decision, LostTrack, PublicWarning, TrackEvent
from sargas.model.tracks import Tracks

router = APIRouter(prefix="/api")
MOST_LINES = 500
REPORTED_H = 6.0
Told = TypeVar("Told", Alert, PublicWarning)


@router.get("/tracks/{track_id}/story")
def read_story(
    track_id: TrackNumber,
    console: HasConsole,
    session: LoggedIn,
    hours: Annotated[float, Query(gt=0, le=48, description="How far back from the picture's time")] = 6.0,
) -> StoryView:
    """Tell a track's story, the first first: who saw it when, how class and status changed, what was said and done."""
    return _tell(console, track_id, hours)


@router.get("/tracks/{track_id}/report-draft")
def draft_track_report(
    track_id: TrackNumber,
    console: HasConsole,
    session: LoggedIn,
    language: Annotated[Language, Query(description="en or lt")] = "en",
) -> TrackReport:
    """Draft a report of a live track from its story, for a person to read, change and sign; nothing is stored."""
    shown = console.picture.snapshot()
    label = console.picture.label_of(track_id)
    if label is None:
        raise HTTPException(404, f"expected a live track, was {track_id}: it may have been dropped")
    now_ns = shown.valid_time_ns if console.settings.replay else console.settings.now_ns()
    claims = console.picture.claims(track_id)
    text = draft_report(
        _tell(console, track_id, REPORTED_H),
        [answer(about, claims, now_ns) for about in QUESTIONS],
        language=language,
        place=_place(shown.tracks, track_id),
        label=_say_label(label),
        node=console.settings.node,
        by=session.account.name,
        now_ns=now_ns,
        is_exercise=shown.configuration is not None and shown.configuration.exercise,
    )
    return TrackReport(track_id=track_id, language=language, text=text)


def _place(tracks: Tracks, track_id: int) -> str:
    rows = np.flatnonzero(tracks.track_id == track_id)
    if not len(rows):
        return ""
    latitude, longitude, altitude = (
        float(column[rows[0]]) for column in (tracks.latitude_deg, tracks.longitude_deg, tracks.altitude_m)
    )
    height = f", {altitude:.0f} m" if np.isfinite(altitude) else ""
    return f"{latitude:.4f}, {longitude:.4f}{height}"


def _say_label(label: Label) -> str:
    nations = f"REL TO {', '.join(label.releasable_to)}" if label.releasable_to else "NOT RELEASABLE"
    return " // ".join([label.classification.name, nations, *label.caveats])


def _tell(console: Console, track_id: int, hours: float) -> StoryView:
    """Tell what the history and the store hold of a track. Raises HTTPException 404 of one that nobody knows."""
    end_ns = console.picture.snapshot().valid_time_ns + NS_PER_S
    begin_ns = max(0, end_ns - round(hours * 3600 * NS_PER_S))
    rows = _rows(console, track_id, begin_ns, end_ns)
    lines = [*_lines_of_life(rows), *_lines_of_records(console, track_id, begin_ns)]
    if not lines and console.picture.label_of(track_id) is None:
        raise HTTPException(404, f"expected a track of the last {hours:g} h, was {track_id}")
    lines.sort(key=lambda line: line.time_ns)
    spans = sensor_spans(rows) if rows is not None else []
    return StoryView(
        track_id=track_id,
        lines=tuple(lines[-MOST_LINES:]),  # what is newest matters now; who saw it first stands in the sensors
        left_out=max(0, len(lines) - MOST_LINES),
        sensors=tuple(SensorSpanView(**span._asdict()) for span in spans),
    )


def _rows(console: Console, track_id: int, begin_ns: int, end_ns: int) -> pa.Table | None:
    """Read the track's kept states; none where no history is kept (a recording)."""
    if console.settings.history is None:
        return None
    return console.settings.history.tracks_between(begin_ns, end_ns, track_id=track_id, columns=COLUMNS)


def _lines_of_life(rows: pa.Table | None) -> Iterator[StoryLine]:
    if rows is None:
        return
    for change in changes_of_life(rows):
        yield StoryLine(
            time_ns=change.time_ns,
            what=change.what,
            state=change.value,
            who=change.value if change.what == "sensor" else "",
            probability=change.probability,
        )


def _lines_of_records(console: Console, track_id: int, begin_ns: int) -> Iterator[StoryLine]:
    store = console.store
    alerts = store.about_track(Alert, track_id, begin_ns)
    warnings = store.about_track(PublicWarning, track_id, begin_ns)
    yield from _lines_of_alerts(alerts)
    for warning in _changed(warnings, lambda one: (one.message_id, one.state)):
        yield StoryLine(
            time_ns=warning.time_ns, what="warning", state=warning.state, who=warning.decided_by or "",
            subject=warning.message_id, reasons=warning.reasons[:3], reasons_lt=warning.reasons_lt[:3],
        )  # fmt: skip
    for claim in store.about_track(Claim, track_id, begin_ns):
        yield StoryLine(
            time_ns=claim.time_ns, what="claim", state=claim.state, who=claim.source, subject=claim.about,
            value=claim.value, probability=claim.probability, reasons=claim.evidence[:3],
            reasons_lt=claim.evidence_lt[:3],
        )  # fmt: skip
    for event in store.about_track(TrackEvent, track_id, begin_ns):
        others = ", ".join(str(one) for one in event.track_ids if one != track_id)
        yield StoryLine(
            time_ns=event.time_ns, what="event", state=event.event, subject=others,
            reasons=(event.reason,) if event.reason else (), reasons_lt=(event.reason_lt,) if event.reason_lt else (),
        )  # fmt: skip
    yield from lines_of_lost(store.about_track(LostTrack, track_id, begin_ns), track_id)
    subjects = {alert.alert_id for alert in alerts} | {warning.message_id for warning in warnings}
    yield from _lines_of_decisions(decision for subject in sorted(subjects) for decision in store.decisions(subject))


def _changed(records: Iterable[Told], key: Callable[[Told], tuple[str, ...]]) -> Iterator[Told]:
    """Yield the records whose key, which begins with an identity, is not that of the last one of the same identity."""
    last: dict[str, tuple[str, ...]] = {}
    for record in records:
        now = key(record)
        if last.get(now[0]) != now:
            last[now[0]] = now
            yield record


def _lines_of_alerts(alerts: Iterable[Alert]) -> Iterator[StoryLine]:
    """Tell an alert when its state or tier changes; in between only numbers move."""
    for alert in _changed(alerts, lambda one: (one.alert_id, one.state, one.tier)):
        yield StoryLine(
            time_ns=alert.time_ns, what="alert", state=alert.state, subject=alert.zone_name, value=alert.tier,
            who=alert.acknowledged_by or "", probability=alert.probability, reasons=alert.reasons[:3],
            reasons_lt=alert.reasons_lt[:3],
        )  # fmt: skip


def _lines_of_decisions(decisions: Iterable[Decision]) -> Iterator[StoryLine]:
    for decision in decisions:
        yield StoryLine(
            time_ns=decision.time_ns, what="decision", state=decision.action, who=decision.actor,
            subject=decision.subject, reasons=(decision.reason,) if decision.reason else (),
        )  # fmt: skip
