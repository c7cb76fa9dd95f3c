"""One target flying straight, seen every scan: how near the tracker is to the bound, and whether it knows its errors.

600 targets, far apart, are 600 runs in one scenario. The tracker is ``sargas track`` as it is: its own association,
its own models, its report at the instant of each scan. NIS is had from outside: in a second run plots arrive 1 ms after
the report, so that each report is the prediction of the scan to come.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.stats import chi2

from sargas.exercise.scoring.consistency import error_enu
from sargas.exercise.scoring.frames import build_frames
from sargas.geo.enu import rotation_at
from sargas.model.columns import Float64
from sargas.tracking import parameters
from tracking.bound import bound_after_scans, polar_jacobian, process_noise, transition
from tracking.figure import Limit, tell
from tracking.lab import Lab, Scored
from tracking.own_scenarios import Plots, Radar, polar, seen_by, write_sensors, write_truth

TARGETS, SCANS, SETTLED = 600, 40, 15
"""The first 15 scans are initiation: what is scored comes after."""
SEED = 2101
DENSITIES = (0.0, 1.0, 20.0)
"""Horizontal white acceleration, m²/s³: none (the figure with the limit), light, as lively as the peer's filter."""
DRAWS = 2000
UPPER = np.triu_indices(6)


@dataclass(frozen=True)
class Flights:
    """Hold states (scans, n, 6) in the frame of the centre, where the one radar stands too."""

    radar: Radar
    density: Float64
    states: Float64


def measure_single_target(lab: Lab) -> None:
    """Tell RMSE over bound, NEES and NIS."""
    densities = DENSITIES[:1] if lab.is_quick else DENSITIES
    for density in densities:
        flights = fly(density, SEED)
        scenario = write(lab.folder / f"single-{density:g}", flights, 0.0)
        after = lab.product(scenario)
        tell_bound(flights, after, density)
        if density == 0.0:
            tell_nees(after)
            ahead = write(lab.folder / "single-ahead", flights, 0.001)
            tell_nis(flights, lab.product(ahead))


def fly(density: float, seed: int) -> Flights:
    """Spread targets on a ring of 30 to 120 km, 9 km apart on the mean, and let each fly straight or be jolted."""
    rng, radar = np.random.default_rng(seed), Radar("radar", height_m=0.0)
    place = spread(rng, TARGETS, 30e3, 120e3)
    velocity = np.c_[rng.normal(0, speed_sigma(), (TARGETS, 2)), rng.normal(0, 3, TARGETS)]
    state = np.c_[place, rng.uniform(4e3, 9e3, TARGETS), velocity]
    densities = density * np.array([1.0, 1.0, 0.025])
    f, q = transition(radar.period_s), process_noise(radar.period_s, densities)
    root = np.linalg.cholesky(q + 1e-12 * np.eye(6)) if density else np.zeros((6, 6))
    states = []
    for _ in range(SCANS):
        states.append(state)
        state = state @ f.T + rng.normal(0, 1, (TARGETS, 6)) @ root.T
    return Flights(radar, densities, np.array(states))


def spread(rng: np.random.Generator, n: int, inner_m: float, outer_m: float, apart_m: float = 4_000.0) -> Float64:
    """Draw n places (n, 2) on a ring that keep their distance from each other."""
    places = np.empty((0, 2))
    while len(places) < n:
        reach, angle = np.sqrt(rng.uniform(inner_m**2, outer_m**2)), rng.uniform(0, 2 * np.pi)
        place = reach * np.array([np.sin(angle), np.cos(angle)])
        if not len(places) or np.hypot(*(places - place).T).min() > apart_m:
            places = np.vstack([places, place])
    return places


def speed_sigma() -> float:
    """Return the tracker's own prior of a horizontal velocity component, m/s."""
    return float(getattr(parameters.DEFAULT, "start_speed_mps", 70.0))


def write(folder: Path, flights: Flights, delay_s: float) -> Path:
    """Write the scenario: Pd 1, no clutter, plots at every report time, arriving with it or just after."""
    rng = np.random.default_rng(SEED + 1)
    write_sensors(folder, [flights.radar])
    plots, times = Plots([]), np.arange(SCANS) * flights.radar.period_s
    for scan, time_s in enumerate(times):
        enu = seen_by(flights.radar, flights.states[scan, :, :3])
        measured = polar(enu) + rng.normal(0, 1, (TARGETS, 3)) * np.sqrt(np.diag(flights.radar.noise))
        plots.add(float(time_s), flights.radar, scan, measured, delay_s)
    plots.write(folder / "plots.parquet")
    write_truth(folder, times, flights.states, "light_aircraft")
    return folder


def tell_bound(flights: Flights, product: Scored, density: float) -> None:
    """Tell RMSE over bound of position and velocity, with intervals from drawing targets anew."""
    enu = np.array([seen_by(flights.radar, states[:, :3]) for states in flights.states])
    prior = np.array([speed_sigma()] * 2 + [float(getattr(parameters.DEFAULT, "start_climb_mps", 20.0))])
    bounds = bound_after_scans(enu, flights.radar.noise, flights.radar.period_s, flights.density, prior)
    scans, objects, errors, _ = paired_errors(product)
    late = scans >= SETTLED
    scans, objects, errors = scans[late], objects[late], errors[late]
    variances = np.diagonal(bounds[scans, objects], axis1=1, axis2=2)
    for name, axes in (("position", slice(0, 3)), ("velocity", slice(3, 6))):
        found = np.bincount(objects, (errors[:, axes] ** 2).sum(axis=1), TARGETS)
        least = np.bincount(objects, variances[:, axes].sum(axis=1), TARGETS)
        ratio, low, high = _ratio(found, least)
        limit = Limit(at_least=0.97, at_most=1.03) if density == 0.0 and name == "position" else None
        motion = "constant-velocity" if density == 0.0 else f"q = {density:g} m²/s³"
        tell(
            f"RMSE / bound of {name}, single {motion} target", ratio, "", limit,
            f"{len(np.unique(objects))} of {TARGETS} runs, scans {SETTLED + 1} to {SCANS}, interval {low:.3f} to "
            f"{high:.3f}; RMSE {np.sqrt(found.sum() / len(errors)):.1f}, bound "
            f"{np.sqrt(least.sum() / len(errors)):.1f}; the bound knows that q = {density:g}, "
            "the tracker allows for every motion",
        )  # fmt: skip


