"""What a sensor that looked and showed nothing says of each particle: the probability that it would have seen it.

Detection by the radar equation with Swerling 1 where the sensor's reach is told, else as counted by range; above the
radar horizon of a 4/3 earth, within its elevations, fast enough towards or from it; nothing on the ground is seen.
Source: domain reference, section 10; Skolnik, Introduction to Radar Systems.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np

from sargas.assessment.lost.particles import GROUND, Particles
from sargas.model.columns import Int8, Int64
from sargas.model.kernel import inner_kernel, kernel
from sargas.sensors.site import PD_BANDS

HORIZON_M_PER_ROOT_M = 4122.0
"""Radar horizon: times the sum of the roots of the heights of antenna and object (m)."""
DROP_PER_M2 = 1.0 / 16.99e6
"""Fall of the earth's surface (4/3 radius) below the tangent at a distance: its square times this."""
LN_FALSE_ALARM = float(np.log(1e-6))
REFERENCE_SNR = LN_FALSE_ALARM / float(np.log(0.9)) - 1.0
"""Signal to noise at which Pd is 0.9: 21.1 dB."""
EVEN_SNR = LN_FALSE_ALARM / float(np.log(0.5)) - 1.0
"""The same of 0.5."""
HORIZON_SOFT_M = 25.0
"""Over so many metres about the horizon's height an object comes into sight: ground is not smooth."""
RATE_SOFT_MPS = 1.5
MOST_PD = 0.97
ON_GROUND_M = 4.0
"""Lower, it is in the ground's own echo."""
TOP_M = 3_000.0
"""Whoever looks at a place sees it at this height, if at all."""

GRACE = 0.3
"""Part of a scan period after a look by which its plots are here."""
MOST_LOOKS = 8
"""Of one sensor, weighed in one step: a second later the particle is elsewhere."""

DOWN_CODE, HIDDEN_CODE, LEFT_CODE, UNWATCHED_CODE = 0, 1, 2, 3

LOOKER = np.dtype(
    [
        ("x_m", "f8"),
        ("y_m", "f8"),
        ("antenna_m", "f8"),
        ("reach_m4", "f8"),
        ("max_range_m", "f8"),
        ("lowest_slope", "f8"),
        ("highest_slope", "f8"),
        ("least_rate_mps", "f8"),
        ("pd", "f8", (PD_BANDS,)),
        ("live", "u1"),
        ("looks", "i4"),
    ],
    align=True,
)
"""A sensor as particles meet it: region plane, antenna above the ground; ``reach_m4``: range of Pd 0.9 at 1 m^2 to the
fourth, times that signal to noise; 0: not told, ``pd`` by range band counts; ``looks``: turns to weigh in now."""
Lookers: TypeAlias = Any


@kernel
def seen_probability(looker: Any, p: Any) -> float:
    """Return the probability that one look shows a particle."""
    if p.intent == GROUND or p.height_m < ON_GROUND_M:
        return 0.0
    dx, dy = p.x_m - looker.x_m, p.y_m - looker.y_m
    r2 = dx * dx + dy * dy
    if r2 > looker.max_range_m * looker.max_range_m:
        return 0.0
    r = np.sqrt(r2)
    root = max(r / HORIZON_M_PER_ROOT_M - np.sqrt(looker.antenna_m), 0.0)
    sight = min(max((p.height_m - root * root) / (2.0 * HORIZON_SOFT_M) + 0.5, 0.0), 1.0) if root > 0.0 else 1.0
    if sight <= 0.0:
        return 0.0
    rise = p.height_m - looker.antenna_m - r2 * DROP_PER_M2
    if rise < looker.lowest_slope * r or rise > looker.highest_slope * r:
        return 0.0
    if looker.least_rate_mps > 0.0:
        rate = abs(dx * p.vx_mps + dy * p.vy_mps) / max(r, 1.0)
        sight *= min(max((rate - looker.least_rate_mps) / (2.0 * RATE_SOFT_MPS) + 0.5, 0.0), 1.0)
    return sight * _detection(looker, p.echo_m2, r2 + rise * rise)


