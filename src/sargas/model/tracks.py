"""Tracks: one batch of system-track states as columns. Specification: spec/tracks.md."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from enum import IntEnum
from operator import attrgetter
from typing import Any, Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from sargas.model.arrow_texts import digits_to_arrow, texts_to_arrow
from sargas.model.columns import (
    NO_CODE,
    Bytes8,
    Bytes16,
    Bytes20,
    Float32,
    Float64,
    Int16,
    Int32,
    Int64,
    UInt8,
    UInt16,
    UInt64,
)
from sargas.model.label import Label
from sargas.model.plots import LABEL_KEY, NumpyIndex, select_rows
from sargas.model.track_labels import TrackLabels

CLASSES = (
    "one_way_drone",
    "small_fixed_wing_drone",
    "multirotor",
    "balloon",
    "bird",
    "bird_flock",
    "light_aircraft",
    "glider",
    "helicopter",
    "airliner",
    "fast_jet",
    "clutter",
)
"""What a track may be; order of the ``class_probabilities`` columns."""
UNKNOWN_HEIGHT_SIGMA_M = 1_000.0
"""A height that is less sure than this is none."""
LOWEST_GROUND_M = -600.0
"""No ground lies lower: range and azimuth alone may put a track deep below, and be sure of it."""
UP_VARIANCE = 11
"""Column of the covariance that is the variance of the height."""


class TrackStatus(IntEnum):
    """Life of a system track (glossary: tentative, confirmed, coasting, drop)."""

    TENTATIVE = 0
    CONFIRMED = 1
    COASTING = 2
    DROPPED = 3


_CONFIRMED, _COASTING, _DROPPED = int(TrackStatus.CONFIRMED), int(TrackStatus.COASTING), int(TrackStatus.DROPPED)
"""As numbers: a column is held against a member of an enumeration five times as slowly."""


EXCHANGE_SCHEMA = pa.schema(
    [
        pa.field("time_ns", pa.int64(), nullable=False),
        pa.field("track_id", pa.int64(), nullable=False),
        pa.field("latitude_deg", pa.float64(), nullable=False),
        pa.field("longitude_deg", pa.float64(), nullable=False),
        pa.field("altitude_m", pa.float64(), nullable=False),
        pa.field("velocity_east_mps", pa.float64(), nullable=False),
        pa.field("velocity_north_mps", pa.float64(), nullable=False),
        pa.field("velocity_up_mps", pa.float64(), nullable=False),
    ]
)
"""The public columns; every file of tracks has at least these, in this order."""

EXTENSION_SCHEMA = pa.schema(
    [
        pa.field("covariance", pa.list_(pa.float64(), 21)),
        pa.field("status", pa.dictionary(pa.int8(), pa.string())),
        pa.field("update_time_ns", pa.int64()),
        pa.field("class_probabilities", pa.list_(pa.float32(), len(CLASSES))),
        pa.field("contributing_sensors", pa.list_(pa.string())),
        pa.field("icao_address", pa.string()),
        pa.field("mode_3a", pa.string()),
        pa.field("callsign", pa.string()),
        pa.field("flags", pa.uint16()),
        pa.field("existence", pa.float32()),
        pa.field("position_95_m", pa.float32()),
        pa.field("velocity_95_mps", pa.float32()),
        pa.field("consistency", pa.float32()),
        pa.field("group_id", pa.int64()),
        pa.field("rcs_dbsm", pa.float32()),
        pa.field("radial_speed_spread_mps", pa.float32()),
        pa.field("uas_id", pa.string()),
        pa.field("network_id", pa.string()),
        pa.field("network_since_ns", pa.int64()),
    ]
)

SCHEMA = pa.schema([*EXCHANGE_SCHEMA, *EXTENSION_SCHEMA])


_NULLS: dict[str, tuple[Any, ...]] = {
    "covariance": (np.nan, np.float64, 21),
    "status": (TrackStatus.CONFIRMED, np.uint8),
    "class_probabilities": (np.nan, np.float32, len(CLASSES)),
    "icao_address": (NO_CODE, np.int32),
    "mode_3a": (NO_CODE, np.int16),
    "callsign": (b"", "S8"),
    "flags": (0, np.uint16),
    "existence": (np.nan, np.float32),
    "position_95_m": (np.nan, np.float32),
    "velocity_95_mps": (np.nan, np.float32),
    "consistency": (np.nan, np.float32),
    "group_id": (NO_CODE, np.int64),
    "rcs_dbsm": (np.nan, np.float32),
    "radial_speed_spread_mps": (np.nan, np.float32),
    "uas_id": (b"", "S20"),
    "network_id": (b"", "S16"),
    "network_since_ns": (NO_CODE, np.int64),
}
"""Of the columns that need not be given: what stands for unknown, its type, and values a row."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Tracks:
    """Hold n track states as columns, each predicted to its ``time_ns`` (UTC ns).

    Velocities are east, north, up at the track; ``altitude_m`` is WGS84 ellipsoidal. ``covariance`` (n, 21) is the
    upper triangle, row by row, of the 6 x 6 covariance of (east, north, up m, their rates m/s) at the track.
    ``contributing`` (n, words) is a bit mask over ``sensor_ids``: bit i of word i // 64.
    """

    time_ns: Int64
    track_id: Int64
    latitude_deg: Float64
    longitude_deg: Float64
    altitude_m: Float64
    velocity_east_mps: Float64
    velocity_north_mps: Float64
    velocity_up_mps: Float64
    covariance: Float64
    status: UInt8
    """A ``TrackStatus``."""
    update_time_ns: Int64
    """Time of validity of the last plot that updated the track."""
    class_probabilities: Float32
    """(n, 12) in the order of ``CLASSES``; a row of NaN: not classified."""
    contributing: UInt64
    icao_address: Int32
    mode_3a: Int16
    callsign: Bytes8
    flags: UInt16
    """Union of the ``PlotFlag`` marks of the plots behind the track."""
    existence: Float32
    """Probability that the object exists; NaN: not estimated."""
    position_95_m: Float32
    """Radius of the horizontal circle that holds the true position with 95 %; NaN: no covariance."""
    velocity_95_mps: Float32
    """The same of the velocity."""
    consistency: Float32
    """Mean normalised innovation squared per degree of freedom of the recent updates, 1 as expected; NaN: unknown."""
    group_id: Int64
    """Group that the track flies in; ``NO_CODE``: none."""
    rcs_dbsm: Float32
    """Mean radar cross-section of the recent plots; NaN: none of them had one."""
    radial_speed_spread_mps: Float32
    """Mean spread of radial speeds within the recent echoes; NaN: unknown."""
    uas_id: Bytes20
    """Remote ID serial or registration; b"": none."""
    network_id: Bytes16
    """Identity in the network of nations, ``LTU-1234``; b"": it has none yet."""
    network_since_ns: Int64
    """UTC ns at which that identity was first given: of two the older one stays; ``NO_CODE``: it has none."""
    sensor_ids: tuple[str, ...]
    label: Label
    """The most restrictive of all rows."""
    track_labels: TrackLabels | None = None
    """Labels of single tracks where the rows are not all of one label; such a batch is not told: ``split``."""

    def __len__(self) -> int:
        return len(self.time_ns)

    @property
    def is_confirmed(self) -> NDArray[np.bool_]:
        """Say of each row whether its track is confirmed and does not coast (n,)."""
        return self.status == _CONFIRMED

    @property
    def is_firm(self) -> NDArray[np.bool_]:
        """Say of each row whether its track is confirmed or coasts (n,)."""
        return (self.status == _CONFIRMED) | (self.status == _COASTING)

    @property
    def is_coasting(self) -> NDArray[np.bool_]:
        """Say of each row whether its track coasts (n,)."""
        return self.status == _COASTING

    @property
    def is_dropped(self) -> NDArray[np.bool_]:
        """Say of each row whether its track ends (n,)."""
        return self.status == _DROPPED

    @property
    def known_altitude_m(self) -> Float64:
        """Return the altitude (n,), NaN where it is not known: a radar without elevation leaves it nearly open."""
        is_open = self.covariance[:, UP_VARIANCE] > UNKNOWN_HEIGHT_SIGMA_M**2
        found: Float64 = np.where(is_open | (self.altitude_m < LOWEST_GROUND_M), np.nan, self.altitude_m)
        return found

    @property
    def known_velocity_up_mps(self) -> Float64:
        """Return the rate of climb (n,), NaN where it is not known: it is as open as the height is."""
        found: Float64 = np.where(np.isnan(self.known_altitude_m), np.nan, self.velocity_up_mps)
        return found

    def take(self, rows: NumpyIndex) -> Self:
        """Select rows by index, mask or slice; the label and the sensor names stay."""
        return self._take(rows, self.label, self.track_labels)

    def _take(self, rows: NumpyIndex, label: Label, track_labels: TrackLabels | None) -> Self:
        columns = select_rows(COLUMN_NAMES, _columns_of(self), rows)
        return type(self)(**columns, sensor_ids=self.sensor_ids, label=label, track_labels=track_labels)

    @classmethod
    def of(
        cls,
        *,
        time_ns: Int64,
        track_id: Int64,
        latitude_deg: Float64,
        longitude_deg: Float64,
        altitude_m: Float64,
        velocity_east_mps: Float64,
        velocity_north_mps: Float64,
        velocity_up_mps: Float64,
        label: Label,
        sensor_ids: tuple[str, ...] = (),
        **columns: Any,
    ) -> Self:
        """Build a batch from the exchange columns and any others; what is not given is null or empty."""
        n = len(time_ns)
        full: dict[str, Any] = {"update_time_ns": time_ns} | columns
        if "contributing" not in full:
            full["contributing"] = np.zeros((n, max(1, -(-len(sensor_ids) // 64))), np.uint64)
        for name, (value, kind, *shape) in _NULLS.items():
            if name not in full:  # this runs with every few plots: none is made that is not wanted
                full[name] = np.full((n, *shape), value, kind)
        return cls(
            time_ns=time_ns,
            track_id=track_id,
            latitude_deg=latitude_deg,
            longitude_deg=longitude_deg,
            altitude_m=altitude_m,
            velocity_east_mps=velocity_east_mps,
            velocity_north_mps=velocity_north_mps,
            velocity_up_mps=velocity_up_mps,
            sensor_ids=sensor_ids,
            label=label,
            **full,
        )

    def label_of(self, *track_ids: int) -> Label:
        """Return the label of exactly the plots behind tracks of this batch, combined; of none named that of all."""
        if self.track_labels is None or not track_ids:
            return self.label
        if len(track_ids) == 1:
            return self.track_labels.one(track_ids[0], self.label)
        return self.track_labels.of(np.array(track_ids, np.int64), self.label)

    def split(self) -> tuple[Self, ...]:
        """Return one batch for each label, rows in order; usually this one."""
        labels = self.track_labels
        if labels is None:
            return (self,)
        index = labels.rows(self.track_id)
        return tuple(
            self._take(index == k, labels.labels[k] if k >= 0 else self.label, None)
            for k in sorted(set(index.tolist()))
        )

    @classmethod
    def none(cls, label: Label) -> Self:
        """Return a batch of no tracks."""
        whole, real = np.zeros(0, np.int64), np.zeros(0)
        return cls.of(
            time_ns=whole,
            track_id=whole,
            latitude_deg=real,
            longitude_deg=real,
            altitude_m=real,
            velocity_east_mps=real,
            velocity_north_mps=real,
            velocity_up_mps=real,
            label=label,
        )

    def to_arrow(self) -> pa.RecordBatch:
        """Convert to one Arrow record batch of ``SCHEMA``, the label in the schema metadata."""
        exchange = [pa.array(getattr(self, field.name), field.type) for field in EXCHANGE_SCHEMA]
        codes = [
            _fixed_lists(self.covariance, pa.float64()),
            pa.DictionaryArray.from_arrays(
                self.status.astype(np.int8), pa.array([s.name.lower() for s in TrackStatus])
            ),
            pa.array(self.update_time_ns, pa.int64()),
            _fixed_lists(self.class_probabilities, pa.float32()),
            self._contributing_lists(),
            digits_to_arrow(self.icao_address, width=6, bits=4),
            digits_to_arrow(self.mode_3a, width=4, bits=3),
            texts_to_arrow(self.callsign),
            pa.array(self.flags, pa.uint16()),
            *(_known(getattr(self, name)) for name in QUALITY_COLUMNS),
            _whole_known(self.group_id),
            *(_known(getattr(self, name)) for name in ECHO_COLUMNS),
            texts_to_arrow(self.uas_id),
            texts_to_arrow(self.network_id),
            _whole_known(self.network_since_ns),
        ]
        schema = SCHEMA.with_metadata({LABEL_KEY: self.label.model_dump_json().encode()})
        return pa.RecordBatch.from_arrays([*exchange, *codes], schema=schema)

    def contributing_sensor_ids(self) -> list[list[str]]:
        """Name, per row, the sensors whose plots are in the track, in the order of ``sensor_ids``."""
        bits = [(i // 64, np.uint64(1 << (i % 64)), name) for i, name in enumerate(self.sensor_ids)]
        return [[name for word, bit, name in bits if row[word] & bit] for row in self.contributing]

    def _contributing_lists(self) -> pa.Array:
        if not self.sensor_ids or not len(self):
            return pa.array([[]] * len(self), pa.list_(pa.string()))
        bit = np.arange(len(self.sensor_ids))
        there = self.contributing[:, bit // 64] >> (bit % 64).astype(np.uint64) & np.uint64(1)
        rows, sensors = np.nonzero(there)
        ends = np.searchsorted(rows, np.arange(len(self) + 1)).astype(np.int32)
        return pa.ListArray.from_arrays(pa.array(ends), pa.array(self.sensor_ids, pa.string()).take(pa.array(sensors)))


COLUMN_NAMES = tuple(
    field.name for field in fields(Tracks) if field.name not in ("sensor_ids", "label", "track_labels")
)
_columns_of = attrgetter(*COLUMN_NAMES)


QUALITY_COLUMNS = ("existence", "position_95_m", "velocity_95_mps", "consistency")
"""How good a track is, one number each; NaN where nothing was estimated."""
ECHO_COLUMNS = ("rcs_dbsm", "radial_speed_spread_mps")
"""What its echoes look like; NaN where none says."""


def _whole_known(values: Int64) -> pa.Array:
    return pa.array(values, pa.int64(), mask=values == NO_CODE)


def _known(values: Float32) -> pa.Array:
    return pa.array(values, pa.float32(), mask=np.isnan(values))


def concatenate(batches: Sequence[Tracks]) -> Tracks:
    """Join batches of one label and the same sensor names into one, keeping their order.

    Raises ValueError for no batch or for differing labels or names (combine labels on purpose, never by joining rows).
    """
    kinds = {(batch.label, batch.sensor_ids) for batch in batches}
    if len(kinds) != 1:
        raise ValueError(f"expected batches with one common label and the same sensors, was {len(kinds)} kinds")
    if len(batches) == 1:
        return batches[0]
    parts = zip(*map(_columns_of, batches), strict=True)
    columns: dict[str, Any] = {n: np.concatenate(part) for n, part in zip(COLUMN_NAMES, parts, strict=True)}
    return replace(batches[0], **columns, track_labels=None)


def _fixed_lists(rows: np.ndarray[Any, Any], kind: pa.DataType) -> pa.Array:
    width = rows.shape[1]
    null = np.isnan(rows).all(axis=1) if len(rows) else np.zeros(0, bool)
    return pa.FixedSizeListArray.from_arrays(pa.array(rows.ravel(), kind), width, mask=pa.array(null))
