"""Files of track states and of forecasts: Parquet or CSV by their suffix, any number of rows."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

from sargas.assessment.prediction.goals import Goals
from sargas.assessment.prediction.predictor import Forecasts, States
from sargas.formats.rows import EARLIEST_UNIX_S, LATEST_UNIX_S
from sargas.model.arrow_times import whole_ns
from sargas.model.columns import NS_PER_S, Float64, Int64
from sargas.model.records import Route, Zone
from sargas.model.tracks import CLASSES

PLACE = ("latitude_deg", "longitude_deg", "altitude_m")
VELOCITY = ("velocity_east_mps", "velocity_north_mps", "velocity_up_mps")
ECHO = ("rcs_dbsm", "radial_speed_spread_mps")
CLASSED = {"label", "class_probabilities", *(f"p_{name}" for name in CLASSES)}
"""Columns that say what a track is."""
NO_VALUE = ["", "nan", "NaN", "NA", "N/A", "null", "NULL", "None"]
"""How a CSV file says that it has no value."""
CHUNK_ROWS = 50_000
SOONEST_NS = NS_PER_S // 20
"""Sensors tell of an object no sooner again; states that come sooner have their times in another unit."""


@dataclass(frozen=True, slots=True)
class StateFile:
    """The states of a file in order of time; track ids of any kind are numbered, and told again as they were."""

    states: States
    names: pa.Array
    """Track ids as they stand in the file, sorted: each at its number."""
    echoes: Float64
    """(n, 2) cross-section (dBsm) and spread of radial speed (m/s) of each state; NaN: not known."""
    names_classes: bool
    """Whether it has a column that says of states what they are."""

    def chunks(self) -> Iterator[States]:
        """Yield the states in stretches of ``CHUNK_ROWS``."""
        n = len(self.states.track_id)
        for start in range(0, n, CHUNK_ROWS):
            rows = slice(start, start + CHUNK_ROWS)
            yield States(*(getattr(self.states, name)[rows] for name in States.__slots__))


def read_states(path: Path) -> StateFile:
    """Read a file of states. Raises ValueError that names the file, what is wrong, where, and how to mend it."""
    if not path.is_file():
        raise ValueError(f"{path}: expected a file, was none: check the path")
    try:
        table = read_table(path)
        states, names = _states(table)
        echoes = np.column_stack([_reals(table, name) for name in ECHO])
    except (pa.ArrowException, ValueError, OSError) as error:
        raise ValueError(f"{path}: {error}") from None
    # cones learn row after row: of one moment's rows the order of ids decides, not that of the file
    order = np.lexsort((states.track_id, states.time_ns))
    sorted_states = States(*(getattr(states, name)[order] for name in States.__slots__))
    return StateFile(sorted_states, names, echoes[order], not CLASSED.isdisjoint(table.column_names))


def read_table(path: Path, wanted: Container[str] | None = None) -> pa.Table:
    """Read a table, or what it has of the ``wanted`` columns, by its suffix.

    Raises ValueError for another suffix and pyarrow's errors for damaged content.
    """
    match path.suffix.lower():
        case ".csv":
            kinds = {"track_id": pa.string(), **dict.fromkeys((*PLACE, *VELOCITY, *ECHO), pa.float64())}
            options = pa.csv.ConvertOptions(column_types=kinds, null_values=NO_VALUE, strings_can_be_null=True)
            table = pa.csv.read_csv(path, convert_options=options)
            if twice := sorted({name for name in table.column_names if name and table.column_names.count(name) > 1}):
                raise ValueError(f"expected each column once, was twice {', '.join(twice)}: leave one out")
            return _with_whole_ids(table)
        case ".parquet" | ".pq":
            names = pq.read_schema(path).names
            return pq.read_table(path, columns=[name for name in names if wanted is None or name in wanted])
    raise ValueError(f"expected a name that ends in .parquet or .csv, was {path.name}")


def _with_whole_ids(table: pa.Table) -> pa.Table:
    """Take the track ids of a CSV file as whole numbers where all are written as such: 007 and 4e12 are names."""
    if "track_id" not in table.column_names:
        return table
    column = table["track_id"]
    if not pc.all(pc.match_substring_regex(column, "^(0|-?[1-9][0-9]{0,17})$")).as_py():
        return table
    return table.set_column(table.column_names.index("track_id"), "track_id", column.cast(pa.int64()))


def number_ids(column: pa.ChunkedArray) -> tuple[Int64, pa.Array]:
    """Number track ids of any kind in the order of their names; return each row's number, and the names sorted.

    Raises ValueError for a row without one.
    """
    coded = column.combine_chunks().dictionary_encode()
    if coded.null_count:
        raise ValueError("expected a track_id in every row, was null: fill it")
    order = pc.array_sort_indices(coded.dictionary)
    rank = np.empty(len(order), np.int64)
    rank[np.asarray(order)] = np.arange(len(order))
    return rank[np.asarray(coded.indices)], coded.dictionary.take(order)


def _states(table: pa.Table) -> tuple[States, pa.Array]:
    lacking = [name for name in ("time_ns", "track_id", *PLACE[:2]) if name not in table.column_names]
    if lacking:
        raise ValueError(
            f"expected the columns time_ns, track_id, latitude_deg, longitude_deg, was without {', '.join(lacking)}"
        )
    if not len(table):
        raise ValueError("expected one or more states, was none")
    time_ns = whole_ns(table["time_ns"])
    track_id, names = number_ids(table["track_id"])
    refuse_other_units(time_ns, track_id, np.lexsort((time_ns, track_id)))
    place = np.column_stack([_reals(table, name) for name in PLACE])
    check_places(place)
    place[~np.isfinite(place[:, 2]), 2] = np.nan
    velocity = np.column_stack([_reals(table, name) for name in VELOCITY])
    velocity[~np.isfinite(velocity)] = np.nan
    # half of a horizontal velocity says nothing
    velocity[np.isnan(velocity[:, :2]).any(axis=1), :2] = np.nan
    return States(track_id, time_ns, place, velocity, _cells(table)), names


def _reals(table: pa.Table, name: str) -> Float64:
    if name not in table.column_names:
        return np.full(len(table), np.nan)
    return np.asarray(pc.cast(table.column(name), pa.float64()).to_numpy(), np.float64)


def check_places(place: Float64) -> None:
    """Raise ValueError that names the first row whose latitude and longitude (n, 2 or more; deg) are no place."""
    wrong = ~((np.abs(place[:, 0]) <= 90.0) & (np.abs(place[:, 1]) <= 360.0))
    if wrong.any():
        row = int(np.argmax(wrong))
        raise ValueError(
            f"row {row}: expected latitude_deg within 90 and longitude_deg within 360, "
            f"was {place[row, 0]}, {place[row, 1]}: correct or leave out the row"
        )


def refuse_repeats(time_ns: Int64, track_id: Int64, order: Int64) -> None:
    """Raise ValueError that names the first two rows of one track and time; ``order`` sorts by both, either first."""
    same = (np.diff(track_id[order]) == 0) & (np.diff(time_ns[order]) == 0)
    if same.any():
        first, second = sorted(order[int(np.argmax(same)) :][:2].tolist())
        raise ValueError(
            f"expected one row for a track and time, was the same track_id and time_ns in rows {first} and {second}: "
            "leave one out"
        )


def refuse_other_units(time_ns: Int64, track_id: Int64, order: Int64) -> None:
    """Raise ValueError for times that are seconds, milliseconds or microseconds; ``order`` sorts by track and time.

    They are when all are of this century in that unit and states of a track come sooner than any sensor would tell
    them. Nanoseconds since the start of something else are left alone.
    """
    per_track = np.diff(track_id[order]) == 0
    steps_ns = np.diff(time_ns[order])[per_track]
    steps_ns = steps_ns[steps_ns > 0]
    if len(steps_ns) and np.median(steps_ns) >= SOONEST_NS:
        return
    for name, per_second in (("seconds", 1), ("milliseconds", 10**3), ("microseconds", 10**6)):
        if time_ns.min() > EARLIEST_UNIX_S * per_second and time_ns.max() < LATEST_UNIX_S * per_second:
            raise ValueError(
                f"expected time_ns as nanoseconds, was {int(time_ns.min())}, which are {name} since 1970: "
                f"multiply by {NS_PER_S // per_second}"
            )


def _cells(table: pa.Table) -> Int64:
    """Find each row's class: the column label, else the greatest of class_probabilities or of p_<class>; -1: none."""
    n = len(table)
    if "label" in table.column_names:
        coded = pc.cast(table.column("label"), pa.string()).combine_chunks().dictionary_encode()
        known = [CLASSES.index(name) if name in CLASSES else -1 for name in coded.dictionary.to_pylist()]
        at = np.asarray(pc.fill_null(coded.indices, len(known)), np.int64)
        return np.array([*known, -1], np.int64)[at]
    if "class_probabilities" in table.column_names:
        rows = table.column("class_probabilities").combine_chunks()
        probability = np.full((n, len(CLASSES)), np.nan)
        filled = np.asarray(rows.is_valid())
        probability[filled] = np.asarray(rows.drop_null().flatten(), np.float64).reshape(-1, len(CLASSES))
    else:
        probability = np.column_stack([_reals(table, f"p_{name}") for name in CLASSES])
    known_rows = np.isfinite(probability).any(axis=1) & (np.nan_to_num(probability).max(axis=1) > 0.0)
    cells = np.full(n, -1, np.int64)
    cells[known_rows] = np.argmax(np.nan_to_num(probability[known_rows], nan=-1.0), axis=1)
    return cells


