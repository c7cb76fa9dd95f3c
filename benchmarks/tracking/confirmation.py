"""Confirmation: how soon a faint inbound drone is a track, and how rarely clutter alone is one."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from benchmarks.tracking.figure import Limit, tell
from benchmarks.tracking.lab import Lab
from benchmarks.tracking.own_scenarios import Plots, Radar, polar, seen_by, write_sensors, write_truth
from benchmarks.tracking.straight_flights import spread
from sargas.cli.score_files import read_picture, read_truth
from sargas.exercise.scoring.field_trial import false_numbers
from sargas.exercise.scoring.frames import build_frames
from sargas.model.columns import Float64

DRONES, DURATION_S, DETECTION = 120, 120.0, 0.5
"""Drones rise into view evenly over the first minute; each plot of each is seen with this probability."""
WITHIN_M = 1000.0
CLUTTER_S = 900
RADARS = 16
"""Of the shared scenario: 900 s of them are four radar-hours."""


def measure_confirmation(lab: Lab) -> None:
    """Tell both."""
    for period_s, limit in ((2.5, None), (4.0, Limit(at_most=15))):
        measure_drones(lab, period_s, limit)
    for profile in ("surveillance", "hard"):
        measure_clutter(lab, profile)


def measure_drones(lab: Lab, period_s: float, limit: Limit | None) -> None:
    """Time from rising into view of two radars to the first report of a confirmed track, steps of 1 s."""
    folder = lab.folder / f"inbound-{period_s:g}"
    since_s = write_inbound(folder, period_s, 31)
    _, out = lab.track(folder, "--report-period", "1")
    truth = read_truth(folder)
    first: dict[int, float] = {}
    for frame in build_frames(truth, read_picture(out)):
        for i, j in frame.pairs[frame.distance_m < WITHIN_M]:
            name = int(frame.objects[i])
            if frame.age_s >= since_s[name]:
                first.setdefault(name, frame.age_s)
            del j
    waits = np.array([first.get(name, np.inf) - since_s[name] for name in range(DRONES)])
    tell(
        f"time to a confirmed track, drone with Pd 0.5 in two radars of {period_s:g} s, median",
        float(np.median(waits)), "s", limit,
        f"{DRONES} inbound one-way drones of 50 m/s at 150 m, gap-filler accuracy, 5 false plots a scan; p90 "
        f"{np.quantile(waits, 0.9, method='higher'):.1f} s, worst {waits.max():.1f} s; {_expected(period_s)}",
    )  # fmt: skip


def _expected(period_s: float) -> str:
    return f"two radars give a plot every {period_s / (2 * DETECTION):g} s on the mean"


def write_inbound(folder: Path, period_s: float, seed: int) -> np.ndarray:
    """Write drones that appear one by one and fly to the centre between two radars; return when each appears, s."""
    rng = np.random.default_rng(seed)
    radars = [
        Radar(
            f"gap-{i}", east_m=east, period_s=period_s, max_range_m=90e3, sigma_range_m=30.0, sigma_azimuth_deg=0.2,
            sigma_elevation_deg=0.4, clutter_per_scan=5.0,
        )
        for i, east in enumerate((-12e3, 12e3))
    ]  # fmt: skip
    write_sensors(folder, radars)
    place = spread(rng, DRONES, 15e3, 45e3, 2_500.0)
    velocity = -50.0 * place / np.linalg.norm(place, axis=1)[:, None]
    since_s = rng.uniform(10, 70, DRONES)

    def states_at(time_s: float) -> Float64:
        moved = place + velocity * (time_s - since_s)[:, None]
        # height above the ellipsoid, so that nobody sinks below the horizon
        up = 150.0 - (moved**2).sum(axis=1) / (2 * 6.37e6)
        states: Float64 = np.c_[moved, up, velocity, np.zeros(DRONES)]
        return states

    plots = Plots([])
    for i, radar in enumerate(radars):
        offset_s = rng.uniform(0, period_s) + 0.01 * i
        for scan in range(int((DURATION_S - offset_s) / period_s)):
            time_s = offset_s + scan * period_s
            enu = seen_by(radar, states_at(time_s)[:, :3])
            seen = (since_s <= time_s) & (rng.random(DRONES) < DETECTION)
            noise = rng.normal(0, 1, (DRONES, 3)) * np.sqrt(np.diag(radar.noise))
            n = rng.poisson(radar.clutter_per_scan)
            false = np.c_[rng.uniform(1e3, 90e3, n), rng.uniform(0, 2 * np.pi, n), np.radians(rng.uniform(0, 3, n))]
            plots.add(time_s, radar, scan, np.r_[(polar(enu) + noise)[seen], false], 0.05)
    plots.write(folder / "plots.parquet")
    times = np.arange(0.0, DURATION_S, 1.0)
    write_truth(folder, times, np.array([states_at(t) for t in times]), "one_way_drone", times[:, None] >= since_s)
    return since_s


def measure_clutter(lab: Lab, profile: str) -> None:
    """Count false confirmed tracks an hour of one radar, with a single object in the sky."""
    scenario = lab.scenario(1, 21, profile, CLUTTER_S)
    figures, out = lab.track(scenario)
    numbers = false_numbers(build_frames(read_truth(scenario), read_picture(out)))
    hours = RADARS * CLUTTER_S / 3600
    tell(
        f"false confirmed tracks per radar-hour, clutter of the {profile} profile", len(numbers) / hours, "1/h",
        Limit(at_most=1),
        f"{len(numbers)} in {hours:g} radar-hours, {figures['plots']} plots; counted at report times of 4 s",
    )  # fmt: skip