@inner_kernel
def _detection(looker: Any, echo_m2: float, r2: float) -> float:
    if looker.reach_m4 > 0.0:
        snr = echo_m2 * looker.reach_m4 / max(r2 * r2, 1.0)
        return min(np.exp(LN_FALSE_ALARM / (1.0 + snr)), MOST_PD)
    band = min(int(PD_BANDS * np.sqrt(r2) / looker.max_range_m), PD_BANDS - 1)
    return min(looker.pd[band], MOST_PD)


@kernel
def count_looks(
    lookers: Lookers, able: Int64, period_ns: Int64, counted_ns: Int64, heard_ns: Int64, moved_ns: int, due: Lookers
) -> int:
    """Write the able sensors with the looks each has made since it was counted; return how many looked.

    ``counted_ns`` moves on with them: of a live one by whole scans, of a silent one to now, for it has not looked.
    """
    found = 0
    for row in range(len(able)):
        k = able[row]
        due[row] = lookers[k]
        due[row].looks = 0
        if not lookers[k].live:
            counted_ns[k] = max(counted_ns[k], moved_ns)
            continue
        until = min(moved_ns, heard_ns[k]) - int(GRACE * period_ns[k])
        looks = max((until - counted_ns[k]) // period_ns[k], 0)
        counted_ns[k] += looks * period_ns[k]
        due[row].looks = min(looks, MOST_LOOKS)
        found += looks > 0
    return found


@kernel
def subtract(particles: Particles, lookers: Lookers) -> None:
    """Take the looks of all sensors off the weights: each shows nothing with 1 - Pd."""
    for i in range(len(particles)):
        p = particles[i]
        if p.masked or p.intent == GROUND:
            continue
        missed, taken = 1.0, 0.0
        for k in range(len(lookers)):
            looker = lookers[k]
            if looker.looks == 0 or not looker.live:
                continue
            seen = seen_probability(looker, p)
            if looker.looks == 1:
                missed *= 1.0 - seen
            elif seen > 0.0:
                taken += looker.looks * np.log(1.0 - seen)
        if missed < 1.0:
            taken += np.log(missed)
        p.log_weight += taken


@kernel
def tell_apart(particles: Particles, lookers: Lookers, codes: Int8) -> None:
    """Write what each particle stands for: on the ground, hidden from live sensors, out of all reach, not watched."""
    for i in range(len(particles)):
        p = particles[i]
        if p.intent == GROUND or p.height_m < ON_GROUND_M:
            codes[i] = DOWN_CODE
            continue
        codes[i] = LEFT_CODE
        for k in range(len(lookers)):
            looker = lookers[k]
            if codes[i] == HIDDEN_CODE or (codes[i] == UNWATCHED_CODE and not looker.live):
                continue
            if is_reached(looker, p):
                codes[i] = HIDDEN_CODE if looker.live else UNWATCHED_CODE
        for k in range(len(lookers)):
            if lookers[k].live and codes[i] != UNWATCHED_CODE and seen_probability(lookers[k], p) >= 0.5:
                codes[i] = UNWATCHED_CODE


@inner_kernel
def is_reached(looker: Any, p: Any) -> bool:
    """Tell whether a sensor, live or not, would see the particle's object above its place, at ``TOP_M``."""
    dx, dy = p.x_m - looker.x_m, p.y_m - looker.y_m
    r2 = dx * dx + dy * dy
    if r2 > looker.max_range_m * looker.max_range_m:
        return False
    horizon = HORIZON_M_PER_ROOT_M * (np.sqrt(looker.antenna_m) + np.sqrt(max(TOP_M, p.height_m)))
    if r2 > horizon * horizon:
        return False
    if looker.reach_m4 > 0.0:
        return bool(p.echo_m2 * looker.reach_m4 >= EVEN_SNR * max(r2 * r2, 1.0))
    return bool(_detection(looker, p.echo_m2, r2) >= 0.5)
