"""Fuse two estimates of one object whose errors may be correlated in an unknown way. Formulas: docs/track-fusion.md.

Covariances are packed upper triangles (21) of 6 x 6, row by row, as in ``Tracks``.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sargas.model.columns import Float64
from sargas.tracking.fusion_kernels import PACKED, STATES, fuse_rows


class Fused(NamedTuple):
    """Result of n fusions: what is added to the first estimate, the covariance, and the weight of the first one."""

    shift: Float64
    """(n, 6) m and m/s."""
    covariance: Float64
    """(n, 21)."""
    weight: Float64
    """(n,) w; NaN where a covariance was not positive definite: the first estimate stays as it is."""


def intersect_covariances(difference: Float64, first: Float64, second: Float64) -> Fused:
    """Fuse by covariance intersection, consistent whatever the correlation is.

    ``difference`` (n, 6): second estimate less first; ``first``, ``second`` (n, 21). P⁻¹ = w A⁻¹ + (1 − w) B⁻¹ with the
    w of least det P. Source: Julier, Uhlmann 1997, "A non-divergent estimation
    algorithm in the presence of unknown correlations", ACC.
    """
    return _fuse(difference, first, second, False)


def intersect_inverse_covariances(difference: Float64, first: Float64, second: Float64) -> Fused:
    """Fuse by inverse covariance intersection: tighter, consistent when what is correlated is information both share.

    Arguments as ``intersect_covariances``. P⁻¹ = A⁻¹ + B⁻¹ − (w A + (1 − w) B)⁻¹ with the w of least det P.
    Source: Noack, Sijs, Reinhardt, Hanebeck 2017, "Decentralized data fusion with inverse covariance intersection",
    Automatica 79.
    """
    return _fuse(difference, first, second, True)


def unpack(packed: Float64) -> Float64:
    """Return the symmetric matrices (n, 6, 6) of packed ones (n, 21)."""
    full = np.empty((len(packed), STATES, STATES))
    rows, columns = np.triu_indices(STATES)
    full[:, rows, columns] = packed
    full[:, columns, rows] = packed
    return full


def pack(full: Float64) -> Float64:
    """Return the packed upper triangles (n, 21) of matrices (n, 6, 6)."""
    rows, columns = np.triu_indices(STATES)
    return np.ascontiguousarray(full[:, rows, columns])


def _fuse(difference: Float64, first: Float64, second: Float64, inverse: bool) -> Fused:
    out = Fused(np.zeros((len(first), STATES)), np.empty((len(first), PACKED)), np.empty(len(first)))
    fuse_rows(
        np.ascontiguousarray(difference), np.ascontiguousarray(first), np.ascontiguousarray(second), inverse,
        out.shift, out.covariance, out.weight,
    )  # fmt: skip
    return out
