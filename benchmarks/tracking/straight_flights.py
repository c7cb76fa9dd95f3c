"""Targets that fly straight (or are jolted a little), seen every scan by one aligned radar: six scenarios of 100.

Their paths keep so far apart that no plot can be another's. The tracker is ``sargas track`` as it is: its own
association, its report at the instant of each scan.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from benchmarks.tracking.bound import bound_after_scans, process_noise, transition
from benchmarks.tracking.lab import Lab
from benchmarks.tracking.own_scenarios import Plots, Radar, polar, seen_by, write_sensors, write_truth
from sargas.cli.score_files import read_picture, read_truth
from sargas.exercise.scoring.columns import States
from sargas.exercise.scoring.consistency import error_enu
from sargas.exercise.scoring.frames import build_frames
from sargas.model.columns import Float64, Int64

GROUPS, GROUP, SCANS = 6, 100, 40
TARGETS = GROUPS * GROUP
SEED = 2101
"""Never used for tuning."""
SPEED_MPS, CLIMB_MPS = 60.0, 5.0
"""One sigma of each component of the velocity east and north, and up: the prior of the bound, drawn from."""
APART_M = 6_000.0
"""Least distance of two straight paths of a group, at any time."""
CLIMB_SHARE = 0.025
"""Vertical over horizontal density of the jolts."""
UPPER = np.triu_indices(6)


@dataclass(frozen=True)
class Flights:
    """Hold true states (scans, n, 6) in the frame of the centre, where the radar stands, and what it measured."""

    radar: Radar
    density: Float64
    """(3,) Spectral density of white acceleration, m²/s³."""
    states: Float64
    measured: Float64
    """(scans, n, 3) range (m), azimuth, elevation (rad)."""

    def seen(self) -> Float64:
        """Return the true positions (scans, n, 3) in the radar's frame, m."""
        return np.array([seen_by(self.radar, states[:, :3]) for states in self.states])

    def bounds(self) -> Float64:
        """Return the least covariances (scans, n, 6, 6) that any filter can have after each scan."""
        prior = np.array([SPEED_MPS, SPEED_MPS, CLIMB_MPS])
        return bound_after_scans(self.seen(), self.radar.noise, self.radar.period_s, self.density, prior)


@dataclass(frozen=True)
class Estimates:
    """Hold the reports that are paired with a target: scan, target, error (n, 6), covariance (n, 6, 6) and place."""

    scans: Int64
    targets: Int64
    errors: Float64
    covariances: Float64
    states: States

    def since(self, scan: int) -> Estimates:
        """Leave what is from a scan on and has a covariance."""
        keep = (self.scans >= scan) & np.isfinite(self.covariances).all(axis=(1, 2))
        return Estimates(
            self.scans[keep], self.targets[keep], self.errors[keep], self.covariances[keep], take(self.states, keep)
        )


def fly(density: float) -> Flights:
    """Spread targets on a ring of 30 to 120 km and let each fly, jolted by white acceleration of that density."""
    rng, radar = np.random.default_rng(SEED), Radar("radar", height_m=0.0, aligned=True)
    level = np.concatenate([draw_apart(rng, SCANS * radar.period_s) for _ in range(GROUPS)])
    climb = rng.normal(0, CLIMB_MPS, TARGETS)
    state = np.c_[level[:, :2], rng.uniform(4e3, 6.5e3, TARGETS), level[:, 2:], climb]
    densities = density * np.array([1.0, 1.0, CLIMB_SHARE])
    f, q = transition(radar.period_s), process_noise(radar.period_s, densities)
    root = np.linalg.cholesky(q + 1e-12 * np.eye(6)) if density else np.zeros((6, 6))
    states = [state]
    for _ in range(SCANS - 1):
        states.append(states[-1] @ f.T + rng.normal(0, 1, (TARGETS, 6)) @ root.T)
    truth = np.array([polar(seen_by(radar, each[:, :3])) for each in states])
    measured = truth + rng.normal(0, 1, truth.shape) * np.sqrt(np.diag(radar.noise))
    return Flights(radar, densities, np.array(states), measured)


def draw_apart(rng: np.random.Generator, duration_s: float) -> Float64:
    """Draw places and velocities (GROUP, 4; m, m/s) on the ring whose straight paths keep their distance."""
    drawn = np.empty((0, 4))
    while len(drawn) < GROUP:
        reach, angle = np.sqrt(rng.uniform(30e3**2, 120e3**2)), rng.uniform(0, 2 * np.pi)
        fresh = np.r_[reach * np.sin(angle), reach * np.cos(angle), rng.normal(0, SPEED_MPS, 2)]
        apart = drawn - fresh
        speed2 = np.maximum((apart[:, 2:] ** 2).sum(axis=1), 1e-9)
        nearest_s = np.clip(-(apart[:, :2] * apart[:, 2:]).sum(axis=1) / speed2, 0.0, duration_s)
        if (np.hypot(*(apart[:, :2] + nearest_s[:, None] * apart[:, 2:]).T) > APART_M).all():
            drawn = np.vstack([drawn, fresh])
    return drawn


