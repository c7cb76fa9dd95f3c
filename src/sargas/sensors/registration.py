"""Registration: the systematic errors of each radar, from objects that two sensors saw at nearly the same time.

A pair of measurements of one confirmed track differs by the biases of both sensors and noise: y = M b. All pairs are
one weighted least-squares problem in the biases of all radars (range m, azimuth rad, elevation rad, time s); a
cooperative position has none and anchors it, and so does a radar known to be aligned. Without any anchor the geometry
of the radars' own places still fixes everything: a common turn of all radars moves one object differently for each.
Source: docs/registration.md.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numba import njit

from sargas.model.columns import Float64
from sargas.sensors.site import SiteTable

BIASES = 4
"""Range (m), azimuth (rad), elevation (rad), time (s)."""
PRIOR_SIGMA = np.array([100.0, np.deg2rad(0.4), np.deg2rad(0.05), 0.03])
"""One sigma of a bias before anything is known."""
SCALES = (0.03, 0.1, 0.3, 1.0)
"""How well a network may be aligned: the prior's sigmas times these."""
WEIGHED_SIGMA = np.array([40.0, np.deg2rad(0.15), np.deg2rad(0.02), 0.0])
"""The most that an unknown bias adds to the variance of a plot: more would blind the gates to everything."""
MEMORY_S = 300.0
"""Time constant of forgetting."""
SHORT_S = 12.0
"""The same of the check whether a sensor walks off."""
PAIR_WEIGHT = 0.5
"""A plot is in several pairs: what each says again is not new."""
WALK_SIGMAS = 6.0
WALK_SHARE = 0.4
"""A sensor walks off when it differs by so many sigmas, and by so much of its own noise, from what it was."""
QUOTA = 80
"""Plots of a radar that are paired between two estimates: more would cost time and say nothing new."""
SETTLED_NS = 20_000_000_000
"""A sensor's bias must have been known so long before a change of it means something."""
KEPT = 0.005
"""What is kept of the knowledge about a sensor that walks off."""

REGISTRY = np.dtype(
    [
        ("site", "i4"),
        ("walking", "i4"),
        ("offered", "i4"),
        ("stride", "i4"),
        ("pairs", "f8"),
        ("short_information", "f8", (2,)),
        ("short_pull", "f8", (2,)),
        ("walked_ns", "i8"),
        ("sharp_ns", "i8"),
    ],
    align=True,
)
"""One radar's entry: its site, whether it walks off, pairs so far, and the short memory of range and azimuth.

``sharp_ns`` since when its bias is well known, 0 while it is not; ``offered`` plots since the last
estimate could be paired, of which every ``stride``-th is.
"""
Registry: TypeAlias = Any
"""(n,) array of ``REGISTRY``."""


