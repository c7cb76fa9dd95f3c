"""The interacting multiple model filter: one track, one measurement.

Five models of one state (6,): quiet and lively constant velocity, coordinated turns to the left and right, and an agile
one. The transition over any step is e^(-dt/tau) I + (1 - e^(-dt/tau)) 1 pi^T: many short steps equal one long one,
so that several radars do not make a track switch oftener than one. Shares and dwell time follow the speed, which tells
birds from drones from airliners before anything else does. Source: Blom, Bar-Shalom 1988; docs/tracking.md.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np

from sargas.model.columns import Float64
from sargas.model.kernel import inner_kernel, kernel
from sargas.sensors.site import SiteTable
from sargas.tracking.ellipsoid import Region, up_at
from sargas.tracking.measurement import COMPONENTS, ROWS, Measurement, apply_mixture, apply_rows, fill_rows
from sargas.tracking.motion import (
    Vector,
    add_noise,
    fill_turn,
    predict_covariance,
    predict_state,
    turn_covariance,
    turn_state,
)
from sargas.tracking.parameters import Tuning

QUIET, LIVELY, LEFT, RIGHT, AGILE = range(5)
MODELS = 5
PACKED = 21
LEAST = 1e-6
"""Floor of a model's probability."""

SLOW_MPS = (18.0, 32.0)
FAST_MPS = (90.0, 150.0)
"""Speeds between which a bird's habits become a drone's, and a drone's an airliner's."""
SHARES = np.array(
    [
        [0.10, 0.58, 0.15, 0.15, 0.02],
        [0.80, 0.06, 0.06, 0.06, 0.02],
        [0.82, 0.01, 0.08, 0.08, 0.01],
    ]
)
"""Long-run share of each model: slow (birds, multirotors), drones and light aircraft, airliners."""
DWELL_S = np.array([3.0, 11.0, 35.0])
"""Time constant of the transitions, likewise."""


BANK = np.dtype(
    [
        ("mu", "f8", (MODELS,)),
        ("mean", "f8", (6,)),
        ("cov", "f8", (PACKED,)),
        ("x", "f8", (MODELS, 6)),
        ("p", "f8", (MODELS, PACKED)),
    ],
    align=True,
)
"""The filters of one track: probability, state and covariance of each model, and mean and covariance of their mixture.

Region frame, m and m/s; covariances are packed upper triangles.
"""
Bank: TypeAlias = Any
"""A record of ``BANK``, which kernels take by its address."""

WORK = np.dtype(
    [
        ("rows", "f8", (ROWS, 9)),
        ("reference", "f8", (6,)),
        ("shift", "f8", (6,)),
        ("axes", "f8", (3, 3)),
        ("along", "f8", (3, 3)),
        ("turn", "f8", (3, 3)),
        ("cross", "f8", (2, 3, 3)),
        ("likelihood", "f8", (MODELS,)),
        ("before", "f8", (MODELS,)),
        ("shares", "f8", (MODELS,)),
        ("mixture", "f8", (4 + COMPONENTS, PACKED)),
        ("x", "f8", (6,)),
        ("p", "f8", (PACKED,)),
        ("moved", "f8", (MODELS, 6)),
        ("spread", "f8", (MODELS, PACKED)),
    ],
    align=True,
)
"""What one score, update or prediction needs, so that the kernels allocate nothing."""
Work: TypeAlias = Any


def allocate_work() -> Work:
    """Make the scratch of one update."""
    return np.zeros(1, WORK)[0]


@kernel
def fill_shares(speed_mps: float, shares: Float64) -> float:
    """Write the long-run share of each model at a speed; returns the dwell time (s)."""
    slow = min(max((SLOW_MPS[1] - speed_mps) / (SLOW_MPS[1] - SLOW_MPS[0]), 0.0), 1.0)
    fast = min(max((speed_mps - FAST_MPS[0]) / (FAST_MPS[1] - FAST_MPS[0]), 0.0), 1.0)
    for j in range(MODELS):
        shares[j] = slow * SHARES[0, j] + (1.0 - slow - fast) * SHARES[1, j] + fast * SHARES[2, j]
    return slow * DWELL_S[0] + (1.0 - slow - fast) * DWELL_S[1] + fast * DWELL_S[2]


