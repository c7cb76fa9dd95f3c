"""Plots: one batch of sensor reports as columns. Specification: spec/plots.md."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any, Self

import numpy as np
import pyarrow as pa

from sargas.model.arrow_texts import digits_to_arrow, texts_to_arrow
from sargas.model.arrow_times import whole_ns
from sargas.model.columns import NO_CODE, Bytes8, Bytes20, Float64, Int8, Int16, Int32, Int64, UInt16
from sargas.model.label import Label

_STRING = pa.dictionary(pa.int32(), pa.string())

EXCHANGE_SCHEMA = pa.schema(
    [
        pa.field("time_ns", pa.int64(), nullable=False),
        pa.field("receive_time_ns", pa.int64(), nullable=False),
        pa.field("sensor_id", _STRING, nullable=False),
        pa.field("scan", pa.int64(), nullable=False),
        pa.field("range_m", pa.float64()),
        pa.field("azimuth_deg", pa.float64()),
        pa.field("elevation_deg", pa.float64()),
        pa.field("range_rate_mps", pa.float64()),
        pa.field("rcs_dbsm", pa.float64()),
        pa.field("latitude_deg", pa.float64()),
        pa.field("longitude_deg", pa.float64()),
        pa.field("altitude_m", pa.float64()),
        pa.field("icao_address", pa.string()),
    ]
)
"""The public columns; every file of plots has at least these, in this order."""

EXTENSION_SCHEMA = pa.schema(
    [
        pa.field("mode_3a", pa.string()),
        pa.field("flight_level_ft", pa.float64()),
        pa.field("callsign", pa.string()),
        pa.field("velocity_east_mps", pa.float64()),
        pa.field("velocity_north_mps", pa.float64()),
        pa.field("velocity_up_mps", pa.float64()),
        pa.field("nic", pa.int8()),
        pa.field("nac_p", pa.int8()),
        pa.field("sil", pa.int8()),
        pa.field("sensor_track", pa.int32()),
        pa.field("flags", pa.uint16()),
        pa.field("tdoa_s", pa.float64()),
        pa.field("reference_sensor_id", _STRING),
        pa.field("uas_id", pa.string()),
        pa.field("radial_speed_spread_mps", pa.float64()),
        pa.field("claim", pa.string()),
    ]
)
"""What some sensors also report; a reader treats an absent extension column as all null."""

SCHEMA = pa.schema([*EXCHANGE_SCHEMA, *EXTENSION_SCHEMA])
LABEL_KEY = b"sargas.label"

_SENSOR_COLUMNS = {"sensor_id": "sensor", "reference_sensor_id": "reference_sensor"}
"""Columns that name a sensor, and the field of ``Plots`` with its index."""
_INTEGER_NULLS = frozenset(
    ("icao_address", "mode_3a", "nic", "nac_p", "sil", "sensor_track", "reference_sensor", "claim")
)

SENSOR_CLAIMS = (
    "engine_heard", "jet_heard", "rotor_heard", "multirotor_heard",
    "drone_link", "sonde_telemetry",
    "adsb_light", "adsb_large", "adsb_high_performance", "adsb_rotorcraft", "adsb_glider", "adsb_balloon",
    "adsb_unmanned",
)  # fmt: skip
"""What a report may say of its object's kind: of sound, of radio, and by ADS-B (I021/020)."""
UNKNOWN_CLAIM = -2
"""Code of a word that is none of ``SENSOR_CLAIMS``: decoders name it and make it null."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Plots:
    """Hold n sensor reports as columns of length n; null is NaN, ``NO_CODE`` or ``b""``.

    Times are UTC ns: ``time_ns`` of validity by the sensor's clock (after unwrapping), ``receive_time_ns`` of arrival.
    Ranges are slant, azimuths clockwise from true north, elevations above the sensor's WGS84 tangent plane;
    ``range_rate_mps`` is positive when receding; ``altitude_m`` is WGS84 ellipsoidal, ``flight_level_ft`` barometric.
    """

    time_ns: Int64
    receive_time_ns: Int64
    sensor: Int16
    """Index into ``sensor_ids``."""
    scan: Int64
    range_m: Float64
    azimuth_deg: Float64
    elevation_deg: Float64
    range_rate_mps: Float64
    rcs_dbsm: Float64
    latitude_deg: Float64
    longitude_deg: Float64
    altitude_m: Float64
    icao_address: Int32
    mode_3a: Int16
    """The twelve code bits: 0o7777 is squawk 7777."""
    flight_level_ft: Float64
    callsign: Bytes8
    velocity_east_mps: Float64
    velocity_north_mps: Float64
    velocity_up_mps: Float64
    nic: Int8
    nac_p: Int8
    sil: Int8
    sensor_track: Int32
    """Number that the sensor's own tracker gave it (I048/161); its velocity is then in the velocity columns."""
    flags: UInt16
    tdoa_s: Float64
    """Time of arrival at the sensor less that at the reference sensor."""
    reference_sensor: Int16
    """Index into ``sensor_ids`` of the other receiver of the time difference."""
    uas_id: Bytes20
    """Remote ID serial or registration; b"": none."""
    radial_speed_spread_mps: Float64
    """Spread of radial speeds within the echo: blades, wings, a flock."""
    claim: Int8
    """Index into ``SENSOR_CLAIMS``: what the report says of its object's kind."""
    sensor_ids: tuple[str, ...]
    label: Label

    def __len__(self) -> int:
        return len(self.time_ns)

    @classmethod
    def of(
        cls,
        *,
        time_ns: Int64,
        receive_time_ns: Int64,
        sensor_ids: Sequence[str],
        label: Label,
        sensor: Int16 | None = None,
        scan: Int64 | None = None,
        **columns: Any,
    ) -> Self:
        """Build a batch from the columns a sensor measures; the others become null.

        Without ``sensor`` every row belongs to ``sensor_ids[0]``. Raises ValueError when column lengths differ.
        """
        n = len(time_ns)
        full = {"time_ns": time_ns, "receive_time_ns": receive_time_ns} | columns
        full["sensor"] = np.zeros(n, np.int16) if sensor is None else sensor
        full["scan"] = np.zeros(n, np.int64) if scan is None else scan
        full |= {name: _null_column(name, n) for name in COLUMN_DTYPES if name not in full}
        arrays = {name: np.ascontiguousarray(values, COLUMN_DTYPES[name]) for name, values in full.items()}
        wrong = {name: values.shape for name, values in arrays.items() if values.shape != (n,)}
        if wrong:
            raise ValueError(f"expected columns of {n} rows like time_ns, was {wrong}")
        return cls(**arrays, sensor_ids=tuple(sensor_ids), label=label)

    def take(self, rows: NumpyIndex) -> Self:
        """Select rows by index, mask or slice; the label and the sensor names stay."""
        columns = select_rows(COLUMN_DTYPES, _columns_of(self), rows)
        return type(self)(**columns, sensor_ids=self.sensor_ids, label=self.label)

    def sensors_present(self) -> tuple[str, ...]:
        """Name the sensors that have rows here; ``sensor_ids`` may name others too."""
        return tuple(self.sensor_ids[k] for k in np.bincount(self.sensor).nonzero()[0].tolist())

    def to_arrow(self) -> pa.RecordBatch:
        """Convert to one Arrow record batch of ``SCHEMA``, nulls as nulls, the label in the schema metadata."""
        arrays = [_arrow_column(self, field) for field in SCHEMA]
        schema = SCHEMA.with_metadata({LABEL_KEY: self.label.model_dump_json().encode()})
        return pa.RecordBatch.from_arrays(arrays, schema=schema)

    @classmethod
    def from_arrow(cls, table: pa.Table | pa.RecordBatch, label: Label | None = None) -> Self:
        """Read a table with at least the exchange columns; the label comes from its metadata unless given.

        Raises ValueError that names every missing column, and for a row without a time.
        """
        missing = [name for name in EXCHANGE_SCHEMA.names if name not in table.schema.names]
        if missing:
            raise ValueError(f"expected the plot columns {EXCHANGE_SCHEMA.names}, was without {missing}")
        if label is None:
            stored = (table.schema.metadata or {}).get(LABEL_KEY)
            label = Label.model_validate_json(stored) if stored else Label()
        n = table.num_rows
        names: dict[str, int] = {}
        sensor = _sensor_codes(table.column("sensor_id"), names)
        reference = np.full(n, NO_CODE, np.int16)
        if "reference_sensor_id" in table.schema.names:
            reference = _sensor_codes(table.column("reference_sensor_id"), names)
        columns = {name: _numpy_column(table, name, n) for name in SCHEMA.names if name not in _SENSOR_COLUMNS}
        return cls(**columns, sensor=sensor, reference_sensor=reference, sensor_ids=tuple(names), label=label)


