"""One measurement that stands for several plots of a scan, any of which may be the track's."""

from __future__ import annotations

import numpy as np

from sargas.model.kernel import inner_kernel
from sargas.tracking.association import Links
from sargas.tracking.measurement import COMPONENTS, POLAR, Measurement, Measurements, wrap_rad


@inner_kernel
def _component(z: Measurement, c: int) -> float:
    # in the order of the rows of a radar measurement; components not measured are passed over
    n = c
    if n == 0:
        return z.range_m
    if n == 1:
        return z.azimuth_rad
    if not np.isnan(z.elevation_rad):
        if n == 2:
            return z.elevation_rad
        n -= 1
    if not np.isnan(z.range_rate_mps):
        if n == 2:
            return z.range_rate_mps
        n -= 1
    return z.height_m if n == 2 else np.nan


@inner_kernel
def _measures_alike(a: Measurement, b: Measurement) -> bool:
    same = np.isnan(a.elevation_rad) == np.isnan(b.elevation_rad)
    same = same and np.isnan(a.range_rate_mps) == np.isnan(b.range_rate_mps)
    return same and np.isnan(a.height_m) == np.isnan(b.height_m) and a.kind == b.kind


@inner_kernel
def mean_of_plots(measured: Measurements, links: Links, first: int, last: int, best: int, total: float) -> Measurement:
    """Return the mean of the radar plots of ``links[first:last]`` by their marginals, which sum to ``total``.

    It is written into the last of ``measured``. Plots that measure other components than the likeliest (``best``) are
    left out. ``weight`` is ``total``, ``spread`` the lower Cholesky factor of the plots' covariance about the mean in
    the order of the rows (docs/tracking.md).
    """
    lead, out = measured[links[best].plot], len(measured) - 1
    measured[out] = lead
    z = measured[out]
    z.weight = min(total, 1.0 - 1e-9)
    for a in range(COMPONENTS):
        for b in range(COMPONENTS):
            z.spread[a, b] = 0.0
    if z.kind != POLAR:
        return z
    m = 2
    while m < COMPONENTS and not np.isnan(_component(lead, m)):
        m += 1
    weight = 0.0
    for k in range(first, last):
        if _measures_alike(lead, measured[links[k].plot]):
            weight += links[k].beta
    _fill_mean(z, lead, measured, links, first, last, m, weight)
    return z


@inner_kernel
def _offset(lead: Measurement, other: Measurement, c: int) -> float:
    d = _component(other, c) - _component(lead, c)
    return wrap_rad(d) if c == 1 else d


@inner_kernel
def _fill_mean(
    z: Measurement,
    lead: Measurement,
    measured: Measurements,
    links: Links,
    first: int,
    last: int,
    m: int,
    weight: float,
) -> None:
    shift = (_mean(lead, measured, links, first, last, 0, weight), _mean(lead, measured, links, first, last, 1, weight))
    z.range_m += shift[0]
    z.azimuth_rad += shift[1]
    if not np.isnan(z.elevation_rad):
        z.elevation_rad += _mean(lead, measured, links, first, last, 2, weight)
    at = 2 + int(not np.isnan(z.elevation_rad))
    if not np.isnan(z.range_rate_mps):
        z.range_rate_mps += _mean(lead, measured, links, first, last, at, weight)
        at += 1
    if not np.isnan(z.height_m):
        z.height_m += _mean(lead, measured, links, first, last, at, weight)
    for k in range(first, last):
        other = measured[links[k].plot]
        if _measures_alike(lead, other):
            for a in range(m):
                for b in range(a + 1):
                    d = _offset(z, other, a) * _offset(z, other, b)
                    z.spread[a, b] += links[k].beta / weight * d
    _factor(z, m)


@inner_kernel
def _mean(
    lead: Measurement, measured: Measurements, links: Links, first: int, last: int, c: int, weight: float
) -> float:
    total = 0.0
    for k in range(first, last):
        other = measured[links[k].plot]
        if _measures_alike(lead, other):
            total += links[k].beta * _offset(lead, other, c)
    return total / weight


@inner_kernel
def _factor(z: Measurement, m: int) -> None:
    # Cholesky in place of a matrix that has fewer plots than components: empty pivots give empty columns
    for j in range(m):
        scale = z.spread[j, j]
        for k in range(j):
            z.spread[j, j] -= z.spread[j, k] ** 2
        if z.spread[j, j] <= 1e-9 * scale or scale <= 0.0:
            for i in range(j, m):
                z.spread[i, j] = 0.0
            continue
        z.spread[j, j] = np.sqrt(z.spread[j, j])
        for i in range(j + 1, m):
            for k in range(j):
                z.spread[i, j] -= z.spread[i, k] * z.spread[j, k]
            z.spread[i, j] /= z.spread[j, j]
