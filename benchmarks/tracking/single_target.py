"""One target flying straight, seen every scan: how near the tracker is to the bound, and whether it knows its errors.

The gate (reference: one target, association certain, the filter of its motion) is the tracker with every model set to
the motion flown: measurement rows, update, mixing, start and readout must then lose nothing against the bound. What its
default models allow for (turns, jolts) they cannot know to be absent: the same flights with the defaults tell what that
costs, and at which liveliness their covariances are those of their errors. NIS is had from outside: in a second run
plots arrive 1 ms after the report, so that each report is the prediction of the scan to come.
"""

from __future__ import annotations

import numpy as np
from scipy.stats import chi2

from benchmarks.tracking.bound import polar_jacobian
from benchmarks.tracking.figure import Limit, tell
from benchmarks.tracking.lab import Lab
from benchmarks.tracking.own_scenarios import polar
from benchmarks.tracking.straight_flights import SCANS, SEED, TARGETS, Estimates, Flights, estimate, fly, own_motion
from sargas.geo.enu import rotation_at
from sargas.model.columns import Float64, Int64

SETTLED = 15
"""The first 15 scans are initiation: what is scored comes after."""
DENSITIES = (0.0, 0.1, 1.0, 10.0)
"""Horizontal white acceleration, m²/s³: none, then livelier and livelier."""
EXPECTED = 1.0
"""What the default models stand for together."""
DRAWS = 2000
RUNS = 100
"""A band is that of the mean of so many runs: a group."""


def measure_single_target(lab: Lab) -> None:
    """Tell RMSE over bound, NEES and NIS."""
    measure(lab, "single constant-velocity target", 0.0, own_motion(0.0))
    if not lab.is_quick:
        measure(lab, "single target of its own motion, q = 1 m²/s³", 1.0, own_motion(1.0))
    for density in DENSITIES[:1] if lab.is_quick else DENSITIES:
        measure(lab, f"default models, q = {density:g} m²/s³", density, "")


def measure(lab: Lab, name: str, density: float, parameters: str) -> None:
    """Tell RMSE over bound, NEES and NIS of one set of flights.

    Limits hold for a filter of their own motion, and for the default models where a target is as lively as they expect.
    """
    flights, is_gate = fly(density), bool(parameters) or density == EXPECTED
    folder = f"straight-{density:g}-{'own' if parameters else 'default'}"
    after = estimate(lab, folder, flights, 0.0, parameters).since(SETTLED)
    ahead = estimate(lab, f"{folder}-ahead", flights, 0.001, parameters).since(SETTLED)
    tell_bound(name, flights, after, is_gate)
    tell_band(f"NEES, {name}", squared(after.errors, after.covariances), after, 6, is_gate)
    innovation, spread_of = innovations(flights, ahead)
    tell_band(f"NIS, {name}", squared(innovation, spread_of), ahead, 3, is_gate)


def tell_bound(name: str, flights: Flights, estimates: Estimates, is_gate: bool) -> None:
    """Tell RMSE over bound of position, horizontal position and velocity, with intervals from drawing targets anew."""
    bounds = flights.bounds()[estimates.scans, estimates.targets]
    variances = np.diagonal(bounds, axis1=1, axis2=2)
    n = len(estimates.scans)
    for word, axes in (("position", [0, 1, 2]), ("horizontal position", [0, 1]), ("velocity", [3, 4, 5])):
        found, least = np.zeros(TARGETS), np.zeros(TARGETS)
        np.add.at(found, estimates.targets, (estimates.errors[:, axes] ** 2).sum(axis=1))
        np.add.at(least, estimates.targets, variances[:, axes].sum(axis=1))
        ratio, low, high = ratio_of_roots(found, least)
        is_limited = is_gate and word == "position"
        tell(
            f"RMSE / bound of {word}, {name}", ratio, "", Limit(at_least=0.97, at_most=1.03) if is_limited else None,
            f"interval {low:.3f} to {high:.3f}; {len(np.unique(estimates.targets))} runs, scans {SETTLED + 1} to "
            f"{SCANS}; RMSE {np.sqrt(found.sum() / n):.1f}, bound {np.sqrt(least.sum() / n):.1f} (it knows the motion; "
            "Tichavsky 1998)",
        )  # fmt: skip


def ratio_of_roots(found: Float64, least: Float64) -> tuple[float, float, float]:
    """Return root of sum found over sum least, with its 95 % interval by drawing targets anew."""
    rows = np.random.default_rng(3).integers(0, len(found), (DRAWS, len(found)))
    drawn = np.sqrt(found[rows].sum(axis=1) / least[rows].sum(axis=1))
    low, high = np.quantile(drawn, (0.025, 0.975))
    return float(np.sqrt(found.sum() / least.sum())), float(low), float(high)


def innovations(flights: Flights, predicted: Estimates) -> tuple[Float64, Float64]:
    """Return innovations (n, 3; m, rad, rad) of the scans to come and their covariances H P H' + R."""
    states = predicted.states
    place = (states.latitude_deg, states.longitude_deg)
    enu = flights.radar.frame.enu_from_geodetic(*place, states.altitude_m)
    turn = flights.radar.frame.rotation @ np.swapaxes(rotation_at(*place), 1, 2)
    h = polar_jacobian(enu)[:, :, :3] @ turn
    innovation = flights.measured[predicted.scans, predicted.targets] - polar(enu)
    innovation[:, 1] = (innovation[:, 1] + np.pi) % (2 * np.pi) - np.pi
    return innovation, h @ predicted.covariances[:, :3, :3] @ np.swapaxes(h, 1, 2) + flights.radar.noise


def squared(errors: Float64, covariances: Float64) -> Float64:
    """Return e' P^-1 e."""
    values: Float64 = np.einsum("ni,ni->n", errors, np.linalg.solve(covariances, errors[:, :, None])[:, :, 0])
    return values


def tell_band(figure: str, values: Float64, estimates: Estimates, dimensions: int, is_gate: bool) -> None:
    """Tell the mean against the 95 % band of 100 runs (Bar-Shalom, Li, Kirubarajan 2001, 5.4), per scan and group."""
    low, high = (float(v) for v in chi2.ppf((0.025, 0.975), RUNS * dimensions) / RUNS)
    means = group_means(values, estimates.scans, estimates.targets)
    inside = float(np.mean((means >= low) & (means <= high))) if len(means) else 0.0
    tell(
        figure, float(values.mean()) if len(values) else np.nan, "",
        Limit(at_least=round(low, 3), at_most=round(high, 3)) if is_gate else None,
        f"{dimensions} expected; 95 % band of {RUNS} runs {low:.2f} to {high:.2f}, inside it at {inside:.0%} of "
        f"{len(means)} scans and groups; seed {SEED}, never tuned on",
    )  # fmt: skip


def group_means(values: Float64, scans: Int64, targets: Int64) -> Float64:
    """Return the means over groups of 100 targets at each scan."""
    group = scans * (TARGETS // RUNS) + targets // RUNS
    count = np.bincount(group)
    totals = np.bincount(group, values)
    means: Float64 = totals[count > RUNS // 2] / count[count > RUNS // 2]
    return means
