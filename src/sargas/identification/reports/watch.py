"""Whether any radar looks where a person saw something: only then does it mean a little that no track was there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from sargas.geo.horizon import radar_horizon_m
from sargas.identification.reports.likelihood import Offsets, offsets
from sargas.model.records import HumanReport, Sensor

LOW_M = 150.0
"""Height above the ground at which what people report flies."""
LEAST_MAST_M = 5.0


@dataclass(frozen=True, slots=True)
class Watch:
    """Hold the radars with a place."""

    radars: tuple[Sensor, ...]

    @classmethod
    def of(cls, sensors: Iterable[Sensor]) -> Watch:
        """Take the radars among sensors."""
        return cls(tuple(s for s in sensors if s.kind.startswith("radar") and s.latitude_deg is not None))

    def looks_at(self, report: HumanReport) -> bool:
        """Say whether a radar would see something low above the place of a report: in range, above a smooth horizon."""
        reach_m = float(radar_horizon_m(LEAST_MAST_M, LOW_M))
        return any(
            _distance_m(offsets(report, radar.latitude_deg, radar.longitude_deg)) < min(radar.max_range_m, reach_m)
            for radar in self.radars
            if radar.latitude_deg is not None and radar.longitude_deg is not None
        )


def _distance_m(at: Offsets) -> float:
    return float(np.hypot(at.east_m, at.north_m))
