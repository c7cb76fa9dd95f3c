"""Reports of objects that say themselves where they are: from validated columns to plots, held positions left out.

Shared by the formats whose rows carry latitude and longitude (readsb, positions). A held position is one that a
receiver repeats because it heard no newer one; the rule is remote-id-adsb.md section 11.3: without it half of the
steps of a recording look like jumps.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from sargas.model.columns import NO_CODE, NS_PER_S, Bytes8, Float64, Int8, Int16, Int32, Int64, UInt16
from sargas.model.plots import SENSOR_CLAIMS, Plots
from sargas.model.records import Source

METRES_PER_FOOT = 0.3048
MPS_PER_KNOT = 1852.0 / 3600.0
MPS_PER_FPM = METRES_PER_FOOT / 60.0

SAME_POSITION_NS = NS_PER_S // 5
"""Two stamps closer than this are one position: feeders round ``now`` and ``seen_pos`` to 0.1 s each."""
REPEATED_FOR_NS = 60 * NS_PER_S
"""Memory of a position: later, or after the clock was set back by more, the same place is a new measurement."""
MOVING_MPS = 10.0
"""Above this ground speed two measurements of one object never agree to the last digit."""
REMEMBERED_OBJECTS = 50_000

EMITTER_CLAIMS = {
    1: "adsb_light", 2: "adsb_light", 3: "adsb_large", 4: "adsb_large", 5: "adsb_large", 6: "adsb_high_performance",
    10: "adsb_rotorcraft", 11: "adsb_glider", 12: "adsb_balloon", 13: "adsb_unmanned",
}  # fmt: skip
"""Claim of each emitter category (I021/020) that says something of the kind."""
CLAIM_OF_EMITTER: Int8 = np.full(32, NO_CODE, np.int8)
CLAIM_OF_EMITTER[list(EMITTER_CLAIMS)] = [SENSOR_CLAIMS.index(word) for word in EMITTER_CLAIMS.values()]
"""The same as codes of ``SENSOR_CLAIMS``, by category."""
CATEGORIES = {
    "A1": 1, "A2": 2, "A3": 3, "A4": 4, "A5": 5, "A6": 6, "A7": 10, "B1": 11, "B2": 12, "B6": 13,
}  # fmt: skip
"""Emitter category of each set and number of DO-260B (readsb writes those) that says something of the kind."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Reports:
    """Hold n validated reports as columns; nulls as in ``Plots``. ``keys`` name the object within its source."""

    keys: Sequence[str]
    time_ns: Int64
    latitude_deg: Float64
    longitude_deg: Float64
    altitude_m: Float64
    flight_level_ft: Float64
    ground_speed_mps: Float64
    track_deg: Float64
    climb_mps: Float64
    icao_address: Int32
    mode_3a: Int16
    callsign: Bytes8
    nic: Int8
    nac_p: Int8
    sil: Int8
    flags: UInt16
    claim: Int8

    def __len__(self) -> int:
        return len(self.time_ns)

    def take(self, rows: NDArray[np.int64]) -> Reports:
        """Select rows by index."""
        columns: dict[str, Any] = {f.name: getattr(self, f.name)[rows] for f in fields(self) if f.name != "keys"}
        return Reports(keys=[self.keys[row] for row in rows.tolist()], **columns)


@dataclass(slots=True)
class PositionMemory:
    """Remember the last position of each object, at most ``REMEMBERED_OBJECTS`` of them, oldest forgotten first."""

    last: dict[str, tuple[int, float, float]] = field(default_factory=dict)

    def is_held(self, key: str, time_ns: int, latitude_deg: float, longitude_deg: float, speed_mps: float) -> bool:
        """Say whether this position was reported before; if not, remember it."""
        known = self.last.pop(key, None)
        held = False
        if known is not None and abs(time_ns - known[0]) < REPEATED_FOR_NS:
            still = known[1:] == (latitude_deg, longitude_deg) and not speed_mps <= MOVING_MPS
            held = still or time_ns - known[0] <= SAME_POSITION_NS
        self.last[key] = known if held and known is not None else (time_ns, latitude_deg, longitude_deg)
        if len(self.last) > REMEMBERED_OBJECTS:
            del self.last[next(iter(self.last))]
        return held

    def to_lists(self) -> list[list[Any]]:
        """Return the memory as plain values, for a snapshot; objects keep their order."""
        return [[key, *position] for key, position in self.last.items()]

    @classmethod
    def from_lists(cls, rows: list[list[Any]]) -> Self:
        """Read what ``to_lists`` gave."""
        return cls({key: (time_ns, latitude, longitude) for key, time_ns, latitude, longitude in rows})


def plots_of(
    reports: Reports, memory: PositionMemory | None, source: Source, receive_time_ns: int
) -> tuple[Plots, int]:
    """Turn reports into plots in order of time, held positions left out; also return how many were held.

    Without a memory every report becomes a plot.

    Velocity is given where ground speed and track are known, its vertical part where the climb rate is.
    """
    reports = reports.take(np.lexsort((np.arange(len(reports)), reports.time_ns)))
    fresh = [
        memory is None or not memory.is_held(*row)
        for row in zip(
            reports.keys,
            reports.time_ns.tolist(),
            reports.latitude_deg.tolist(),
            reports.longitude_deg.tolist(),
            reports.ground_speed_mps.tolist(),
            strict=True,
        )
    ]
    kept = reports.take(np.flatnonzero(np.array(fresh, bool)))
    track_rad = np.deg2rad(kept.track_deg)
    plots = Plots.of(
        time_ns=kept.time_ns + round(source.clock_correction_s * NS_PER_S),
        receive_time_ns=np.full(len(kept), receive_time_ns, np.int64),
        sensor_ids=(source.sensor_id or source.name,),
        label=source.label,
        latitude_deg=kept.latitude_deg,
        longitude_deg=kept.longitude_deg,
        altitude_m=kept.altitude_m,
        flight_level_ft=kept.flight_level_ft,
        velocity_east_mps=kept.ground_speed_mps * np.sin(track_rad),
        velocity_north_mps=kept.ground_speed_mps * np.cos(track_rad),
        velocity_up_mps=kept.climb_mps,
        icao_address=kept.icao_address,
        mode_3a=kept.mode_3a,
        callsign=kept.callsign,
        nic=kept.nic,
        nac_p=kept.nac_p,
        sil=kept.sil,
        flags=kept.flags,
        claim=kept.claim,
    )
    return plots, len(reports) - len(kept)
