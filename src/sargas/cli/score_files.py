"""Read what ``sargas score`` needs: truth.parquet and sensors.toml of a scenario, and a file of tracks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from sargas.cli.sensor_file import read_sensor_file
from sargas.model.tracks import EXCHANGE_SCHEMA

if TYPE_CHECKING:
    import pyarrow as pa

    from sargas.exercise.scoring.columns import Picture, States, Truth
    from sargas.model.columns import Float64

STATE_COLUMNS = ("time_ns", *EXCHANGE_SCHEMA.names[2:])
TRUTH_COLUMNS = (*STATE_COLUMNS, "object_id", "kind", "observable")
TRACK_COLUMNS = (*STATE_COLUMNS, "track_id")


def read_truth(scenario: Path) -> Truth:
    """Read truth.parquet of a scenario folder. Raises ValueError that names file, what and how to mend it."""
    import numpy as np

    from sargas.exercise.scoring.columns import Truth

    path = scenario / "truth.parquet"
    table = _read_table(path, TRUTH_COLUMNS, "name the folder that scenario.py wrote")
    if not table.num_rows:
        raise ValueError(f"{path}: expected one or more rows of truth, was none: write the scenario again")
    return Truth(
        states=_states(table, path),
        object_id=table["object_id"].to_numpy(),
        kind=np.array(table["kind"].to_pylist()),
        observable=table["observable"].to_numpy(zero_copy_only=False).astype(bool),
    )


def read_picture(path: Path) -> Picture:
    """Read a file of tracks, with their covariance where it has them. Raises ValueError as ``read_truth`` does."""
    import numpy as np

    from sargas.exercise.scoring.columns import Picture

    table = _read_table(path, TRACK_COLUMNS, "name the file that 'sargas track' wrote")
    covariance = None
    if "covariance" in table.column_names:
        covariance = _covariance(table["covariance"], path)
    return Picture(states=_states(table, path), track_id=np.array(table["track_id"].to_pylist()), covariance=covariance)


def read_ranges_m(scenario: Path, truth: Truth) -> Float64 | None:
    """Return the slant range of each row of the truth to its nearest radar; None when sensors.toml is not there."""
    import numpy as np

    from sargas.exercise.scoring.field_trial import range_to_nearest_m
    from sargas.geo.wgs84 import ecef_from_geodetic

    path = scenario / "sensors.toml"
    if not path.is_file():
        return None
    radars = [s for s in read_sensor_file(path) if s.kind.startswith("radar") and s.latitude_deg is not None]
    if not radars:
        return None
    places = np.array([(s.latitude_deg, s.longitude_deg, s.height_m or 0.0) for s in radars], float)
    states = truth.states
    return range_to_nearest_m(
        states.latitude_deg, states.longitude_deg, states.altitude_m, ecef_from_geodetic(*places.T)
    )


def refuse_other_times(truth: Truth, picture: Picture, path: Path) -> None:
    """Raise ValueError when the tracks of a file are all of other times than the truth: they would count as missed."""
    import numpy as np

    told = picture.states.time_ns
    if len(told) and not np.isin(told, truth.states.time_ns).any():
        raise ValueError(
            f"{path}: expected tracks at the times of the truth, was none of {len(told)} rows: "
            "report them at those (sargas track --report-period)"
        )


def _read_table(path: Path, columns: tuple[str, ...], mend: str) -> pa.Table:
    import pyarrow as pa
    import pyarrow.parquet as pq

    if not path.is_file():
        raise ValueError(f"{path}: expected a file, was none: {mend}")
    try:
        table = pq.read_table(path)
    except (pa.ArrowException, OSError) as error:
        raise ValueError(f"{path}: expected Parquet, was not ({error}): {mend}") from None
    missing = [name for name in columns if name not in table.column_names]
    if missing:
        raise ValueError(f"{path}: expected the columns {', '.join(columns)}, was without {', '.join(missing)}: {mend}")
    for name in columns:
        if nulls := table[name].null_count:
            raise ValueError(f"{path}: expected {name} in every row, was null in {nulls}: leave such rows out")
    return table


def _states(table: pa.Table, path: Path) -> States:
    import numpy as np

    from sargas.exercise.scoring.columns import States
    from sargas.model.arrow_times import whole_ns

    columns: dict[str, Any] = {name: table[name].to_numpy() for name in STATE_COLUMNS}
    try:
        columns["time_ns"] = whole_ns(table["time_ns"])
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None
    for name in STATE_COLUMNS[1:]:
        known = np.isfinite(columns[name].astype(float))
        if not known.all():
            row = int(np.argmin(known))
            raise ValueError(
                f"{path}: expected a number in every row of {name}, was {columns[name][row]} in row {row}: "
                "leave such rows out"
            )
    return States(**columns)


def _covariance(column: pa.ChunkedArray, path: Path) -> Float64:
    import numpy as np
    import pyarrow as pa

    if not pa.types.is_fixed_size_list(column.type) or column.type.list_size != 21:
        raise ValueError(
            f"{path}: expected covariance as 21 numbers a row (spec/tracks.md), was {column.type}: leave the column out"
        )
    rows = np.full((len(column), 21), np.nan)
    known = ~column.is_null().to_numpy()
    rows[known] = np.array(column.drop_null().combine_chunks().flatten()).reshape(-1, 21)
    return rows
