"""Files of track states as ``sargas classify`` reads and writes them, and the work between."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.csv as pc_csv
import pyarrow.parquet as pq

from sargas.cli.track_reasons import reasons_line
from sargas.identification.classifier import Classifier, labels_of
from sargas.identification.sky import Expected, weigh_by_sky
from sargas.model.arrow_times import whole_ns
from sargas.model.columns import Float32, Float64, Int64
from sargas.model.saying import Said
from sargas.model.tracks import CLASSES
from sargas.runtime.state_files import ECHO, PLACE, VELOCITY, number_ids, read_table, refuse_other_units, refuse_repeats

NEEDED = ("time_ns", "track_id", *PLACE[:2])
AT_ONCE = 512
"""Tracks held in memory together."""


@dataclass(frozen=True, slots=True)
class States:
    """Track states in the order of the file; ``order`` sorts by track and time, tracks begin at ``start`` in it."""

    time_ns: Int64
    track_id: Int64
    """Numbers of the ``names``."""
    names: pa.Array
    """Track ids as they stand in the file, sorted."""
    states: Float64
    echoes: Float64
    order: Int64
    start: Int64

    def __len__(self) -> int:
        return len(self.time_ns)

    @classmethod
    def of(cls, time_ns: Int64, track_id: Int64, names: pa.Array, states: Float64, echoes: Float64) -> States:
        """Sort states (n, 7) and echoes (n, 2) by track and time, rows of one time in the order that they have."""
        order = np.lexsort((time_ns, track_id))
        start = np.flatnonzero(np.diff(track_id[order], prepend=track_id[order[0]] - 1))
        return cls(time_ns, track_id, names, states, echoes, order, np.append(start, len(order)))

    @property
    def tracks(self) -> int:
        """How many tracks there are."""
        return len(self.start) - 1


@dataclass(frozen=True, slots=True)
class Classes:
    """Probabilities (n, classes) and ages (s) in the order of the file, reasons of each track where asked for."""

    probabilities: Float32
    age_s: Float64
    labels: list[str]
    reasons: list[dict[str, Any]]

    @property
    def counts(self) -> dict[str, Any]:
        """How many rows got each label."""
        names, counts = np.unique(np.array(self.labels, str), return_counts=True)
        return {"labels": dict(zip(names.tolist(), counts.tolist(), strict=True))}


def read_states(path: Path) -> States:
    """Read a file of states, rows in any order. Raises ValueError that says what is wrong in which row."""
    if not path.is_file():
        raise ValueError(f"{path}: expected a file, was none: check the path")
    try:
        table = read_table(path, {*NEEDED, *PLACE, *VELOCITY, *ECHO})
        missing = [name for name in NEEDED if name not in table.column_names]
        if missing:
            raise ValueError(f"expected the columns {', '.join(NEEDED)}, was without {', '.join(missing)}")
        if not len(table):
            raise ValueError("expected one or more rows, was none")
        time_ns, (track_id, names) = whole_ns(table["time_ns"]), number_ids(table["track_id"])
    except (pa.ArrowException, ValueError, OSError) as error:
        raise ValueError(f"{path}: {error}") from None
    real = {name: _real(path, table, name) for name in (*PLACE, *VELOCITY, *ECHO)}
    _check(path, real)
    states = np.column_stack([np.zeros(len(table)), *(real[name] for name in (*PLACE, *VELOCITY))])
    echoes = np.column_stack([real[name] for name in ECHO])
    read = States.of(time_ns, track_id, names, states, echoes)
    try:
        refuse_other_units(time_ns, track_id, read.order)
        refuse_repeats(time_ns, track_id, read.order)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None
    return read


def _real(path: Path, table: pa.Table, name: str) -> Float64:
    """Return a column as floats, NaN where it is empty or missing."""
    if name not in table.column_names:
        return np.full(len(table), np.nan)
    try:
        values = np.asarray(table[name].cast(pa.float64()).to_numpy(), np.float64)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise ValueError(f"{path}: {name}: expected numbers, was not: {error}") from None
    if np.isinf(values).any():
        raise ValueError(f"{path}: {name}: expected numbers, was infinite in row {int(np.argmax(np.isinf(values)))}")
    return values


def _check(path: Path, real: dict[str, Float64]) -> None:
    for name in PLACE[:2]:
        if np.isnan(real[name]).any():
            row = int(np.argmax(np.isnan(real[name])))
            raise ValueError(f"{path}: {name}: expected a number, was empty or NaN in row {row}: leave the row out")
    for name, most in (("latitude_deg", 90.0), ("longitude_deg", 360.0)):
        wrong = np.abs(real[name]) > most
        if wrong.any():
            row = int(np.argmax(wrong))
            raise ValueError(f"{path}: {name}: expected -{most:.0f}..{most:.0f}, was {real[name][row]:g} in row {row}")


def classify_states(
    states: States, make: Callable[[], Classifier], sky: Expected | None, tell_reasons: bool
) -> Classes:
    """Classify every track from its beginning; a row knows of rows at or before its time only.

    With a ``sky`` young tracks are weighed by what older tracks of the file were.
    """
    probabilities = np.empty((len(states), len(CLASSES)), np.float32)
    age_s = np.empty(len(states))
    why = list[tuple[Said, ...]]()
    for first in range(0, states.tracks, AT_ONCE):
        edges = states.start[first : first + AT_ONCE + 1]
        rows = states.order[edges[0] : edges[-1]]
        classifier = make()
        time_ns = states.time_ns[rows]
        told = classifier.update_states(
            states.track_id[rows], time_ns, time_ns, states.states[rows], states.echoes[rows]
        )
        probabilities[rows], age_s[rows] = told
        if tell_reasons:
            why += [classifier.reasons(number) for number in states.track_id[states.order[edges[:-1]]].tolist()]
    odds = np.zeros((len(states), len(CLASSES)))
    if sky is not None:
        altitude_m = states.states[:, 3]
        probabilities, odds = weigh_by_sky(states.time_ns, states.track_id, altitude_m, age_s, probabilities, sky)
    ends = states.order[states.start[1:] - 1].tolist() if tell_reasons else []
    lines = [
        reasons_line(states.names[int(states.track_id[row])].as_py(), probabilities[row], odds[row], told)
        for row, told in zip(ends, why, strict=True)
    ]
    return Classes(probabilities, age_s, labels_of(probabilities), lines)


def write_classes(file: BinaryIO, suffix: str, states: States, found: Classes) -> None:
    """Write one row for each row of the input, in its order: CSV for the suffix ``.csv``, else Parquet."""
    columns: dict[str, Any] = {"time_ns": states.time_ns, "track_id": states.names.take(pa.array(states.track_id))}
    columns |= {f"p_{name}": found.probabilities[:, k] for k, name in enumerate(CLASSES)}
    table = pa.table({**columns, "label": pa.array(found.labels, pa.string()), "age_s": found.age_s})
    if suffix.lower() == ".csv":
        pc_csv.write_csv(table, file)
    else:
        pq.write_table(table, file)
