"""Which track belongs to which object at one time: the optimal pairs within a cut-off."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from sargas.model.columns import Float64

Rows: TypeAlias = NDArray[np.intp]

CUT_OFF_M = 1000.0
"""Cut-off c of GOSPA and OSPA: farther apart, a track and an object have nothing to do with each other."""
NEAR_M = 500.0
"""A track within this of an object is about that object (SIAP association)."""


def assign(objects: Float64, tracks: Float64, cut_off_m: float = CUT_OFF_M) -> tuple[Rows, Float64]:
    """Pair objects (n, 2) with tracks (m, 2) by least total of min(distance, cut-off) squared; metres.

    Returns the pairs (k, 2) as rows of both, and their distances (k,). Exact: solved per group of mutual neighbours,
    which cannot compete with each other. Source: Rahmathullah, Garcia-Fernandez, Svensson 2017 (GOSPA, alpha = 2,
    p = 2), proposition 1.
    """
    nothing = np.empty((0, 2), np.intp), np.empty(0)
    if not len(objects) or not len(tracks):
        return nothing
    near = cKDTree(objects).sparse_distance_matrix(cKDTree(tracks), cut_off_m, output_type="coo_matrix")
    if not near.nnz:
        return nothing
    i, j, d, edges = _groups(near, len(objects), len(tracks))
    pairs: list[tuple[Any, Any]] = []
    distances: list[float] = []
    for start, stop in pairwise(edges):
        rows, row = np.unique(i[start:stop], return_inverse=True)
        columns, column = np.unique(j[start:stop], return_inverse=True)
        cost = np.full((len(rows), len(columns)), cut_off_m**2)
        cost[row, column] = d[start:stop] ** 2
        for p, q in zip(*linear_sum_assignment(cost), strict=True):
            if cost[p, q] < cut_off_m**2:
                pairs.append((rows[p], columns[q]))
                distances.append(float(np.sqrt(cost[p, q])))
    return np.array(pairs, np.intp).reshape(-1, 2), np.array(distances)


def _groups(near: Any, n: int, m: int) -> tuple[Rows, Rows, Float64, Rows]:
    """Sort neighbouring (object, track, distance) by connected group; return them and where the groups begin."""
    i, j, d = near.row, near.col, near.data
    graph = coo_matrix((np.ones(len(i)), (i, j + n)), shape=(n + m, n + m))
    label = connected_components(graph, directed=False)[1][i]
    order = np.argsort(label, kind="stable")
    i, j, d, label = i[order], j[order], d[order], label[order]
    return i, j, d, np.r_[0, np.flatnonzero(np.diff(label)) + 1, len(label)]
