"""The fusion of pairs of estimates, compiled.

With A = T Tᵀ and B = T diag(d) Tᵀ, T = L U, every fusion is six numbers in the basis T, and its weight w the root of a
function that falls with w.
"""

from __future__ import annotations

import numpy as np

from sargas.model.columns import Float64
from sargas.model.kernel import inner_kernel, kernel

STATES = 6
PACKED = 21
_BISECTIONS = 16
"""The determinant is flat around its least: an error of 1e-5 in w is one of 1e-10 in it."""
_SWEEPS = 12


@kernel
def fuse_rows(
    difference: Float64,
    first: Float64,
    second: Float64,
    inverse: bool,
    shift: Float64,
    covariance: Float64,
    weight: Float64,
) -> None:
    """Fuse n pairs into ``shift`` (n, 6), ``covariance`` (n, 21) and ``weight`` (n,), as ``fusion.Fused`` says."""
    lower, basis, ratio = np.zeros((STATES, STATES)), np.zeros((STATES, STATES)), np.zeros(STATES)
    p, gain, y = np.zeros(STATES), np.zeros(STATES), np.zeros(STATES)
    turn = np.zeros((STATES, STATES))
    for n in range(len(first)):
        if not _common_basis(first[n], second[n], lower, turn, ratio):
            weight[n] = np.nan
            for k in range(PACKED):
                covariance[n, k] = first[n, k]
            continue
        w = _best_weight(ratio, inverse)
        weight[n] = w
        _solve_lower(lower, difference[n], y)
        for i in range(STATES):
            d, g = ratio[i], w + (1.0 - w) * ratio[i]
            if inverse:
                p[i] = 1.0 / (1.0 + 1.0 / d - 1.0 / g)
                gain[i] = p[i] * (1.0 / d - (1.0 - w) / g)
            else:
                p[i] = d / (w * d + 1.0 - w)
                gain[i] = p[i] * (1.0 - w) / d
            total = 0.0
            for k in range(STATES):
                total += turn[k, i] * y[k]
            gain[i] *= total
        for i in range(STATES):
            for k in range(STATES):
                total = 0.0
                for m in range(i + 1):
                    total += lower[i, m] * turn[m, k]
                basis[i, k] = total
        at = 0
        for i in range(STATES):
            total = 0.0
            for k in range(STATES):
                total += basis[i, k] * gain[k]
            shift[n, i] = total
            for j in range(i, STATES):
                total = 0.0
                for k in range(STATES):
                    total += basis[i, k] * p[k] * basis[j, k]
                covariance[n, at] = total
                at += 1


@inner_kernel
def _best_weight(ratio: Float64, inverse: bool) -> float:
    """Find the w in 0..1 of least determinant: bisect its derivative, which falls because the logarithm is concave.

    The ends are exact: where one estimate is better in every way, it is the result.
    """
    low, high = 0.0, 1.0
    if _slope(ratio, 0.0, inverse) <= 0.0:
        return 0.0
    if _slope(ratio, 1.0, inverse) >= 0.0:
        return 1.0
    for _ in range(_BISECTIONS):
        w = (low + high) / 2.0
        if _slope(ratio, w, inverse) > 0.0:
            low = w
        else:
            high = w
    return (low + high) / 2.0


@inner_kernel
def _slope(ratio: Float64, w: float, inverse: bool) -> float:
    slope = 0.0
    for d in ratio:
        g = w + (1.0 - w) * d
        if inverse:
            slope += (1.0 - d) / (g * g) / (1.0 + 1.0 / d - 1.0 / g)
        else:
            slope += (d - 1.0) / (w * d + 1.0 - w)
    return slope


@inner_kernel
def _common_basis(first: Float64, second: Float64, lower: Float64, turn: Float64, ratio: Float64) -> bool:
    """Find L and U with A = L Lᵀ and B = L U diag(ratio) Uᵀ Lᵀ; False where either is not positive definite."""
    if not _cholesky(first, lower):
        return False
    full, half = np.zeros((STATES, STATES)), np.zeros((STATES, STATES))
    column, solved = np.zeros(STATES), np.zeros(STATES)
    at = 0
    for i in range(STATES):
        for j in range(i, STATES):
            full[i, j] = full[j, i] = second[at]
            at += 1
    for j in range(STATES):
        column[:] = full[:, j]
        _solve_lower(lower, column, solved)
        half[:, j] = solved
    for i in range(STATES):
        column[:] = half[i, :]
        _solve_lower(lower, column, solved)
        full[i, :] = solved
    _turn_diagonal(full, turn)
    for i in range(STATES):
        ratio[i] = full[i, i]
        if not (full[i, i] > 1e-12 and full[i, i] < 1e12):
            return False
    return True


@inner_kernel
def _cholesky(packed: Float64, lower: Float64) -> bool:
    at = 0
    for i in range(STATES):
        for j in range(i, STATES):
            total = packed[at]
            for k in range(i):
                total -= lower[i, k] * lower[j, k]
            if i == j:
                if not total > 0.0:
                    return False
                lower[i, i] = np.sqrt(total)
            else:
                lower[j, i] = total / lower[i, i]
            at += 1
    return True


@inner_kernel
def _solve_lower(lower: Float64, right: Float64, out: Float64) -> None:
    for i in range(STATES):
        total = right[i]
        for k in range(i):
            total -= lower[i, k] * out[k]
        out[i] = total / lower[i, i]


@inner_kernel
def _turn_diagonal(matrix: Float64, turn: Float64) -> None:
    """Diagonalise a symmetric matrix in place by cyclic Jacobi rotations; ``turn`` becomes its eigenvectors."""
    for i in range(STATES):
        for j in range(STATES):
            turn[i, j] = 1.0 if i == j else 0.0
    for _ in range(_SWEEPS):
        off, diagonal = 0.0, 0.0
        for i in range(STATES):
            diagonal += matrix[i, i] * matrix[i, i]
            for j in range(i + 1, STATES):
                off += matrix[i, j] * matrix[i, j]
        if off <= 1e-26 * diagonal:
            return
        for i in range(STATES - 1):
            for j in range(i + 1, STATES):
                if matrix[i, j] != 0.0:
                    _rotate(matrix, turn, i, j)


@inner_kernel
def _rotate(matrix: Float64, turn: Float64, i: int, j: int) -> None:
    theta = (matrix[j, j] - matrix[i, i]) / (2.0 * matrix[i, j])
    t = 1.0 / (abs(theta) + np.sqrt(theta * theta + 1.0))
    if theta < 0.0:
        t = -t
    c = 1.0 / np.sqrt(t * t + 1.0)
    s = t * c
    for k in range(STATES):
        a, b = matrix[k, i], matrix[k, j]
        matrix[k, i], matrix[k, j] = c * a - s * b, s * a + c * b
    for k in range(STATES):
        a, b = matrix[i, k], matrix[j, k]
        matrix[i, k], matrix[j, k] = c * a - s * b, s * a + c * b
        a, b = turn[k, i], turn[k, j]
        turn[k, i], turn[k, j] = c * a - s * b, s * a + c * b
