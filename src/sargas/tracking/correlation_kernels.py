"""Which own and remote tracks lie near each other, and how far apart they are for what both claim, compiled."""

from __future__ import annotations

import numpy as np

from sargas.geo.plane_kernels import wrapped_longitude_deg
from sargas.model.columns import Float64, Int64
from sargas.model.kernel import inner_kernel, kernel
from sargas.model.tracks import Tracks

NEAREST = 8
"""Own tracks considered of one remote track: those nearest to it."""
METRES_PER_DEG = 111_320.0
_EE, _EN, _NN, _UU = 0, 1, 6, 11
_EVE, _EVN, _NVE, _NVN = 3, 4, 8, 9
_VEVE, _VEVN, _VNVN = 15, 16, 18


def nearest_rows(own: Tracks, latitude_deg: Float64, longitude_deg: Float64, within_m: float) -> Int64:
    """Return (n, NEAREST), for n places, the rows of the own tracks within ``within_m``, nearest first, -1 behind."""
    found = np.empty((len(latitude_deg), NEAREST), np.int64)
    by_latitude = np.argsort(own.latitude_deg, kind="stable")
    _find_near(own.latitude_deg, own.longitude_deg, by_latitude, latitude_deg, longitude_deg, within_m, found)
    return found


@kernel
def _find_near(
    own_latitude: Float64,
    own_longitude: Float64,
    own_order: Int64,
    latitude: Float64,
    longitude: Float64,
    within_m: float,
    found: Int64,
) -> None:
    """Write, per remote track, the rows of the own tracks within ``within_m``, the nearest first, -1 behind them.

    ``own_order`` sorts the own tracks by latitude (deg). ``found`` (remote, NEAREST).
    """
    reach = within_m / METRES_PER_DEG
    distances = np.zeros(NEAREST)
    for j in range(len(latitude)):
        count = 0
        parallel = np.cos(np.radians(latitude[j]))
        start = _first_from(own_latitude, own_order, latitude[j] - reach)
        for k in range(start, len(own_order)):
            i = own_order[k]
            north = (own_latitude[i] - latitude[j]) * METRES_PER_DEG
            if not north <= within_m:
                break
            turn = wrapped_longitude_deg(own_longitude[i] - longitude[j])
            east = turn * parallel * METRES_PER_DEG
            away = east * east + north * north
            if not away <= within_m * within_m:
                continue
            at = min(count, NEAREST - 1)
            if count == NEAREST and not away < distances[at]:
                continue
            while at > 0 and distances[at - 1] > away:
                distances[at] = distances[at - 1]
                found[j, at] = found[j, at - 1]
                at -= 1
            distances[at] = away
            found[j, at] = i
            count = min(count + 1, NEAREST)
        for k in range(count, NEAREST):
            found[j, k] = -1


@inner_kernel
def _first_from(latitude: Float64, order: Int64, least: float) -> int:
    low, high = 0, len(order)
    while low < high:
        middle = (low + high) // 2
        if latitude[order[middle]] < least:
            low = middle + 1
        else:
            high = middle
    return low


@kernel
def measure_pairs(
    difference: Float64,
    first: Float64,
    second: Float64,
    inflation: Float64,
    margin_m: Float64,
    margin_mps: float,
    margin_up_m: float,
    distance: Float64,
    log_volume: Float64,
) -> None:
    """Measure n pairs by horizontal position and velocity and by height, five numbers in all.

    ``difference`` (n, 6); ``first``, ``second`` (n, 21), the second times ``inflation`` (n,). S is their sum with
    the margins on its diagonal, that of position (n,).
    Writes ``distance`` = dᵀ S⁻¹ d and ``log_volume`` = ln det S, both (n,).
    """
    s, d = np.zeros((4, 4)), np.zeros(4)
    places = np.array([[_EE, _EN, _EVE, _EVN], [_EN, _NN, _NVE, _NVN], [_EVE, _NVE, _VEVE, _VEVN],
                       [_EVN, _NVN, _VEVN, _VNVN]])  # fmt: skip
    axes = np.array([0, 1, 3, 4])
    for n in range(len(difference)):
        for i in range(4):
            d[i] = difference[n, axes[i]]
            for j in range(4):
                s[i, j] = first[n, places[i, j]] + inflation[n] * second[n, places[i, j]]
            s[i, i] += margin_m[n] ** 2 if i < 2 else margin_mps * margin_mps
        high = first[n, _UU] + inflation[n] * second[n, _UU] + margin_up_m * margin_up_m
        distance[n] = difference[n, 2] ** 2 / high
        log_volume[n] = np.log(high)
        for i in range(4):
            # Cholesky with the solution beside it
            total = d[i]
            for k in range(i):
                total -= s[i, k] * d[k]
            pivot = s[i, i]
            for k in range(i):
                pivot -= s[i, k] * s[i, k]
            root = np.sqrt(pivot)
            d[i] = total / root
            for j in range(i + 1, 4):
                rest = s[j, i]
                for k in range(i):
                    rest -= s[j, k] * s[i, k]
                s[j, i] = rest / root
            distance[n] += d[i] * d[i]
            log_volume[n] += 2.0 * np.log(root)
