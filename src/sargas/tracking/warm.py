"""Compile or load every kernel before the first plot comes, so that the first scan of a fresh node is not late."""

from __future__ import annotations

import numpy as np

from sargas.model.label import Label
from sargas.model.plots import Plots
from sargas.model.records import Sensor
from sargas.tracking.fusion import intersect_inverse_covariances, pack
from sargas.tracking.tracker import Tracker

RADAR = Sensor(id="warm-up", kind="radar-3d", latitude_deg=56.0, longitude_deg=24.0, scan_period_s=4.0)


def warm_up() -> None:
    """Run a tracker of its own over a few made-up plots and fuse two estimates; a minute the first time ever."""
    tracker = Tracker([RADAR], (56.0, 24.0))
    tracker.report(0)
    tracker.advance(0)
    for scan in range(4):
        tracker.update(_plots(scan))
    tracker.report(20_000_000_000)
    tracker.advance(200_000_000_000)
    one = pack(np.eye(6)[None])
    intersect_inverse_covariances(np.zeros((1, 6)), one, one)


def _plots(scan: int) -> Plots:
    time_ns = np.full(2, scan * 4_000_000_000)
    return Plots.of(
        time_ns=time_ns,
        receive_time_ns=time_ns,
        scan=np.full(2, scan),
        sensor_ids=(RADAR.id,),
        label=Label(),
        range_m=np.array([50e3, 70e3]),
        azimuth_deg=np.array([45.0, 200.0]),
        elevation_deg=np.array([2.0, 1.0]),
    )