FORECAST_FIELDS = (
    ("horizon_s", pa.float64()),
    ("latitude_deg", pa.float64()),
    ("longitude_deg", pa.float64()),
    ("altitude_m", pa.float64()),
    ("radius_90_m", pa.float64()),
)


AIM_FIELDS = (
    ("route_id", pa.string()),
    ("route_probability", pa.float64()),
    ("goal_id", pa.string()),
    ("goal_probability", pa.float64()),
    ("eta_s", pa.float64()),
)


@dataclass(frozen=True, slots=True)
class Aims:
    """What n states follow and make for, a column a field of ``AIM_FIELDS``; null: none is near, or it is not known."""

    columns: tuple[pa.Array, ...]

    @classmethod
    def of(cls, routes: Sequence[Route], forecasts: Forecasts, zones: Sequence[Zone], goals: Goals) -> Self:
        """Take the likeliest route and goal of every state; ``zones`` are those of the goals."""
        n = len(forecasts.route)
        likeliest, probability, eta_s = np.full(n, -1), np.full(n, np.nan), np.full(n, np.nan)
        if zones:
            known = np.isfinite(goals.probability).all(axis=1)
            likeliest[known] = np.argmax(goals.probability[known], axis=1)
            probability[known] = goals.probability[known, likeliest[known]]
            eta_s[known] = goals.eta_s[known, likeliest[known], 1]
        on_route = np.where(forecasts.route >= 0, forecasts.route_probability, np.nan)
        return cls(
            (
                _named([route.id for route in routes], forecasts.route),
                _known(on_route),
                _named([zone.id for zone in zones], likeliest),
                _known(probability),
                _known(eta_s),
            )
        )


