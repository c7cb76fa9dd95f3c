"""Plots that no track explains: at which turn of their sensor they would fit tracks that it should have seen.

A radar whose north jumps by more than its gates are wide has no pairs any more: all its plots are strays, each at the
same angle beside a track. Clutter is beside tracks at any angle. Source: docs/registration.md.
"""

from __future__ import annotations

import numpy as np

from sargas.model.columns import Int32
from sargas.model.kernel import inner_kernel
from sargas.sensors.registration_kernels import TURN_SIGMAS, TURNS, Registry
from sargas.sensors.site import Site
from sargas.tracking.gating import took_plot_of_scan
from sargas.tracking.measurement import Measurement
from sargas.tracking.scan import PlotRow
from sargas.tracking.state import TrackState

RANGE_SIGMAS = 4.0
RANGE_M = 100.0
"""A stray fits a track whose range is so near: sigmas of the sensor, and what the track itself is off."""


@inner_kernel
def note_stray(
    state: TrackState, plot: PlotRow, z: Measurement, site: Site, entry: Registry, candidates: Int32, count: int
) -> None:
    """Count a polar plot that starts a track by its azimuth minus that of each confirmed track near it would fit."""
    reach_m = RANGE_SIGMAS * site.sigma_range_m + RANGE_M
    bin_rad = TURN_SIGMAS * site.sigma_azimuth_rad
    # the region's axes stand for the sensor's: differences of azimuth and of range on the ground, nothing else
    east, north = z.place[0] - site.position_enu[0], z.place[1] - site.position_enu[1]
    range_m = np.hypot(east, north)
    for c in range(count):
        track, near = state.book[candidates[c]], state.near[candidates[c]]
        if took_plot_of_scan(track, plot, site.scan_period_s):
            continue
        dt_s = (z.time_ns - near.time_ns) * 1e-9
        x = near.x[0] + dt_s * near.x[2] - site.position_enu[0]
        y = near.x[1] + dt_s * near.x[3] - site.position_enu[1]
        if abs(range_m - np.hypot(x, y)) > reach_m:
            continue
        turn_rad = np.arctan2(east * y - north * x, north * y + east * x)
        k = int(np.floor(turn_rad / bin_rad + 0.5)) + TURNS // 2
        if 0 <= k < TURNS:
            entry.turned[k] += 1.0
