"""Decoder of Arrow IPC streams of plots: nothing that came over a wire is believed before it was checked."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from sargas.formats.contract import Decoded, Reject
from sargas.formats.rows import EARLIEST_UNIX_S, LATEST_UNIX_S, RejectLog
from sargas.model.columns import NO_CODE, NS_PER_S
from sargas.model.label import Label, most_restrictive
from sargas.model.plots import EXCHANGE_SCHEMA, LABEL_KEY, SENSOR_CLAIMS, UNKNOWN_CLAIM, Plots
from sargas.model.records import Sensor, Source

NEVER_NULL = tuple(field.name for field in EXCHANGE_SCHEMA if not field.nullable)
MOST_SENSORS = 4096
"""A source that names more is not believed: the tracker keeps an entry of every sensor it has heard of."""

REAL_LIMITS: dict[str, tuple[float, float]] = {
    "range_m": (0.0, 5_000_000.0),
    "azimuth_deg": (0.0, 360.0),
    "elevation_deg": (-90.0, 90.0),
    "range_rate_mps": (-15_000.0, 15_000.0),
    "rcs_dbsm": (-150.0, 150.0),
    "latitude_deg": (-90.0, 90.0),
    "longitude_deg": (-180.0, 180.0),
    "altitude_m": (-12_000.0, 2_000_000.0),
    "flight_level_ft": (-10_000.0, 200_000.0),
    "velocity_east_mps": (-15_000.0, 15_000.0),
    "velocity_north_mps": (-15_000.0, 15_000.0),
    "velocity_up_mps": (-15_000.0, 15_000.0),
    "tdoa_s": (-60.0, 60.0),
    "radial_speed_spread_mps": (0.0, 15_000.0),
}
CODE_LIMITS: dict[str, int] = {"icao_address": 0xFFFFFF, "mode_3a": 0o7777, "nic": 15, "nac_p": 15, "sil": 3}


@dataclass(slots=True)
class PlotsDecoder:
    """Decode streams of plots of one source; remembers which sensors it has named."""

    source: Source
    names: dict[str, None] = field(default_factory=dict)
    """In order of appearance, at most ``MOST_SENSORS``."""

    def decode(self, receive_time_ns: int, data: bytes) -> Decoded:
        """Decode one IPC stream. Never raises on any bytes; rejects name the row.

        ``receive_time_ns`` replaces the column of that name: arrival is this node's business. The label is the
        most restrictive of the source's and the stream's own.
        """
        try:
            plots = self._read(data)
        except (pa.ArrowException, ValueError, TypeError, OverflowError, OSError, KeyError) as error:
            return Decoded(rejects=(Reject(0, f"expected an Arrow IPC stream of plots, was {_first_line(error)}"),))
        log = RejectLog()
        plots = _forget_unknown_claims(plots, log)
        kept = plots.take(find_valid(plots, log))
        arrival = np.full(len(kept), receive_time_ns, np.int64)
        time_ns = kept.time_ns + round(self.source.clock_correction_s * NS_PER_S)
        plots = replace(kept, time_ns=time_ns, receive_time_ns=arrival)
        return Decoded(plots=plots, records=len(kept), rejects=tuple(log.rejects))

    def snapshot(self) -> bytes:
        """Return the sensors named so far."""
        return json.dumps(list(self.names)).encode()

    def restore(self, data: bytes) -> None:
        """Go on from a snapshot. Raises ValueError for bytes that are none."""
        self.names = dict.fromkeys(json.loads(data))

    def _read(self, data: bytes) -> Plots:
        with pa.ipc.open_stream(pa.py_buffer(data)) as reader:
            table = reader.read_all()
        table.validate(full=True)
        labels = [self.source.label]
        stored = (table.schema.metadata or {}).get(LABEL_KEY)
        if stored is not None:
            labels.append(Label.model_validate_json(stored))
        for name in NEVER_NULL:
            if name in table.schema.names and table.column(name).null_count:
                raise ValueError(f"a null {name}")
        plots = Plots.from_arrow(table, most_restrictive(labels))
        names = self.names | dict.fromkeys(plots.sensor_ids)
        if len(names) > MOST_SENSORS:
            raise ValueError(f"more than {MOST_SENSORS} sensors of one source")
        self.names = names
        return plots


def open_decoder(source: Source, sensors: Sequence[Sensor]) -> PlotsDecoder:
    """Make the decoder of one source; sensor names are those in the stream."""
    return PlotsDecoder(source)


def find_valid(plots: Plots, log: RejectLog) -> NDArray[np.bool_]:
    """Mark the rows that hold a possible plot; every other row is logged once, with the first rule it breaks."""
    valid = np.ones(len(plots), bool)
    rules: list[tuple[NDArray[Any], str]] = [
        (
            (plots.time_ns > EARLIEST_UNIX_S * NS_PER_S) & (plots.time_ns < LATEST_UNIX_S * NS_PER_S),
            "expected time_ns after 2000 and before 2100",
        )
    ]
    for name, (low, high) in REAL_LIMITS.items():
        values = getattr(plots, name)
        inside = np.isnan(values) | ((values >= low) & (values <= high))
        rules.append((inside, f"expected {name} within {low:g}..{high:g} or null"))
    for name, highest in CODE_LIMITS.items():
        codes = getattr(plots, name)
        rules.append(((codes >= NO_CODE) & (codes <= highest), f"expected {name} within 0..{highest} or null"))
    placed = ~np.isnan(plots.latitude_deg) & ~np.isnan(plots.longitude_deg)
    paired = ~np.isnan(plots.tdoa_s) & (plots.reference_sensor != NO_CODE)
    something = placed | paired | ~np.isnan(plots.azimuth_deg) | (plots.claim != NO_CODE)
    rules.append(
        (something, "expected azimuth_deg, latitude_deg and longitude_deg, tdoa_s and reference_sensor_id, or claim")
    )
    rows = range(len(plots))
    for inside, reason in rules:
        log.add_where(valid & ~inside, rows, f"{reason}; row dropped")
        valid &= inside
    return valid


def _forget_unknown_claims(plots: Plots, log: RejectLog) -> Plots:
    """Make null what no word of ours is; the rest of the row is kept."""
    unknown = plots.claim == UNKNOWN_CLAIM
    if not unknown.any():
        return plots
    log.add_where(unknown, range(len(plots)), f"expected claim out of {', '.join(SENSOR_CLAIMS)}; claim left out")
    return replace(plots, claim=np.where(unknown, NO_CODE, plots.claim).astype(np.int8))


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:400]