@inner_kernel
def turn_rate(x: Float64, par: Tuning) -> float:
    """Return the turn rate (rad/s) that a state's speed and the usual bank make."""
    speed = np.sqrt(x[3] * x[3] + x[4] * x[4] + x[5] * x[5])
    return min(par.turn_acceleration_mps2 / max(speed, 1.0), par.turn_rate_most_rad)


@inner_kernel
def predict_combined(bank: Bank, dt_s: float, region: Region, par: Tuning, x: Float64, p: Float64) -> Vector:
    """Write the combined estimate moved by ``dt_s`` (>= 0) into ``x`` and ``p``; returns local up.

    One Gaussian for gates and scores: constant velocity, each model's noise by its probability.
    """
    mean, mu = bank.mean, bank.mu
    up = up_at(region, mean[0], mean[1], mean[2])
    predict_state(mean, dt_s, up, x)
    turning = mu[LEFT] + mu[RIGHT]
    horizontal = mu[QUIET] * par.quiet_horizontal + mu[LIVELY] * par.lively_horizontal
    horizontal += turning * par.gate_turn_horizontal + mu[AGILE] * par.agile_horizontal
    vertical = mu[QUIET] * par.quiet_vertical + mu[LIVELY] * par.lively_vertical
    vertical += turning * par.turn_vertical + mu[AGILE] * par.agile_vertical
    predict_covariance(bank.cov, dt_s, up, horizontal, vertical, p)
    return up


@kernel
def mix(bank: Bank, j: int, weight: float) -> None:
    """Mix model ``j`` in place: ``weight`` is how much of it was in this model before, the rest is the combined."""
    x, p, mean, cov = bank.x[j], bank.p[j], bank.mean, bank.cov
    rest = 1.0 - weight
    between = weight * rest
    # w (P_j + d d^T) + (1 - w) (P + e e^T) with d, e from the mixed mean: w (1 - w) (x_j - x)(x_j - x)^T in one
    d0, d1, d2 = x[0] - mean[0], x[1] - mean[1], x[2] - mean[2]
    d3, d4, d5 = x[3] - mean[3], x[4] - mean[4], x[5] - mean[5]
    d = (d0, d1, d2, d3, d4, d5)
    at = 0
    for a in range(6):
        for b in range(a, 6):
            p[at] = weight * p[at] + rest * cov[at] + between * d[a] * d[b]
            at += 1
    for a in range(6):
        x[a] = weight * x[a] + rest * mean[a]


@kernel
def move_model(x: Float64, p: Float64, j: int, dt_s: float, up: Vector, extra: Vector, par: Tuning, work: Work) -> None:
    """Move one model by ``dt_s`` in place; ``extra`` adds densities of acceleration (horizontal, vertical, unused)."""
    if j in (LEFT, RIGHT):
        rate = turn_rate(x, par)
        fill_turn(dt_s, rate if j == LEFT else -rate, up, work.along, work.turn)
        turn_covariance(p, work.along, work.turn, work.cross)
        turn_state(x, dt_s, up, work.along, work.turn)
        add_noise(p, dt_s, up, par.turn_horizontal + extra[0], par.turn_vertical + extra[1])
        return
    predict_state(x, dt_s, up, x)
    horizontal, vertical = par.quiet_horizontal, par.quiet_vertical
    if j == LIVELY:
        horizontal, vertical = par.lively_horizontal, par.lively_vertical
    elif j == AGILE:
        horizontal, vertical = par.agile_horizontal, par.agile_vertical
    predict_covariance(p, dt_s, up, horizontal + extra[0], vertical + extra[1], p)


@kernel
def combine(bank: Bank) -> None:
    """Write the mean and covariance of the mixture of models."""
    mean, cov, mu = bank.mean, bank.cov, bank.mu
    for a in range(6):
        mean[a] = 0.0
        for j in range(MODELS):
            mean[a] += mu[j] * bank.x[j, a]
    for at in range(PACKED):
        cov[at] = 0.0
    for j in range(MODELS):
        w, x, p = mu[j], bank.x[j], bank.p[j]
        d = (x[0] - mean[0], x[1] - mean[1], x[2] - mean[2], x[3] - mean[3], x[4] - mean[4], x[5] - mean[5])
        at = 0
        for a in range(6):
            for b in range(a, 6):
                cov[at] += w * (p[at] + d[a] * d[b])
                at += 1


