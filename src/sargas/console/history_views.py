"""Tracks of the past over HTTP: which were there, how one flew, how many of what; rows by label, as everywhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Literal

import pyarrow as pa
from fastapi import APIRouter, Depends, HTTPException, Query, Response

from sargas.console import history_filter as asked
from sargas.console.claims import TrackNumber
from sargas.console.context import Console
from sargas.console.history_export import Format, write_tracks
from sargas.console.history_messages import HistoryCounts, HistoryTracks, TrackSeries
from sargas.console.history_pages import AskedPage
from sargas.console.history_rows import Worst, counts_of, series_of, tracks_of, worst_of
from sargas.console.sessions import HasConsole, LoggedIn
from sargas.model.records import Alert
from sargas.runtime.history.layout import HistoryError
from sargas.runtime.history.questions import (
    TEXT_COLUMNS,
    CountsQuestion,
    PathsQuestion,
    Question,
    SeriesQuestion,
    SortColumn,
    TracksQuestion,
    whole,
)
from sargas.runtime.history.search import Busy, TooLarge, TrackSearch

router = APIRouter(prefix="/api/history")
Sort = Annotated[SortColumn, Query(description="Column to sort by")]
Step = Annotated[Literal["minutes", "hour", "day"], Query(description="Length of a step; minutes: ten of them")]
STEP_S = {"minutes": 600, "hour": 3600, "day": 86_400}
MOST_SAVED = 5_000
MOST_DRAWN = 1_000
"""Tracks of a file, and of one that has their ways too."""


def ask_for_tracks(
    narrowed: asked.Narrowed,
    class_name: asked.OfClass = None,
    track_id: Annotated[int | None, Query(ge=0, le=2**53, description="Only this one")] = None,
    sort: Sort = "last_ns",
    descending: bool = True,
) -> TracksQuestion:
    """Read which tracks of the past are asked for, and in which order."""
    return TracksQuestion(
        start_ns=narrowed.span.start_ns, end_ns=narrowed.span.end_ns, may_see=narrowed.may_see, area=narrowed.area,
        class_index=asked.class_index_of(class_name), track_id=track_id, sort=sort, descending=descending,
    )  # fmt: skip


AskedTracks = Annotated[TracksQuestion, Depends(ask_for_tracks)]


@router.get("/tracks")
def search_tracks(
    console: HasConsole,
    session: LoggedIn,
    question: AskedTracks,
    page: AskedPage,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> HistoryTracks:
    """List the tracks of a time, a page of them: when, where, how high and fast, what it was held for, worst alert."""
    worst = worst_of(_alerts(console, asked.Span(question.start_ns, question.end_ns)))
    place = page.place_of(str if question.sort in TEXT_COLUMNS else float, int)
    question = replace(_with_threats(question, worst), limit=limit, place=place, backwards=page.backwards)
    return tracks_of(_ask(console, question), worst)


@router.get("/tracks.{format}", response_class=Response)
def save_tracks(format: Format, console: HasConsole, session: LoggedIn, question: AskedTracks) -> Response:
    """Save the same as a file: CSV, GeoJSON with the ways flown, or Parquet; who saved what is in the audit."""
    span = asked.Span(question.start_ns, question.end_ns)
    most = MOST_DRAWN if format == "geojson" else MOST_SAVED
    worst = worst_of(_alerts(console, span))
    found = tracks_of(_ask(console, whole(_with_threats(question, worst), most)), worst)
    if found.total > most:
        raise HTTPException(422, f"expected at most {most} tracks for a file, was {found.total}: narrow the question")
    numbers = tuple(row.track_id for row in found.rows)
    paths = None
    if format == "geojson":
        paths = _ask(
            console,
            PathsQuestion(start_ns=span.start_ns, end_ns=span.end_ns, may_see=question.may_see, track_ids=numbers),
        )
    console.accounts.note_deed(
        session.account.name, "history:save", f"tracks.{format}", tracks=str(len(numbers)),
        from_ms=str(span.start_ns // asked.NS_PER_MS), until_ms=str(span.end_ns // asked.NS_PER_MS),
    )  # fmt: skip
    return write_tracks(found, paths, format)


@router.get("/tracks/{track_id}")
def read_series(
    track_id: TrackNumber,
    console: HasConsole,
    session: LoggedIn,
    from_ms: asked.From,
    until_ms: asked.Until,
    points: Annotated[int, Query(ge=10, le=2000, description="About so many, evenly thinned")] = 600,
) -> TrackSeries:
    """Tell how one track flew: place, height, speed, classes, and what its alerts said of the danger; 404 unknown."""
    span = asked.span_of(from_ms, until_ms)
    may_see = asked.labels_of(console, session, None, None)
    rows = _ask(
        console,
        SeriesQuestion(start_ns=span.start_ns, end_ns=span.end_ns, may_see=may_see, track_id=track_id, points=points),
    )
    alerts = [one for one in console.store.about_track(Alert, track_id, span.start_ns) if one.time_ns < span.end_ns]
    if not len(rows) and not alerts:
        raise HTTPException(404, f"expected a track of that time, was {track_id}")
    return series_of(track_id, rows, alerts)


@router.get("/counts")
def count_tracks(
    console: HasConsole, session: LoggedIn, narrowed: asked.Narrowed, step: Step = "hour"
) -> HistoryCounts:
    """Count the tracks of each class in equal steps of time."""
    question = CountsQuestion(
        start_ns=narrowed.span.start_ns, end_ns=narrowed.span.end_ns, step_ns=STEP_S[step] * 1_000_000_000,
        may_see=narrowed.may_see, area=narrowed.area,
    )  # fmt: skip
    return counts_of(_ask(console, question), STEP_S[step])


def _with_threats(question: TracksQuestion, worst: Mapping[int, Worst]) -> TracksQuestion:
    """Tell a question that sorts by them what alerts said of tracks."""
    if question.sort != "threat":
        return question
    return replace(question, threats={track_id: one.threat for track_id, one in worst.items()})


def _search(console: Console) -> TrackSearch:
    if console.settings.search is None:
        raise HTTPException(404, "expected a node that keeps a history, was a recording")
    return console.settings.search


def _ask(console: Console, question: Question) -> pa.Table:
    """Answer a question. Raises HTTPException 404 without a history, 422 too large, 429 busy, 409 damaged."""
    try:
        return _search(console).ask(question)
    except TooLarge as fault:
        raise HTTPException(422, str(fault)) from None
    except Busy as fault:
        raise HTTPException(429, str(fault), {"Retry-After": "5"}) from None
    except HistoryError as fault:
        raise HTTPException(409, str(fault)) from None


def _alerts(console: Console, span: asked.Span) -> list[Alert]:
    """Return the alerts that may be seen and were raised in a time or went on in it."""
    held = console.store.alerts(False, span.start_ns, 10_000)
    return [one for one in held if one.raised_ns < span.end_ns]
