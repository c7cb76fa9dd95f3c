"""How much likelier a place is as the end of the way flown than from where it began: bridging distributions.

Ahmad, Murphy, Langdon, Godsill (IEEE Trans. Cybernetics 48, 2018): whoever makes for a place is a motion pinned to be
there at its time of arrival. The direction of flight diffuses, calmly for those who go straight and quickly for those
who go by way points; both, and a range of arrival times, are summed. Kernels; ``goals.py`` says what becomes of it.
"""

from __future__ import annotations

from math import exp, sqrt

import numpy as np

from sargas.model.columns import Float64
from sargas.model.kernel import inner_kernel, kernel

DIFFUSIONS_RAD2_S = np.array([4e-5, 4e-4, 3e-3])
"""How fast the direction of flight diffuses: straight, by few way points, by many."""
DIFFUSION_SHARES = np.array([0.3, 0.4, 0.3])
DETOURS = np.array([0.97, 1.0, 1.03, 1.07, 1.13, 1.22, 1.35, 1.55, 1.9])
"""Ways flown over straight distances."""
DETOUR_SHARES = np.array([0.1, 0.19, 0.19, 0.16, 0.13, 0.1, 0.07, 0.04, 0.02])
WINDING_M = 25_000.0
"""Detours shrink over a shorter rest of the way: fewer way points fit into it."""
SPEED_SHARE = 0.06
"""Sigma of the mean speed to come over the speed now."""
QUANTILES = (0.1, 0.5, 0.9)
MOST_STRAIN = 25.0
"""A place that would take more of the spread is as good as out of reach: e^-25."""
LEAST_FREE = 1e-9
"""A place that nobody would have come to by chance makes no zone surer than this."""


@kernel
def weigh_arrivals(
    apart_m: Float64, speed_mps: Float64, cosine: Float64, first_m: Float64, age_s: Float64, radius_m: Float64,
    evidence: Float64, eta_s: Float64,
) -> None:  # fmt: skip
    """Write the bridge's evidence (n, z), pinned over free, and quantiles (n, z, 3) of the time to the edge, seconds.

    Of n tracks and z zones: ``apart_m`` to the zone's middle, ``cosine`` of the course to it and ``first_m`` from where
    the track was first seen (n, z); ``speed_mps`` over ground and ``age_s`` (n,); ``radius_m`` (z,).
    """
    arrival_s, weight, middle = np.empty(len(DETOURS)), np.empty(len(DETOURS)), np.empty(len(DETOURS))
    faded = np.empty(len(DIFFUSIONS_RAD2_S))
    for i in range(apart_m.shape[0]):
        for d in range(len(DIFFUSIONS_RAD2_S)):
            faded[d] = exp(-0.5 * DIFFUSIONS_RAD2_S[d] * age_s[i])
        for j in range(apart_m.shape[1]):
            way_m, blur2 = max(apart_m[i, j], 50.0), (0.5 * radius_m[j]) ** 2
            winding = min(max(way_m / WINDING_M, 0.1), 1.0)
            # a track that was not seen to cover its first distance tells nothing by being near
            start_m = max(first_m[i, j], 50.0)
            for a in range(len(DETOURS)):
                centre_s = way_m * (1.0 + (DETOURS[a] - 1.0) * winding) / speed_mps[i]
                found = 0.0
                for d in range(len(DIFFUSIONS_RAD2_S)):
                    found += DIFFUSION_SHARES[d] * _pinned_over_free(
                        way_m, cosine[i, j], start_m, speed_mps[i], centre_s, age_s[i], DIFFUSIONS_RAD2_S[d], faded[d],
                        blur2,
                    )  # fmt: skip
                arrival_s[a] = max(centre_s - radius_m[j] / speed_mps[i], 0.0)
                weight[a] = found * DETOUR_SHARES[a]
            evidence[i, j] = weight.sum()
            _write_quantiles(arrival_s, weight, middle, eta_s[i, j])