@inner_kernel
def update_bank(
    bank: Bank,
    dt_s: float,
    z: Measurement,
    sites: SiteTable,
    region: Region,
    par: Tuning,
    work: Work,
) -> None:
    """Mix, move by ``dt_s`` >= 0 and update all models of a track by one measurement, in place.

    All models share the linearisation at the combined prediction. A model less probable than ``par.asleep`` keeps the
    mixed state unless no other fits.
    """
    mean, mu = bank.mean, bank.mu
    speed = np.sqrt(mean[3] * mean[3] + mean[4] * mean[4] + mean[5] * mean[5])
    dwell = fill_shares(speed, work.shares)
    stay = np.exp(-dt_s / dwell)
    up = up_at(region, mean[0], mean[1], mean[2])
    predict_state(mean, dt_s, up, work.reference)
    m = fill_rows(work.rows, z, sites, region, work.reference, work.axes)
    extra = (z.horizontal, z.vertical, 0.0)
    for j in range(MODELS):
        work.before[j] = stay * mu[j] + (1.0 - stay) * work.shares[j]
        work.likelihood[j] = np.nan
    best, nearest = -np.inf, np.inf
    for attempt in range(2):
        for j in range(MODELS):
            if np.isnan(work.likelihood[j]) and (attempt == 1 or work.before[j] >= par.asleep):
                mix(bank, j, stay * mu[j] / work.before[j])
                x, p = bank.x[j], bank.p[j]
                move_model(x, p, j, dt_s, up, extra, par, work)
                distance, log_determinant = _update_model(x, p, m, z, work)
                work.likelihood[j] = -0.5 * (distance + log_determinant)
                best = max(best, work.likelihood[j])
                nearest = min(nearest, distance)
        if nearest <= par.rouse + m:
            break
    _weigh(bank, z.weight, best, work)


@inner_kernel
def _update_model(x: Float64, p: Float64, m: int, z: Measurement, work: Work) -> tuple[float, float]:
    for k in range(6):
        work.shift[k] = x[k] - work.reference[k]
    if z.weight < 1.0:
        distance, log_determinant = apply_mixture(work.rows, m, p, work.shift, z, work.mixture)
    else:
        distance, log_determinant = apply_rows(work.rows, m, p, work.shift, np.inf)
    for k in range(6):
        x[k] = work.reference[k] + work.shift[k]
    return distance, log_determinant


@inner_kernel
def _weigh(bank: Bank, weight: float, best: float, work: Work) -> None:
    # probabilities from likelihoods; models asleep take those of the others together
    mu, likelihood, before = bank.mu, work.likelihood, work.before
    awake = total = 0.0
    for j in range(MODELS):
        if not np.isnan(likelihood[j]):
            likelihood[j] = np.exp(likelihood[j] - best)
            awake += before[j]
            total += before[j] * likelihood[j]
    mean_likelihood = total / awake
    total = 0.0
    for j in range(MODELS):
        ratio = 1.0 if np.isnan(likelihood[j]) else weight * likelihood[j] / mean_likelihood + 1.0 - weight
        mu[j] = max(before[j] * ratio, LEAST)
        total += mu[j]
    for j in range(MODELS):
        mu[j] /= total
    _combine_awake(bank, work)


@inner_kernel
def _combine_awake(bank: Bank, work: Work) -> None:
    # models asleep hold no state of their own: the combined one of the others becomes theirs
    mu, likelihood = bank.mu, work.likelihood
    asleep = 0.0
    for j in range(MODELS):
        work.before[j] = mu[j]
        if np.isnan(likelihood[j]):
            asleep += mu[j]
            mu[j] = 0.0
    if asleep > 0.0:
        for j in range(MODELS):
            mu[j] /= 1.0 - asleep
    combine(bank)
    for j in range(MODELS):
        mu[j] = work.before[j]
        if np.isnan(likelihood[j]):
            for k in range(6):
                bank.x[j, k] = bank.mean[k]
            for k in range(PACKED):
                bank.p[j, k] = bank.cov[k]
