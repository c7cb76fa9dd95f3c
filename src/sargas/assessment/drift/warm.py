"""Compile what drift needs: one balloon drifted, for no short night has one."""

from __future__ import annotations

from sargas.assessment.drift.drifters import Drifters, Seen
from sargas.assessment.drift.regions import region_of
from sargas.geo.plane import RegionPlane
from sargas.model.columns import NS_PER_S


def warm_up() -> None:
    """Drift one balloon and draw its region."""
    drifters = Drifters(RegionPlane(55.0, 24.0))
    for second in range(0, 81, 20):
        sample = [float(second), 10.0 * second, 0.0, 2000.0, 900.0, 900.0, 10.0, 0.0, 0.0]
        drifters.see([Seen(1, sample, 0.9, 1.0, simulated=True)], (second + 1) * NS_PER_S)
    [drifted] = drifters.refresh(81 * NS_PER_S)
    region_of(drifted.ensemble.x_m[:, 10], drifted.ensemble.y_m[:, 10], 0.9)