TEXTS = {"callsign": 8, "uas_id": 20, "network_id": 16}
"""Columns of text, and how many characters they hold."""
NumpyIndex = Any
_DTYPES = {
    "Int64": "i8",
    "Int32": "i4",
    "Int16": "i2",
    "Int8": "i1",
    "UInt16": "u2",
    "Float64": "f8",
    "Bytes8": "S8",
    "Bytes20": "S20",
}
COLUMN_DTYPES: dict[str, Any] = {
    field.name: np.dtype(_DTYPES[str(field.type)])
    for field in fields(Plots)
    if field.name not in ("sensor_ids", "label")
}

_columns_of = attrgetter(*COLUMN_DTYPES)


def select_rows(names: Iterable[str], columns: Iterable[np.ndarray[Any, Any]], rows: NumpyIndex) -> dict[str, Any]:
    """Select rows of a batch's columns by index, mask or slice."""
    if isinstance(rows, slice):
        return {name: column[rows] for name, column in zip(names, columns, strict=True)}
    is_mask = isinstance(rows, np.ndarray) and rows.dtype == np.bool_
    rows = rows.nonzero()[0] if is_mask else np.asarray(rows, np.intp)  # once, not once for each column
    # of a column of several values a row three times as fast as by brackets
    return {name: column.take(rows, axis=0) for name, column in zip(names, columns, strict=True)}


