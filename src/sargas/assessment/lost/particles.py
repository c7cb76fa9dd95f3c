"""Particles of one lost track: drawn from its last state, each with a class, an intent, and an echo of its own."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np

from sargas.assessment.lost.chance import draw, draw_two, seed_streams
from sargas.assessment.lost.figures import DRIFTING, ROTARY, WINGED
from sargas.model.columns import Float64, UInt64
from sargas.model.kernel import inner_kernel, kernel

PARTICLES = 2_000
OVERDRAWN = 4
"""So many times more are drawn at first: the looks between the last plot and the loss leave few of them likely."""
FLIES, LOW, DOWN, GROUND = 0, 1, 2, 3
"""Intents: flies on as it did; dives and flies on low; comes down to land or crashes; lies on the ground."""
MASKED_SHARE = 0.02
"""Of particles that no sensor will show, for reasons nobody knows: terrain, a fault, an echo that fades."""
STEADY_CLIMB_MPS = 1.2
"""One sigma of the vertical rate of level flight; ``RESTLESS_CLIMB_MPS`` of a fifth that climbs or sinks."""
RESTLESS_CLIMB_MPS = 4.0
RESTLESS_SHARE = 0.2
UNDER_WAY_SHARE = 0.7
"""Of those that come down: were doing so when last seen; the others begin then."""
LOWEST_CRUISE_M = 20.0
STRAIGHT_RAD_S = 0.02
"""What turns slower flies straight."""
ECHO_SIGMA_DB = 2.5
"""Of the mean cross-section of one object, known from some plots."""

PARTICLE = np.dtype(
    [
        ("x_m", "f8"),
        ("y_m", "f8"),
        ("height_m", "f8"),
        ("vx_mps", "f8"),
        ("vy_mps", "f8"),
        ("climb_mps", "f8"),
        ("turn_rad_s", "f8"),
        ("left_s", "f8"),
        ("level_m", "f8"),
        ("home_x_m", "f8"),
        ("home_y_m", "f8"),
        ("home_m", "f8"),
        ("echo_m2", "f8"),
        ("log_weight", "f8"),
        ("kind", "i4"),
        ("intent", "i4"),
        ("masked", "i4"),
    ],
    align=True,
)
"""One place where it may be: region plane, heights above the ground; ``left_s`` of its course, then it takes another;
``level_m`` of low flight; ``home_m``: turns back when so far from home, 0: has none; ``echo_m2`` mean cross-section."""
Particles: TypeAlias = Any
"""(n,) array of ``PARTICLE``."""
START = np.dtype(
    [
        ("x_m", "f8", (6,)),
        ("root", "f8", (6, 6)),
        ("anchor_m", "f8", (2,)),
        ("turn_rad_s", "f8"),
        ("rcs_dbsm", "f8"),
        ("classes", "f8", (12,)),
        ("has_height", "u1"),
    ],
    align=True,
)
"""Where it was last seen: x, y, height above the ground and their rates; a root of their covariance; the mean of where
it was for some minutes; rate of turn, positive to the left; cross-section (NaN: not known); cumulated probabilities of
the classes."""
Start: TypeAlias = Any


def copied(particles: Particles) -> Particles:
    """Return a copy with nothing between the fields: equal particles give equal bytes."""
    found = np.zeros(len(particles), PARTICLE)
    for name in PARTICLE.names or ():
        found[name] = particles[name]
    return found


@kernel
def spawn(particles: Particles, streams: UInt64, seed: np.uint64, start: Start, manners: Any) -> None:
    """Draw every particle from the last state; their weights say how well what they do fits the rate of climb."""
    seed_streams(streams, seed)
    normal = np.empty(6)
    for i in range(len(particles)):
        p = particles[i]
        for k in range(0, 6, 2):
            normal[k], normal[k + 1] = draw_two(streams, i)
        state = np.zeros(6)
        for k in range(6):
            state[k] = start.x_m[k]
            for j in range(k + 1):
                state[k] += start.root[k, j] * normal[j]
        p.x_m, p.y_m, p.vx_mps, p.vy_mps = state[0], state[1], state[3], state[4]
        p.climb_mps = state[5]
        kind = 0
        chosen = draw(streams, i)
        while kind < 11 and chosen > start.classes[kind]:
            kind += 1
        p.kind = kind
        manner = manners[kind]
        p.height_m = max(state[2], 2.0) if start.has_height else 30.0 + 1500.0 * draw(streams, i) ** 3
        _give_echo(p, start.rcs_dbsm, manner, streams, i)
        _give_intent(p, manner, start.has_height, streams, i)
        _give_home(p, manner, start.anchor_m, streams, i)
        _give_course(p, manner, start.turn_rad_s, streams, i)
        p.masked = 1 if draw(streams, i) < MASKED_SHARE else 0


@inner_kernel
def _give_echo(p: Any, rcs_dbsm: float, manner: Any, streams: UInt64, i: int) -> None:
    low, high = manner.rcs_dbsm[0], manner.rcs_dbsm[1]
    a, _ = draw_two(streams, i)
    rcs = low + (high - low) * draw(streams, i) if np.isnan(rcs_dbsm) else rcs_dbsm + ECHO_SIGMA_DB * a
    p.echo_m2 = 10.0 ** (rcs / 10.0)


@inner_kernel
def _give_intent(p: Any, manner: Any, has_height: int, streams: UInt64, i: int) -> None:
    """Choose what becomes of it, and weigh that by its rate of climb as if any rate had been as likely before."""
    u, climb = draw(streams, i), p.climb_mps
    p.level_m = manner.low_m[0] + (manner.low_m[1] - manner.low_m[0]) * draw(streams, i)
    v = draw(streams, i)
    p.log_weight, p.turn_rad_s = 0.0, 0.0
    if u < manner.down_share:
        p.intent = DOWN
        steep = draw(streams, i) < manner.crash_share
        bounds = manner.crash_mps if steep else manner.land_mps
        p.level_m = 1.0 if steep else 0.0  # of one that comes down: whether it falls rather than lands
    elif u < manner.down_share + manner.low_share:
        p.intent, bounds = LOW, manner.dive_mps
    else:
        p.intent, bounds = FLIES, manner.dive_mps
    rate = bounds[0] + (bounds[1] - bounds[0]) * v * v
    calm = _bell(climb, 0.0, STEADY_CLIMB_MPS)
    if p.intent == FLIES or manner.style == DRIFTING:
        fits = (1.0 - RESTLESS_SHARE) * calm + RESTLESS_SHARE * _bell(climb, 0.0, RESTLESS_CLIMB_MPS)
    else:
        fits = (1.0 - UNDER_WAY_SHARE) * calm + UNDER_WAY_SHARE * _bell(climb, -rate, 0.8 + 0.2 * rate)
    if has_height:
        p.log_weight = np.log(max(fits, 1e-9))
    if p.intent != FLIES:
        p.climb_mps = -rate
    elif not has_height:
        p.climb_mps = 0.0


@inner_kernel
def _bell(x: float, mean: float, sigma: float) -> float:
    z = (x - mean) / sigma
    return float(np.exp(-0.5 * z * z) / sigma)


@inner_kernel
def _give_home(p: Any, manner: Any, anchor_m: Float64, streams: UInt64, i: int) -> None:
    low, high = manner.home_m[0], manner.home_m[1]
    p.home_m = low * (high / low) ** draw(streams, i) if low > 0.0 else 0.0
    a, b = draw_two(streams, i)
    spread = 0.25 * p.home_m if manner.style == ROTARY else 0.35 * p.home_m
    p.home_x_m, p.home_y_m = anchor_m[0] + spread * a, anchor_m[1] + spread * b


@inner_kernel
def _give_course(p: Any, manner: Any, turn_rad_s: float, streams: UInt64, i: int) -> None:
    """Let it go on with the course it was on, for what is left of that."""
    left = draw(streams, i)
    if manner.style != WINGED:
        p.left_s = 5.0 * left
    elif abs(turn_rad_s) < STRAIGHT_RAD_S:
        p.left_s = left * manner.straight_s[0] * (manner.straight_s[1] / manner.straight_s[0]) ** draw(streams, i)
    else:
        a, _ = draw_two(streams, i)
        p.turn_rad_s = turn_rad_s * (1.0 + 0.25 * a)
        circles = draw(streams, i) < manner.circle_share / (manner.circle_share + manner.turn_share)
        p.left_s = left * (manner.circle_s[1] if circles else 1.5 / abs(turn_rad_s))


@kernel
def thin(particles: Particles, chosen: Particles, streams: UInt64, seed: np.uint64, jitter_m: float) -> None:
    """Draw ``chosen`` from ``particles`` by their weights, evenly spaced from a random start, and weigh them alike.

    Streams start anew from ``seed``, so that copies part; each is moved by ``jitter_m`` (one sigma). Source: Kitagawa
    1996 (systematic resampling); Musso, Oudjane, Le Gland 2001 (regularised).
    """
    n, m = len(particles), len(chosen)
    top = -np.inf
    for i in range(n):
        top = max(top, particles[i].log_weight)
    total = 0.0
    for i in range(n):
        total += np.exp(particles[i].log_weight - top)
    seed_streams(streams, seed)
    at = draw(streams, 0) / m
    reached, i = np.exp(particles[0].log_weight - top) / total, 0
    for k in range(m):
        while reached < at + k / m and i < n - 1:
            i += 1
            reached += np.exp(particles[i].log_weight - top) / total
        chosen[k] = particles[i]
    for k in range(m):
        a, b = draw_two(streams, k)
        chosen[k].x_m += jitter_m * a
        chosen[k].y_m += jitter_m * b
        chosen[k].log_weight = 0.0


@kernel
def weigh(particles: Particles, out: Float64) -> float:
    """Write the weights (n,), of sum 1; return how many equally weighted particles they are worth."""
    n = len(particles)
    top, total, squares = -np.inf, 0.0, 0.0
    for i in range(n):
        out[i] = particles[i].log_weight
        top = max(top, out[i])
    for i in range(n):
        out[i] = np.exp(out[i] - top)
        total += out[i]
        squares += out[i] * out[i]
    for i in range(n):
        out[i] /= total
    return float(total * total / squares)
