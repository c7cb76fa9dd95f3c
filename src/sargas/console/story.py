"""What became of a track: one line each for who saw it, what it was held for, alerts, warnings, words and decisions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Annotated, NamedTuple, TypeVar

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
from sargas.model.label import Label, most_restrictive
from sargas.model.plots import LABEL_KEY
from sargas.model.records import Alert, Claim, Decision, LostTrack, PublicWarning, TrackEvent
from sargas.model.tracks import Tracks
from sargas.runtime.history.layout import LABEL_COLUMN

router = APIRouter(prefix="/api")
MOST_LINES = 500
REPORTED_H = 6.0
Told = TypeVar("Told", Alert, PublicWarning)


class _Kept(NamedTuple):
    """What history and store hold of a track."""

    rows: pa.Table | None
    """Its states; none where no history is kept (a recording)."""
    alerts: tuple[Alert, ...]
    warnings: tuple[PublicWarning, ...]
    claims: tuple[Claim, ...]
    events: tuple[TrackEvent, ...]
    lost: tuple[LostTrack, ...]
    decisions: tuple[Decision, ...]

    def labels(self) -> set[Label]:
        """Return the labels of all of it."""
        records = (*self.alerts, *self.warnings, *self.claims, *self.events, *self.lost, *self.decisions)
        return {record.label for record in records} | _labels_of(self.rows)


@router.get("/tracks/{track_id}/story")
def read_story(
    track_id: TrackNumber,
    console: HasConsole,
    session: LoggedIn,
    hours: Annotated[float, Query(gt=0, le=48, description="How far back from the picture's time")] = 6.0,
) -> StoryView:
    """Tell a track's story, the first first: who saw it when, how class and status changed, what was said and done."""
    return _tell(track_id, _read(console, track_id, hours))


@router.get("/tracks/{track_id}/report-draft")
def draft_track_report(
    track_id: TrackNumber,
    console: HasConsole,
    session: LoggedIn,
    language: Annotated[Language, Query(description="en or lt")] = "en",
) -> TrackReport:
    """Draft a report of a track, also of one that is gone, for a person to read, change and sign; nothing is stored."""
    kept = _read(console, track_id, REPORTED_H)
    shown = console.picture.snapshot()
    now_ns = shown.valid_time_ns if console.settings.replay else console.settings.now_ns()
    live = console.picture.label_of(track_id)
    claims, spoken_ns = console.picture.claims(track_id), now_ns
    if live is None:  # what was held of it when it was last heard of
        claims = tuple({one.claim_id: one for one in kept.claims}.values())
        spoken_ns = max((one.time_ns for one in claims), default=now_ns)
    text = draft_report(
        _tell(track_id, kept),
        [answer(about, claims, spoken_ns) for about in QUESTIONS],
        language=language,
        place=_place_of(kept.rows) if live is None else _place_now(shown.tracks, track_id),
        label=_say_label(most_restrictive(kept.labels() | ({live} if live is not None else set()))),
        node=console.settings.node,
        by=session.account.name,
        now_ns=now_ns,
        is_exercise=shown.configuration is not None and shown.configuration.exercise,
    )
    return TrackReport(track_id=track_id, language=language, text=text)


def _place_now(tracks: Tracks, track_id: int) -> str:
    rows = np.flatnonzero(tracks.track_id == track_id)
    if not len(rows):
        return ""
    return _say_place(
        *(float(column[rows[0]]) for column in (tracks.latitude_deg, tracks.longitude_deg, tracks.known_altitude_m))
    )


def _place_of(rows: pa.Table | None) -> str:
    """Say where kept states end."""
    if rows is None or not len(rows):
        return ""
    latitude, longitude, altitude = (rows[name][-1].as_py() for name in ("latitude_deg", "longitude_deg", "altitude_m"))
    return _say_place(latitude, longitude, float("nan") if altitude is None else altitude)


def _say_place(latitude: float, longitude: float, altitude: float) -> str:
    height = f", {altitude:.0f} m" if np.isfinite(altitude) else ""
    return f"{latitude:.4f}, {longitude:.4f}{height}"


