"""Answers of the history as the console says them: tracks, series of one, counts."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, NamedTuple

import pyarrow as pa

from sargas.console.history_messages import (
    ClassSeries,
    DangerPoint,
    HistoryCount,
    HistoryCounts,
    HistoryTrack,
    HistoryTracks,
    TrackSeries,
)
from sargas.console.history_pages import write_place
from sargas.model.label import Label, most_restrictive
from sargas.model.records import Alert
from sargas.model.tracks import CLASSES
from sargas.runtime.history.questions import NOT_CLASSIFIED
from sargas.runtime.history.row_order import RowPlace

SHOWN_FROM = 0.1
"""A class that never had so much is left out of a series."""
TIERS = ("advisory", "critical")


class Worst(NamedTuple):
    """The worst that alerts said of a track: tier, and the highest chance of danger (none: not estimated)."""

    tier: Literal["advisory", "critical"]
    danger: float | None

    @property
    def threat(self) -> float:
        """What tracks are sorted by: any critical alert over any advisory one, then the danger."""
        return 2.0 * TIERS.index(self.tier) + (self.danger or 0.0)


def tracks_of(table: pa.Table, worst: Mapping[int, Worst]) -> HistoryTracks:
    """Return a page of tracks; each with the worst that alerts said of it."""
    rows = table.to_pylist()
    if not rows:
        return HistoryTracks(total=0, offset=0, rows=(), previous=None, next=None)
    first, last = (RowPlace(row["sort_value"], row["track_id"]) for row in (rows[0], rows[-1]))
    return HistoryTracks(
        total=rows[0]["total"],
        offset=rows[0]["number"] - 1,
        rows=tuple(_track(row, worst.get(row["track_id"])) for row in rows),
        previous=write_place(first) if rows[0]["number"] > 1 else None,
        next=write_place(last) if rows[-1]["number"] < rows[-1]["total"] else None,
    )


def _track(row: dict[str, Any], worst: Worst | None) -> HistoryTrack:
    index = row["class_index"]
    return HistoryTrack(
        **{name: row[name] for name in HistoryTrack.model_fields if name in row},
        class_name=None if index == NOT_CLASSIFIED else CLASSES[index],
        probability=None if index == NOT_CLASSIFIED else _number(row["probabilities"][index]),
        tier=None if worst is None else worst.tier,
        danger=None if worst is None else worst.danger,
        label=label_of(row["labels"]),
    )


def label_of(labels: Iterable[str]) -> Label:
    """Return the strictest of labels, as JSON."""
    return most_restrictive(Label.model_validate_json(text) for text in labels)


def worst_of(alerts: Iterable[Alert]) -> dict[int, Worst]:
    """Return the worst that alerts said of each track that they are about."""
    found: dict[int, Worst] = {}
    for alert in alerts:
        for track_id in alert.track_ids:
            known = found.get(track_id, Worst(alert.tier, None))
            dangers = [one for one in (known.danger, alert.danger) if one is not None]
            found[track_id] = Worst(max(known.tier, alert.tier, key=TIERS.index), max(dangers, default=None))
    return found


def series_of(track_id: int, table: pa.Table, alerts: Sequence[Alert]) -> TrackSeries:
    """Return how one track flew as columns."""
    columns = {name: table.column(name).to_pylist() for name in table.schema.names}
    probabilities = columns.get("probabilities", [])
    labels = set(columns.get("label", []))
    return TrackSeries(
        track_id=track_id,
        time_ms=tuple(ns / 1e6 for ns in columns["time_ns"]),
        latitude_deg=tuple(columns["latitude_deg"]),
        longitude_deg=tuple(columns["longitude_deg"]),
        altitude_m=tuple(map(_number, columns["altitude_m"])),
        speed_mps=tuple(columns["speed_mps"]),
        climb_mps=tuple(map(_number, columns["velocity_up_mps"])),
        existence=tuple(map(_number, columns["existence"])),
        classes=_classes(probabilities),
        danger=tuple(
            DangerPoint(time_ms=one.time_ns / 1e6, danger=one.danger, tier=one.tier, state=one.state) for one in alerts
        ),
        label=label_of(labels) if labels else None,
    )


def _classes(probabilities: Sequence[Sequence[float] | None]) -> tuple[ClassSeries, ...]:
    series = [
        ClassSeries(
            class_name=name,
            probability=tuple(None if row is None else _number(row[at]) for row in probabilities),
        )
        for at, name in enumerate(CLASSES)
    ]
    highest = {one.class_name: max((p for p in one.probability if p is not None), default=0.0) for one in series}
    shown = [one for one in series if highest[one.class_name] >= SHOWN_FROM]
    return tuple(sorted(shown, key=lambda one: -highest[one.class_name]))


def counts_of(table: pa.Table, step_s: int) -> HistoryCounts:
    """Return how many tracks of each class there were in each step."""
    return HistoryCounts(
        step_s=step_s,
        counts=tuple(
            HistoryCount(
                from_ns=row["from_ns"],
                class_name=None if row["class_index"] == NOT_CLASSIFIED else CLASSES[row["class_index"]],
                tracks=row["tracks"],
            )
            for row in table.to_pylist()
        ),
    )


def _number(value: float | None) -> float | None:
    return None if value is None or math.isnan(value) else round(float(value), 4)