def _ratio(found: Float64, least: Float64) -> tuple[float, float, float]:
    rows = np.random.default_rng(3).integers(0, len(found), (DRAWS, len(found)))
    drawn = np.sqrt(found[rows].sum(axis=1) / least[rows].sum(axis=1))
    low, high = np.quantile(drawn, (0.025, 0.975))
    return float(np.sqrt(found.sum() / least.sum())), float(low), float(high)


def paired_errors(product: Scored) -> tuple[np.ndarray, np.ndarray, Float64, Float64]:
    """Return scan, object, error (n, 6) and covariance (n, 6, 6) of every pair of a track with its target."""
    frames = build_frames(product.truth, product.picture)
    pairs = [(frame, frame.object_rows[frame.pairs[:, 0]], frame.track_rows[frame.pairs[:, 1]]) for frame in frames]
    object_rows = np.concatenate([rows for _, rows, _ in pairs])
    track_rows = np.concatenate([rows for _, _, rows in pairs])
    scans = np.repeat(np.arange(len(frames)), [len(rows) for _, rows, _ in pairs])
    take = lambda states, rows: type(states)(  # noqa: E731
        **{name: getattr(states, name)[rows] for name in states.__dataclass_fields__}
    )
    errors = error_enu(take(product.truth.states, object_rows), take(product.picture.states, track_rows))
    full = np.full((len(errors), 6, 6), np.nan)
    if product.picture.covariance is not None:
        full[:, UPPER[0], UPPER[1]] = product.picture.covariance[track_rows]
        full[:, UPPER[1], UPPER[0]] = product.picture.covariance[track_rows]
    return scans, product.truth.object_id[object_rows], errors, full


def tell_nees(product: Scored) -> None:
    """Tell the mean NEES of six dimensions against its band for so many runs."""
    scans, _, errors, covariances = paired_errors(product)
    late = (scans >= SETTLED) & np.isfinite(covariances).all(axis=(1, 2))
    values = squared(errors[late], covariances[late])
    _tell_band("NEES, single constant-velocity target", values, scans[late], 6)


def tell_nis(flights: Flights, product: Scored) -> None:
    """Tell the mean NIS of three dimensions: each report is the prediction of the scan that arrives 1 ms later."""
    scans, objects, _, covariances = paired_errors(product)
    keep = (scans >= SETTLED) & np.isfinite(covariances).all(axis=(1, 2))
    scans, objects, covariances = scans[keep], objects[keep], covariances[keep]
    rng, sigma = np.random.default_rng(SEED + 1), np.sqrt(np.diag(flights.radar.noise))
    measured = [
        polar(seen_by(flights.radar, states[:, :3])) + rng.normal(0, 1, (TARGETS, 3)) * sigma
        for states in flights.states
    ]
    rows = predicted_rows(product)[keep]
    states = product.picture.states
    place = (states.latitude_deg[rows], states.longitude_deg[rows], states.altitude_m[rows])
    enu = flights.radar.frame.enu_from_geodetic(*place)
    turn = flights.radar.frame.rotation @ np.swapaxes(rotation_at(place[0], place[1]), 1, 2)
    h = polar_jacobian(enu)[:, :, :3] @ turn
    innovation = np.array(measured)[scans, objects] - polar(enu)
    innovation[:, 1] = (innovation[:, 1] + np.pi) % (2 * np.pi) - np.pi
    spread_of = h @ covariances[:, :3, :3] @ np.swapaxes(h, 1, 2) + flights.radar.noise
    _tell_band("NIS, single constant-velocity target", squared(innovation, spread_of), scans, 3)


def predicted_rows(product: Scored) -> np.ndarray:
    """Return the rows of the picture that ``paired_errors`` speaks of."""
    frames = build_frames(product.truth, product.picture)
    return np.concatenate([frame.track_rows[frame.pairs[:, 1]] for frame in frames])


def squared(errors: Float64, covariances: Float64) -> Float64:
    """Return e' P^-1 e."""
    return np.einsum("ni,ni->n", errors, np.linalg.solve(covariances, errors[:, :, None])[:, :, 0])


def _tell_band(figure: str, values: Float64, scans: np.ndarray, dimensions: int) -> None:
    count = np.bincount(scans)
    count = count[count > 0]
    n = int(np.median(count)) if len(count) else 1
    low, high = chi2.ppf((0.025, 0.975), n * dimensions) / n
    means = np.array([values[scans == scan].mean() for scan in np.unique(scans)])
    inside = float(np.mean((means >= low) & (means <= high))) if len(means) else 0.0
    tell(
        figure, float(values.mean()) if len(values) else np.nan, "", Limit(at_least=float(low), at_most=float(high)),
        f"{dimensions} expected; band of the mean of {n} runs; inside it at {inside:.0%} of {len(means)} scans; "
        f"seed {SEED}, never tuned on",
    )  # fmt: skip