class Registration:
    """Hold what is known of the biases of all radars among the sites."""

    def __init__(self, capacity: int = 8) -> None:
        self.entries: Registry = np.zeros(0, REGISTRY)
        self.index = np.full(0, -1, np.int32)
        """(sites,) entry of each site, -1 for sensors that are not registered."""
        self.information = np.zeros((0, 0))
        self.pull = np.zeros(0)
        self.time_ns = int(np.iinfo(np.int64).min // 2)

    def extend(self, table: SiteTable) -> None:
        """Make room for sites that came since."""
        has_biases = (table["scans"] == 1) & (table["aligned"] == 0)
        fresh = [i for i in range(len(self.index), len(table)) if has_biases[i]]
        index = np.full(len(table), -1, np.int32)
        index[: len(self.index)] = self.index
        index[fresh] = len(self.entries) + np.arange(len(fresh))
        late = [i for i in range(len(self.index)) if has_biases[i] and index[i] < 0]
        index[late] = len(self.entries) + len(fresh) + np.arange(len(late))
        entries = np.zeros(len(self.entries) + len(fresh) + len(late), REGISTRY)
        entries[: len(self.entries)] = self.entries
        entries["site"][len(self.entries) :] = fresh + late
        entries["stride"][len(self.entries) :] = 1
        n = BIASES * len(entries)
        information, pull = np.zeros((n, n)), np.zeros(n)
        old = len(self.pull)
        information[:old, :old], pull[:old] = self.information, self.pull
        for i in fresh + late:
            table["bias_variance"][i] = np.minimum(PRIOR_SIGMA, WEIGHED_SIGMA) ** 2
        self.entries, self.index, self.information, self.pull = entries, index, information, pull

    def is_due(self, time_ns: int) -> bool:
        """Say whether the biases are to be estimated anew: every 2 s while few pairs are known, else every 5 s."""
        known = len(self.entries) > 0 and float(self.entries["pairs"].min()) > 200.0
        return time_ns - self.time_ns >= (5_000_000_000 if known else 2_000_000_000)

    def solve(self, time_ns: int, table: SiteTable) -> list[int]:
        """Estimate all biases anew and write them into the sites; returns the sites that have begun to walk off."""
        if not len(self.entries) or not self.entries["pairs"].any():
            self.time_ns = time_ns
            return []
        self.entries["stride"] = np.maximum(1, self.entries["offered"] // QUOTA)
        self.entries["offered"] = 0
        elapsed_s = min(max((time_ns - self.time_ns) * 1e-9, 0.0), MEMORY_S)
        self.time_ns = time_ns
        keep = np.exp(-elapsed_s / MEMORY_S)
        self.information *= keep
        self.pull *= keep
        walking = self._find_walkers(time_ns, table, float(np.exp(-elapsed_s / SHORT_S)))
        bias, variance = self.estimate()
        # the short memory is of differences from the biases until now: from the new ones they differ by the change
        change = bias[:, :2] - table["bias"][self.entries["site"], :2]
        self.entries["short_pull"] -= self.entries["short_information"] * change
        seen = self.entries["pairs"] > 0
        sites = self.entries["site"]
        table["bias"][sites] = np.where(seen[:, None], bias, 0.0)
        table["bias_variance"][sites] = np.minimum(variance, WEIGHED_SIGMA**2)
        table["registered"][sites] = variance[:, 1] < table["sigma_azimuth_rad"][sites] ** 2 / 4.0
        return walking

    def estimate(self) -> tuple[Float64, Float64]:
        """Return the biases and their variances (entries, BIASES).

        How well the radars of this network are aligned at all is itself unknown: the mean over ``SCALES`` of the prior,
        each weighed by how likely it makes the pairs (marginal likelihood), so that a well aligned network is not
        troubled by estimates of nothing.
        """
        sigma = np.tile(PRIOR_SIGMA, len(self.entries))
        scaled, pull = sigma[:, None] * self.information * sigma, sigma * self.pull
        found = []
        for scale in SCALES:
            bias, variance = np.empty_like(pull), np.empty_like(pull)
            evidence = solve_with_prior(scaled, pull, scale**-2, bias, variance)
            found.append((float(evidence), sigma * bias, sigma**2 * variance))
        best = max(evidence for evidence, _, _ in found)
        weights = np.array([np.exp(evidence - best) for evidence, _, _ in found])
        weights /= weights.sum()
        mean = sum(w * bias for w, (_, bias, _) in zip(weights, found, strict=True))
        spread = sum(w * (own + (bias - mean) ** 2) for w, (_, bias, own) in zip(weights, found, strict=True))
        return np.asarray(mean).reshape(-1, BIASES), np.asarray(spread).reshape(-1, BIASES)

    def _find_walkers(self, time_ns: int, table: SiteTable, keep: float) -> list[int]:
        # the worst one at a time: its partners differ from it as much as it from them
        entries = self.entries
        information = np.maximum(entries["short_information"], 1e-30)
        off, sigma = entries["short_pull"] / information, 1.0 / np.sqrt(information)
        noise = np.stack([table["sigma_range_m"][entries["site"]], table["sigma_azimuth_rad"][entries["site"]]], axis=1)
        far = (np.abs(off) > WALK_SIGMAS * sigma) & (np.abs(off) > WALK_SHARE * noise)
        sharp = self._sharp()
        entries["sharp_ns"] = np.where(sharp, np.where(entries["sharp_ns"] > 0, entries["sharp_ns"], time_ns), 0)
        far &= (sharp & (time_ns - entries["sharp_ns"] > SETTLED_NS))[:, None]
        worst = np.where(far, np.abs(off) / noise, 0.0).max(axis=1)
        entries["short_information"] *= keep
        entries["short_pull"] *= keep
        entries["walking"] = (entries["walking"] > 0) & (time_ns - entries["walked_ns"] < 60_000_000_000)
        if not worst.any():
            return []
        at = int(worst.argmax())
        rows = slice(BIASES * at, BIASES * (at + 1))
        self.information[rows] *= np.sqrt(KEPT)
        self.information[:, rows] *= np.sqrt(KEPT)
        self.pull[rows] *= KEPT
        entries["short_information"] = entries["short_pull"] = 0.0
        entries["walking"][at], entries["walked_ns"][at] = 1, time_ns
        return [int(entries["site"][at])]

    def _sharp(self) -> np.ndarray[Any, Any]:
        # entries known well enough that a difference means something
        own = np.diag(self.information).reshape(-1, BIASES)
        return (own[:, 1] > 1.0 / np.deg2rad(0.03) ** 2) & (own[:, 0] > 1.0 / 15.0**2)


@njit(cache=True, nogil=True, error_model="numpy")
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


@njit(cache=True, nogil=True, error_model="numpy")
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


@njit(cache=True, nogil=True, error_model="numpy")
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
        if own < 0:
            continue
        entries[own].pairs += 1.0
        for k in range(BIASES):
            at, column = BIASES * own + k, 4 * side + k
            towards = 0.0
            strength = 0.0
            for i in range(3):
                for j in range(3):
                    towards += jacobian[i, column] * w[i, j] * difference[j]
                    strength += jacobian[i, column] * w[i, j] * jacobian[j, column]
            if k < 2:
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