@inner_kernel
def _pinned_over_free(
    way_m: float, cosine: float, start_m: float, speed_mps: float, centre_s: float, age_s: float, diffusion: float,
    faded: float, blur2: float,
) -> float:  # fmt: skip
    """Return how much likelier the zone's place is from the state now than from the first place, direction unknown.

    ``faded``: exp(-diffusion x age / 2), how far the first direction still counts now.
    """
    spread2 = _spread2(speed_mps, centre_s, diffusion) + blur2
    beside2 = way_m**2 * (1.0 - max(cosine, 0.0) ** 2)
    if beside2 > 2.0 * MOST_STRAIN * spread2:  # however much of the way is made good
        return 0.0
    # where the mean of a diffusing direction leads: ever less of the way is made good
    half = 0.5 * diffusion * centre_s
    fades = exp(-half)
    good = speed_mps * centre_s * _made_good(half, fades)
    strain = 0.5 * (way_m**2 + good**2 - 2.0 * way_m * good * cosine) / spread2
    if strain > MOST_STRAIN:
        return 0.0
    from_first_s = centre_s + age_s
    good0 = speed_mps * from_first_s * _made_good(0.5 * diffusion * from_first_s, fades * faded)
    spread0 = _spread2(speed_mps, from_first_s, diffusion) + blur2
    behind = 0.5 * (start_m - good0) ** 2 / spread0
    if behind >= MOST_STRAIN:
        return exp(-strain) / spread2 * spread0 / LEAST_FREE
    free = scaled_bessel(start_m * good0 / spread0)
    if behind < 0.5 * MOST_STRAIN and free > 1e-3:  # far above the least: one exponential for both
        return exp(behind - strain) / spread2 * spread0 / free
    return exp(-strain) / spread2 * spread0 / max(exp(-behind) * free, LEAST_FREE)


@inner_kernel
def _made_good(half: float, fades: float) -> float:
    """Return the share of a way made good in its first direction, when that diffuses by twice ``half`` (rad2) over it.

    ``fades``: exp(-half).
    """
    if half < 1e-3:
        return 1.0 - half * (0.5 - half / 6.0)
    return (1.0 - fades) / half


@inner_kernel
def _spread2(speed_mps: float, elapsed_s: float, diffusion: float) -> float:
    """Return the variance a coordinate (m2) of the place after a time: of the direction and of the speed."""
    along = speed_mps * elapsed_s
    return along**2 * (min(diffusion * elapsed_s / 3.0, 0.5) + SPEED_SHARE**2)


@inner_kernel
def scaled_bessel(x: float) -> float:
    """Return exp(-x) I0(x), x not negative, to 5e-7 of it (Abramowitz and Stegun 1964, 9.8.1 and 9.8.2)."""
    if x < 3.75:
        t = (x / 3.75) ** 2
        tail = 3.0899424 + t * (1.2067492 + t * (0.2659732 + t * (0.0360768 + t * 0.0045813)))
        return (1.0 + t * (3.5156229 + t * tail)) * exp(-x)
    t = 3.75 / x
    tail = 0.00916281 + t * (-0.02057706 + t * (0.02635537 + t * (-0.01647633 + t * 0.00392377)))
    return (0.39894228 + t * (0.01328592 + t * (0.00225319 + t * (-0.00157565 + t * tail)))) / sqrt(x)


@inner_kernel
def _write_quantiles(arrival_s: Float64, weight: Float64, middle: Float64, out: Float64) -> None:
    """Write quantiles (3,) of arrival times with weights (a,), interpolated between them; ``middle`` (a,) is room."""
    total, last, before = max(weight.sum(), 1e-300), len(weight) - 1, 0.0
    for a in range(len(weight)):
        middle[a] = (before + 0.5 * weight[a]) / total
        before += weight[a]
    for k in range(len(QUANTILES)):
        above = 1
        while above < last and middle[above] < QUANTILES[k]:
            above += 1
        share = (QUANTILES[k] - middle[above - 1]) / max(middle[above] - middle[above - 1], 1e-12)
        share = min(max(share, 0.0), 1.0)
        out[k] = arrival_s[above - 1] + share * (arrival_s[above] - arrival_s[above - 1])