def _named(names: list[str], index: Int64) -> pa.Array:
    return pa.array(names, pa.string()).take(pa.array(index, mask=index < 0))


class ForecastWriter:
    """Write forecasts stretch after stretch, so that a large file needs little memory.

    CSV for the suffix ``.csv``, else Parquet. ``is_aimed``: with what each state follows and makes for.
    """

    def __init__(self, file: BinaryIO, suffix: str, names: pa.Array, *, is_aimed: bool = False) -> None:
        self._names, self._is_aimed = names, is_aimed
        fields = (*FORECAST_FIELDS, *AIM_FIELDS) if is_aimed else FORECAST_FIELDS
        self._schema = pa.schema([("time_ns", pa.int64()), ("track_id", names.type), *fields])
        make = pa.csv.CSVWriter if suffix.lower() == ".csv" else pq.ParquetWriter
        self._writer: Any = make(file, self._schema)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._writer.close()

    def write(self, states: States, horizons_s: Float64, forecasts: Forecasts, aims: Aims) -> None:
        """Write one row a state and horizon; what is not known is null."""
        k = len(horizons_s)
        each = pa.array(np.repeat(np.arange(len(states.time_ns)), k))
        columns = [
            pa.array(np.repeat(states.time_ns, k)),
            self._names.take(pa.array(np.repeat(states.track_id, k))),
            pa.array(np.tile(horizons_s, len(states.time_ns))),
            *(_known(values.ravel()) for values in forecasts[:4]),
            *(column.take(each) for column in (aims.columns if self._is_aimed else ())),
        ]
        self._writer.write_table(pa.table(columns, schema=self._schema))


def _known(values: Float64) -> pa.Array:
    return pa.array(values, mask=np.isnan(values))