def own_motion(density: float) -> str:
    """Return the parameters of a tracker whose every model is the motion that ``fly`` makes at that density."""
    values = {f"{model}_horizontal": density for model in ("quiet", "lively", "turn", "agile", "gate_turn")}
    values |= {f"{model}_vertical": density * CLIMB_SHARE for model in ("quiet", "lively", "turn", "agile")}
    values |= {"turn_acceleration_mps2": 0.0, "start_climb_mps": CLIMB_MPS}
    values |= {"start_speed_low_mps": SPEED_MPS, "start_speed_high_mps": SPEED_MPS}
    return "".join(f"{name} = {value!r}\n" for name, value in values.items())


def spread(rng: np.random.Generator, n: int, inner_m: float, outer_m: float, apart_m: float = 4_000.0) -> Float64:
    """Draw n places (n, 2) on a ring that keep their distance from each other."""
    places = np.empty((0, 2))
    while len(places) < n:
        reach, angle = np.sqrt(rng.uniform(inner_m**2, outer_m**2)), rng.uniform(0, 2 * np.pi)
        place = reach * np.array([np.sin(angle), np.cos(angle)])
        if not len(places) or np.hypot(*(places - place).T).min() > apart_m:
            places = np.vstack([places, place])
    return places


def estimate(lab: Lab, name: str, flights: Flights, delay_s: float, parameters: str = "") -> Estimates:
    """Track the flights; plots arrive ``delay_s`` after the report that falls on the same instant.

    ``parameters``: TOML text of tracking parameters that differ from their defaults.
    """
    found = []
    for group in range(GROUPS):
        folder, mine = lab.folder / f"{name}-{group}", slice(group * GROUP, (group + 1) * GROUP)
        part = replace(flights, states=flights.states[:, mine], measured=flights.measured[:, mine])
        write(folder, part, delay_s)
        (folder / "parameters.toml").write_text(parameters, encoding="utf-8")
        _, out = lab.track(folder, "--parameters", str(folder / "parameters.toml"))
        found.append(paired(folder, out, group * GROUP))
    return Estimates(
        np.concatenate([part.scans for part in found]),
        np.concatenate([part.targets for part in found]),
        np.concatenate([part.errors for part in found]),
        np.concatenate([part.covariances for part in found]),
        States(**{
            column: np.concatenate([getattr(part.states, column) for part in found])
            for column in States.__dataclass_fields__
        }),
    )  # fmt: skip


def paired(folder: Path, tracks: Path, first: int) -> Estimates:
    """Pair the reports of a scenario with its targets, which are numbered from ``first``."""
    truth, picture = read_truth(folder), read_picture(tracks)
    frames = build_frames(truth, picture)
    object_rows = np.concatenate([frame.object_rows[frame.pairs[:, 0]] for frame in frames])
    track_rows = np.concatenate([frame.track_rows[frame.pairs[:, 1]] for frame in frames])
    states = take(picture.states, track_rows)
    covariances = np.full((len(track_rows), 6, 6), np.nan)
    if picture.covariance is not None:
        covariances[:, UPPER[0], UPPER[1]] = picture.covariance[track_rows]
        covariances[:, UPPER[1], UPPER[0]] = picture.covariance[track_rows]
    return Estimates(
        np.repeat(np.arange(len(frames)), [len(frame.pairs) for frame in frames]),
        first + truth.object_id[object_rows].astype(np.int64),
        error_enu(take(truth.states, object_rows), states),
        covariances,
        states,
    )


def write(folder: Path, flights: Flights, delay_s: float) -> None:
    """Write the scenario: Pd 1, no clutter, a scan at every report time."""
    write_sensors(folder, [flights.radar])
    plots, times = Plots([]), np.arange(SCANS, dtype=np.float64) * flights.radar.period_s
    for scan, time_s in enumerate(times):
        plots.add(float(time_s), flights.radar, scan, flights.measured[scan], delay_s)
    plots.write(folder / "plots.parquet")
    write_truth(folder, times, flights.states, "light_aircraft")


def take(states: States, rows: np.ndarray) -> States:
    """Leave the rows of a mask or index."""
    return States(**{name: getattr(states, name)[rows] for name in States.__dataclass_fields__})