def concatenate(batches: Sequence[Plots]) -> Plots:
    """Join batches of one label into one, keeping their order; sensor indices are renumbered.

    Raises ValueError for no batch or for differing labels (combine labels on purpose, never by joining rows).
    """
    labels = [batch.label for batch in batches]
    if not labels or any(label is not labels[0] and label != labels[0] for label in labels):
        raise ValueError("expected one or more batches with one common label")
    parts = zip(*map(_columns_of, batches), strict=True)
    columns = {name: np.concatenate(of_column) for name, of_column in zip(COLUMN_DTYPES, parts, strict=True)}
    names = batches[0].sensor_ids
    if any(batch.sensor_ids != names for batch in batches):
        names = tuple(dict.fromkeys(name for batch in batches for name in batch.sensor_ids))
        columns |= _renumbered(batches, names)
    return Plots(**columns, sensor_ids=names, label=labels[0])


def _renumbered(batches: Sequence[Plots], names: tuple[str, ...]) -> dict[str, Int16]:
    """Return the sensor columns of batches that number their sensors each in its way, as indices of ``names``."""
    index = {name: i for i, name in enumerate(names)}
    # the last entry stands for NO_CODE
    places = [np.array([*(index[name] for name in b.sensor_ids), NO_CODE], np.int16) for b in batches]
    return {
        name: np.concatenate([to[getattr(b, name)] for to, b in zip(places, batches, strict=True)])
        for name in _SENSOR_COLUMNS.values()
    }


def _null_column(name: str, n: int) -> np.ndarray[Any, Any]:
    dtype = COLUMN_DTYPES[name]
    if dtype.kind == "f":
        return np.full(n, np.nan)
    if name in _INTEGER_NULLS:
        return np.full(n, NO_CODE, dtype)
    return np.zeros(n, dtype)


def _arrow_column(plots: Plots, field: pa.Field) -> pa.Array:
    if field.name in _SENSOR_COLUMNS:
        codes = getattr(plots, _SENSOR_COLUMNS[field.name]).astype(np.int32)
        indices = pa.array(codes, pa.int32(), mask=codes == NO_CODE)
        return pa.DictionaryArray.from_arrays(indices, pa.array(plots.sensor_ids, pa.string()))
    values = getattr(plots, field.name)
    if field.name == "icao_address":
        return digits_to_arrow(values, width=6, bits=4)
    if field.name == "mode_3a":
        return digits_to_arrow(values, width=4, bits=3)
    if field.name == "claim":
        return pa.array([SENSOR_CLAIMS[v] if v >= 0 else None for v in values.tolist()], pa.string())
    if field.name in TEXTS:
        return texts_to_arrow(values)
    if values.dtype.kind == "f":
        return pa.array(values, field.type, mask=np.isnan(values))
    if field.name in _INTEGER_NULLS:
        return pa.array(values, field.type, mask=values == NO_CODE)
    return pa.array(values, field.type)


def _sensor_codes(column: pa.ChunkedArray | pa.Array, names: dict[str, int]) -> Int16:
    """Number the sensors of a column; those that ``names`` lacks are added to it. Null is ``NO_CODE``."""
    encoded = column.cast(pa.string()).dictionary_encode()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks()
        if isinstance(encoded, pa.ChunkedArray):
            encoded = encoded.chunk(0)
    codes = [names.setdefault(name, len(names)) for name in encoded.dictionary.to_pylist()]
    places = np.array([*codes, NO_CODE], np.int16)
    return places[encoded.indices.fill_null(NO_CODE).to_numpy(zero_copy_only=False)]


def _numpy_column(table: pa.Table | pa.RecordBatch, name: str, n: int) -> np.ndarray[Any, Any]:
    dtype = COLUMN_DTYPES[name]
    if name not in table.schema.names:
        return _null_column(name, n)
    column = table.column(name)
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)
        if isinstance(column, pa.ChunkedArray):
            column = pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)
    if name in ("time_ns", "receive_time_ns"):
        return whole_ns(column, name)
    if name in ("icao_address", "mode_3a"):
        base = 16 if name == "icao_address" else 8
        return np.array([NO_CODE if v is None else int(v, base) for v in column.to_pylist()], dtype)
    if name == "claim":
        codes = {None: NO_CODE} | {word: code for code, word in enumerate(SENSOR_CLAIMS)}
        return np.array([codes.get(v, UNKNOWN_CLAIM) for v in column.cast(pa.string()).to_pylist()], dtype)
    if name in TEXTS:
        return np.array(
            [b"" if v is None else v.encode("ascii", "replace")[: TEXTS[name]] for v in column.to_pylist()], dtype
        )
    null = np.nan if dtype.kind == "f" else NO_CODE if name in _INTEGER_NULLS else 0
    values = column.fill_null(null) if column.null_count else column
    return np.ascontiguousarray(values.to_numpy(zero_copy_only=False), dtype)
