"""The life of a track from its kept columns: who saw it first and when, what it was held for, and what changed.

Pure: rows in, changes out. A class counts as held from a probability of a half on, and a change once it stands for
``SETTLED_ROWS`` rows; so a class that flickers for a moment makes no line.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from sargas.model.columns import Int64
from sargas.model.tracks import CLASSES

COLUMNS = ("time_ns", "status", "class_probabilities", "contributing_sensors", "altitude_m")
"""What the history is asked for."""
HELD_FROM = 0.5
SETTLED_ROWS = 3
UNKNOWN = "unknown"


class LifeChange(NamedTuple):
    """One change: UTC ns, what changed (sensor, class, status), to what, and how sure (of a class)."""

    time_ns: int
    what: str
    value: str
    probability: float | None = None


class SensorSpan(NamedTuple):
    """How long a sensor contributed: first and last time (UTC ns), and in how many states of the track."""

    sensor: str
    first_ns: int
    last_ns: int
    states: int


def changes_of_life(rows: pa.Table) -> list[LifeChange]:
    """Return the changes in a track's life, in order of time; rows are of one track, sorted by time."""
    time_ns = rows["time_ns"].to_numpy()
    found = [LifeChange(span.first_ns, "sensor", span.sensor) for span in sensor_spans(rows)]
    found += _class_changes(time_ns, rows["class_probabilities"].to_pylist())
    statuses = rows["status"].cast(pa.string()).to_pylist()
    found += [LifeChange(int(time_ns[at]), "status", value) for at, value in _settled(statuses) if value]
    return sorted(found, key=lambda change: (change.time_ns, change.what, change.value))


def sensor_spans(rows: pa.Table) -> list[SensorSpan]:
    """Return which sensors contributed and for how long, the first to see it first."""
    spans: dict[str, list[int]] = {}
    for time_ns, sensors in zip(rows["time_ns"].to_pylist(), rows["contributing_sensors"].to_pylist(), strict=True):
        for sensor in sensors or ():
            span = spans.setdefault(sensor, [time_ns, time_ns, 0])
            span[1], span[2] = time_ns, span[2] + 1
    return sorted(
        (SensorSpan(name, *span) for name, span in spans.items()), key=lambda span: (span.first_ns, span.sensor)
    )


def _class_changes(time_ns: Int64, shares: Sequence[Sequence[float] | None]) -> Iterator[LifeChange]:
    names, sure = [], []
    for row in shares:
        best = int(np.argmax(row)) if row else -1
        probability = float(row[best]) if row else 0.0
        names.append(CLASSES[best] if probability >= HELD_FROM else UNKNOWN)
        sure.append(probability)
    for at, name in _settled(names):
        if at or name != UNKNOWN:  # everything begins unknown
            yield LifeChange(int(time_ns[at]), "class", name, None if name == UNKNOWN else round(sure[at], 3))


def _settled(values: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Yield where a value begins that stands for some rows (or until the end) and differs from the one before."""
    told, begins = None, 0
    for at, value in enumerate(values):
        if value != values[begins]:
            begins = at
        is_settled = at - begins + 1 >= SETTLED_ROWS or at == len(values) - 1
        if is_settled and value != told:
            told = value
            yield begins, value