def _say_label(label: Label) -> str:
    nations = f"REL TO {', '.join(label.releasable_to)}" if label.releasable_to else "NOT RELEASABLE"
    return " // ".join([label.classification.name, nations, *label.caveats])


def _read(console: Console, track_id: int, hours: float) -> _Kept:
    """Read what is kept of a track. Raises HTTPException 404 of one that nobody knows."""
    end_ns = console.picture.snapshot().valid_time_ns + NS_PER_S
    begin_ns = max(0, end_ns - round(hours * 3600 * NS_PER_S))
    store = console.store
    alerts = tuple(store.about_track(Alert, track_id, begin_ns))
    warnings = tuple(store.about_track(PublicWarning, track_id, begin_ns))
    subjects = {alert.alert_id for alert in alerts} | {warning.message_id for warning in warnings}
    kept = _Kept(
        rows=_rows(console, track_id, begin_ns, end_ns),
        alerts=alerts,
        warnings=warnings,
        claims=tuple(store.about_track(Claim, track_id, begin_ns)),
        events=tuple(store.about_track(TrackEvent, track_id, begin_ns)),
        lost=tuple(store.about_track(LostTrack, track_id, begin_ns)),
        decisions=tuple(decision for subject in sorted(subjects) for decision in store.decisions(subject)),
    )
    if not any(part is not None and len(part) for part in kept) and console.picture.label_of(track_id) is None:
        raise HTTPException(404, f"expected a track of the last {hours:g} h, was {track_id}")
    return kept


def _tell(track_id: int, kept: _Kept) -> StoryView:
    lines = [*_lines_of_life(kept.rows), *_lines_of_records(kept, track_id)]
    lines.sort(key=lambda line: line.time_ns)
    spans = sensor_spans(kept.rows) if kept.rows is not None else []
    return StoryView(
        track_id=track_id,
        lines=tuple(lines[-MOST_LINES:]),  # what is newest matters now; who saw it first stands in the sensors
        left_out=max(0, len(lines) - MOST_LINES),
        sensors=tuple(SensorSpanView(**span._asdict()) for span in spans),
    )


def _rows(console: Console, track_id: int, begin_ns: int, end_ns: int) -> pa.Table | None:
    if console.settings.history is None:
        return None
    columns = (*COLUMNS, "latitude_deg", "longitude_deg")
    return console.settings.history.tracks_between(begin_ns, end_ns, track_id=track_id, columns=columns)


def _labels_of(rows: pa.Table | None) -> set[Label]:
    """Return the labels of kept states: each row's own where they differ, else that of all."""
    if rows is None or not len(rows):
        return set()
    if LABEL_COLUMN in rows.column_names:
        texts = rows.column(LABEL_COLUMN).unique().to_pylist()
    else:
        texts = [rows.schema.metadata[LABEL_KEY]]
    return {Label.model_validate_json(text) for text in texts}


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


def _lines_of_records(kept: _Kept, track_id: int) -> Iterator[StoryLine]:
    yield from _lines_of_alerts(kept.alerts)
    for warning in _changed(kept.warnings, lambda one: (one.message_id, one.state)):
        yield StoryLine(
            time_ns=warning.time_ns, what="warning", state=warning.state, who=warning.decided_by or "",
            subject=warning.message_id, reasons=warning.reasons[:3], reasons_lt=warning.reasons_lt[:3],
        )  # fmt: skip
    for claim in kept.claims:
        yield StoryLine(
            time_ns=claim.time_ns, what="claim", state=claim.state, who=claim.source, subject=claim.about,
            value=claim.value, probability=claim.probability, reasons=claim.evidence[:3],
            reasons_lt=claim.evidence_lt[:3],
        )  # fmt: skip
    for event in kept.events:
        others = ", ".join(str(one) for one in event.track_ids if one != track_id)
        yield StoryLine(
            time_ns=event.time_ns, what="event", state=event.event, subject=others,
            reasons=(event.reason,) if event.reason else (), reasons_lt=(event.reason_lt,) if event.reason_lt else (),
        )  # fmt: skip
    yield from lines_of_lost(kept.lost, track_id)
    yield from _lines_of_decisions(kept.decisions)


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
