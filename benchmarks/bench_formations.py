"""Measure whether two that fly close together keep their numbers: side by side, crossing, with plots that merge.

Run: python benchmarks/bench_formations.py. Two drones at 45 m/s, 300 m high, 45 to 60 km from two 3D radars (50 m,
0.15 deg, Pd 0.85, a scan each 4 s, 5 false plots a scan). What lies within 150 m of range and 1.2 deg of azimuth is one
plot, at the mean: the radar does not resolve it. Numbers are compared before and after the two are close. Seeds 1001 on
were never used for tuning.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable

import numpy as np

from sargas.geo.enu import Frame
from sargas.geo.polar import polar_from_enu
from sargas.model.columns import Float64
from sargas.model.label import Label
from sargas.model.plots import Plots
from sargas.model.records import Sensor
from sargas.model.tracks import TrackStatus
from sargas.tracking.tracker import Tracker

COMMAND = "python benchmarks/bench_formations.py"
SEEDS = range(1001, 1041)
EPOCH_NS = 1_760_000_000_000_000_000
ORIGIN = (56.0, 24.0)
FRAME = Frame(*ORIGIN, 0.0)
CELL_M, BEAM_DEG, PD, FALSE_PLOTS = 150.0, 1.2, 0.85, 5
SPEED_MPS, SECONDS, BEFORE_S, MIDDLE_S = 45.0, 300, 60, 150
RESOLVED_M, RESOLVED_DEG = 500.0, 45.0
"""From here on one of the two radars has a plot of each for most of the time."""
Paths = Callable[[float], Float64]
"""Places (2, 3) of both in the region frame, m, at a second."""


def main() -> None:
    """Print the share of pairs that keep their numbers, by geometry."""
    for spacing_m in (200.0, 500.0, 1000.0, 2000.0):
        figure = f"pairs that keep their numbers, side by side {spacing_m:.0f} m for 2 min"
        tell(figure, side_by_side(spacing_m), 0.99 if spacing_m >= RESOLVED_M else None)
    for angle_deg in (15.0, 30.0, 45.0, 90.0):
        figure = f"pairs that keep their numbers, crossing at {angle_deg:.0f} deg"
        tell(figure, crossing(angle_deg), 0.99 if angle_deg >= RESOLVED_DEG else None)


def side_by_side(spacing_m: float) -> Paths:
    """Close in at 25 m/s, fly beside each other for two minutes, open again."""

    def at(time_s: float) -> Float64:
        gap_m = spacing_m + 25.0 * (max(BEFORE_S + 30.0 - time_s, 0.0) + max(time_s - 210.0, 0.0))
        x_m = 60e3 - SPEED_MPS * time_s
        return np.array([[x_m, 20e3 - gap_m / 2.0, 300.0], [x_m, 20e3 + gap_m / 2.0, 300.0]])

    return at


def crossing(angle_deg: float) -> Paths:
    """Fly straight through one point in the middle of the time, at the same moment."""
    half_rad = np.deg2rad(angle_deg) / 2.0

    def at(time_s: float) -> Float64:
        way_m = SPEED_MPS * (time_s - MIDDLE_S)
        x_m, off_m = 50e3 - way_m * np.cos(half_rad), way_m * np.sin(half_rad)
        return np.array([[x_m, 20e3 - off_m, 300.0], [x_m, 20e3 + off_m, 300.0]])

    return at


def tell(figure: str, paths: Paths, least: float | None) -> None:
    """Run all seeds of one geometry and print its figure; ``least``: limit where radars tell the two apart."""
    ends = Counter(follow(seed, paths) for seed in SEEDS)
    share = ends["kept"] / (len(SEEDS) - ends["not seen"])
    line = {
        "figure": figure,
        "value": round(share, 3),
        "unit": "",
        "limit": None if least is None else f">= {least}",
        "ok": None if least is None else share >= least,
        "command": COMMAND,
        "note": f"{dict(sorted(ends.items()))} of {len(SEEDS)} seeds",
    }
    print(json.dumps(line), flush=True)


def follow(seed: int, paths: Paths) -> str:
    """Track one pair; say what became of the two numbers."""
    rng = np.random.default_rng(seed)
    radars = [radar("a", 56.0, 24.0), radar("b", 56.3, 24.8)]
    tracker, before = Tracker(radars, ORIGIN), (-1, -2)
    for second in range(0, SECONDS, 4):
        for k, sensor in enumerate(radars):
            tracker.update(see(sensor, paths(second + 2.0 * k), second + 2.0 * k, second // 4, rng))
        tracker.advance(at_ns(second + 3.9))
        if second == BEFORE_S:
            before = numbers(tracker, paths, second + 3.9)
    after = numbers(tracker, paths, SECONDS - 0.1)
    if before[0] == before[1]:
        return "not seen"
    if after == before:
        return "kept"
    if after == before[::-1]:
        return "swapped"
    return "merged" if after[0] == after[1] else "renumbered"


def numbers(tracker: Tracker, paths: Paths, time_s: float) -> tuple[int, int]:
    """Return the numbers of the confirmed tracks nearest to the two."""
    found = tracker.report(at_ns(time_s))
    found = found.take(found.status == TrackStatus.CONFIRMED)
    places = FRAME.enu_from_geodetic(found.latitude_deg, found.longitude_deg, found.altitude_m)
    if not len(found):
        return (-1, -1)
    off_m = np.linalg.norm(places[:, None, :2] - paths(time_s)[None, :, :2], axis=2)
    first, second = found.track_id[off_m.argmin(axis=0)].tolist()
    return first, second


def radar(name: str, latitude_deg: float, longitude_deg: float) -> Sensor:
    """Make a radar."""
    return Sensor(
        id=name, kind="radar-3d", latitude_deg=latitude_deg, longitude_deg=longitude_deg, height_m=50.0,
        scan_period_s=4.0, max_range_m=250e3, sigma_range_m=50.0, sigma_azimuth_deg=0.15,
    )  # fmt: skip


def see(sensor: Sensor, places: Float64, time_s: float, scan: int, rng: np.random.Generator) -> Plots:
    """Report a scan: what is not resolved as one plot, noise, misses, false plots."""
    site = Frame(sensor.latitude_deg or 0.0, sensor.longitude_deg or 0.0, sensor.height_m)
    polar = np.column_stack(polar_from_enu(site.enu_from_ecef(FRAME.ecef_from_enu(places))))
    apart = np.abs(polar[1] - polar[0])
    polar = polar.mean(axis=0, keepdims=True) if apart[0] < CELL_M and apart[1] < BEAM_DEG else polar
    sigmas = (sensor.sigma_range_m, sensor.sigma_azimuth_deg, sensor.sigma_elevation_deg)
    polar = (polar + rng.normal(size=polar.shape) * sigmas)[rng.random(len(polar)) < PD]
    false = np.column_stack([rng.uniform(low, high, FALSE_PLOTS) for low, high in ((1e3, 250e3), (0, 360), (0, 3))])
    rows = np.concatenate([polar, false])
    time_ns = np.full(len(rows), at_ns(time_s))
    return Plots.of(
        time_ns=time_ns, receive_time_ns=time_ns + 50_000_000, sensor_ids=(sensor.id,), label=Label(),
        scan=np.full(len(rows), scan), range_m=rows[:, 0], azimuth_deg=rows[:, 1], elevation_deg=rows[:, 2],
    )  # fmt: skip


def at_ns(time_s: float) -> int:
    """Return UTC ns of a second of the scene."""
    return EPOCH_NS + round(time_s * 1e9)


if __name__ == "__main__":
    main()
