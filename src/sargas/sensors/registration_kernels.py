"""Kernels of registration: the pairs of measurements as equations, and their solution. Source: docs/registration.md."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np

from sargas.model.columns import Float64
from sargas.model.kernel import inner_kernel, kernel
from sargas.sensors.site import SiteTable

BIASES = 4
"""Range (m), azimuth (rad), elevation (rad), time (s)."""
PAIR_WEIGHT = 0.5
"""A plot is in several pairs: what each says again is not new."""
TURNS = 61
TURN_SIGMAS = 1.0
"""Bins of azimuth differences, and the width of one in sigmas of the sensor's azimuth."""

REGISTRY = np.dtype(
    [
        ("site", "i4"),
        ("walking", "i4"),
        ("judges", "i4"),
        ("offered", "i4"),
        ("stride", "i4"),
        ("pairs", "f8"),
        ("short_information", "f8", (2,)),
        ("short_pull", "f8", (2,)),
        ("walked_ns", "i8"),
        ("sharp_ns", "i8"),
        ("astray", "i4"),
        ("astray_ns", "i8"),
        ("before", "f8", (2,)),
        ("turned", "f4", (TURNS,)),
        ("matched", "f4"),
    ],
    align=True,
)
"""One radar's entry: its site, whether it walks off, pairs so far, and the short memory of range and azimuth.

``walking`` 1 for a minute after ``walked_ns``, when it was last found walking off; ``sharp_ns`` since when its bias is
well known, 0 while it is not; ``judges`` whether a difference from it counts against another; ``offered`` plots since
the last estimate could be paired, of which every ``stride``-th is; ``astray`` 1 from
``astray_ns``, when it was first found walking off, until its bias is well known again, and ``before`` what its range
(m) and azimuth (rad) were off then; ``turned`` plots that no track explains, by the
azimuth (bins of ``TURN_SIGMAS``, the middle one 0) at which they would fit one; ``matched`` those that tracks took
meanwhile.
"""
Registry: TypeAlias = Any
"""(n,) array of ``REGISTRY``."""


@kernel
def solve_with_prior(information: Float64, pull: Float64, prior: float, bias: Float64, variance: Float64) -> float:
    """Solve (information + prior I) bias = pull; writes the bias and its variances (n,).

    Returns the logarithm of the marginal likelihood, but for a constant. By Cholesky in plain loops: a library's
    threads would add in another order on another machine, and spin for systems as small as these.
    """
    n, log_evidence = len(pull), 0.5 * len(pull) * np.log(prior)
    lower, inverse, middle = information.copy(), np.zeros((n, n)), np.zeros(n)
    for j in range(n):
        for k in range(j):
            lower[j, j] -= lower[j, k] * lower[j, k]
        lower[j, j] = np.sqrt(max(lower[j, j] + prior, 1e-12))
        log_evidence -= np.log(lower[j, j])
        for i in range(j + 1, n):
            for k in range(j):
                lower[i, j] -= lower[i, k] * lower[j, k]
            lower[i, j] /= lower[j, j]
    for i in range(n):
        # row i of the inverse of the factor, from the rows above it
        for k in range(i):
            for j in range(k + 1):
                inverse[i, j] -= lower[i, k] * inverse[k, j]
        inverse[i, i] = 1.0
        for j in range(i + 1):
            inverse[i, j] /= lower[i, i]
            middle[i] += inverse[i, j] * pull[j]
        log_evidence += 0.5 * middle[i] * middle[i]
    for j in range(n):
        bias[j] = variance[j] = 0.0
        for i in range(j, n):
            bias[j] += inverse[i, j] * middle[i]
            variance[j] += inverse[i, j] * inverse[i, j]
    return log_evidence


@inner_kernel
def _inverse(m: Float64) -> Float64:
    # of a symmetric 3 x 3 matrix, by cofactors
    w = np.empty((3, 3))
    w[0, 0] = m[1, 1] * m[2, 2] - m[1, 2] * m[1, 2]
    w[0, 1] = w[1, 0] = m[0, 2] * m[1, 2] - m[0, 1] * m[2, 2]
    w[0, 2] = w[2, 0] = m[0, 1] * m[1, 2] - m[0, 2] * m[1, 1]
    w[1, 1] = m[0, 0] * m[2, 2] - m[0, 2] * m[0, 2]
    w[1, 2] = w[2, 1] = m[0, 1] * m[0, 2] - m[0, 0] * m[1, 2]
    w[2, 2] = m[0, 0] * m[1, 1] - m[0, 1] * m[0, 1]
    determinant = m[0, 0] * w[0, 0] + m[0, 1] * w[0, 1] + m[0, 2] * w[0, 2]
    for i in range(3):
        for j in range(3):
            w[i, j] /= determinant
    return w


@inner_kernel
def add_pair(
    index: np.ndarray[Any, Any],
    entries: Registry,
    information: Float64,
    pull: Float64,
    sites: SiteTable,
    a: int,
    b: int,
    difference: Float64,
    jacobian: Float64,
    covariance: Float64,
) -> bool:
    """Add a pair of measurements of sites ``a`` and ``b`` (its second may have no biases).

    ``difference`` (3,) is the first's place minus the second's, in the region frame, moved to one time; ``jacobian``
    (3, 8) how each bias of both moves it; ``covariance`` (3, 3) its noise. All as registered until now: it is
    what the present biases leave. False when it is too far off to be one object.
    """
    w = _inverse(covariance)
    rest = 0.0
    for i in range(3):
        for j in range(3):
            rest += difference[i] * w[i, j] * difference[j]
    if rest > 60.0:
        return False
    robust = PAIR_WEIGHT * min(1.0, 3.0 / np.sqrt(max(rest, 1e-12)))
    first, second = index[a], index[b]
    for side in range(2):
        own = first if side == 0 else second
        partner = second if side == 0 else first
        if own < 0:
            continue
        entries[own].pairs += 1.0
        # a partner that is not well known itself says nothing of whether this one walks off
        is_judge = partner < 0 or entries[partner].judges == 1
        for k in range(BIASES):
            at, column = BIASES * own + k, 4 * side + k
            towards = 0.0
            strength = 0.0
            for i in range(3):
                for j in range(3):
                    towards += jacobian[i, column] * w[i, j] * difference[j]
                    strength += jacobian[i, column] * w[i, j] * jacobian[j, column]
            if k < 2 and is_judge:
                entries[own].short_information[k] += robust * strength
                entries[own].short_pull[k] += robust * towards
            pull[at] += robust * towards
            for other_side in range(2):
                other = first if other_side == 0 else second
                if other < 0:
                    continue
                for m in range(BIASES):
                    total = 0.0
                    for i in range(3):
                        for j in range(3):
                            total += jacobian[i, column] * w[i, j] * jacobian[j, 4 * other_side + m]
                    information[at, BIASES * other + m] += robust * total
                    # the difference is what the present biases leave: they are put back
                    pull[at] += robust * total * sites[a if other_side == 0 else b].bias[m]
    return True
