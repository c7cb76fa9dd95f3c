"""Registration: the systematic errors of each radar, from objects that two sensors saw at nearly the same time.

A pair of measurements of one confirmed track differs by the biases of both sensors and noise: y = M b. All pairs are
one weighted least-squares problem in the biases of all radars (range m, azimuth rad, elevation rad, time s); a
cooperative position has none and anchors it, and so does a radar known to be aligned. Without any anchor the geometry
of the radars' own places still fixes everything: a common turn of all radars moves one object differently for each.
Source: docs/registration.md.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sargas.model.columns import Float64
from sargas.sensors.registration_kernels import (
    BIASES,
    REGISTRY,
    TURN_SIGMAS,
    TURNS,
    Registry,
    solve_with_prior,
)
from sargas.sensors.site import SiteTable

PRIOR_SIGMA = np.array([100.0, np.deg2rad(0.4), np.deg2rad(0.05), 0.03])
"""One sigma of a bias before anything is known."""
SCALES = (0.03, 0.1, 0.3, 1.0)
"""How well a network may be aligned: the prior's sigmas times these."""
STRAYED_SCALE = 3.0
"""The same of a radar that once walked off, whatever the network is like."""
WEIGHED_SIGMA = np.array([40.0, np.deg2rad(0.15), np.deg2rad(0.02), 0.0])
"""The most that an unknown bias adds to the variance of a plot: more would blind the gates to everything."""
MEMORY_S = 300.0
"""Time constant of forgetting."""
SHORT_S = 12.0
"""The same of the check whether a sensor walks off."""
WALK_SIGMAS = 6.0
WALK_SHARE = 0.4
"""A sensor walks off when it differs by so many sigmas, and by so much of its own noise, from what it was."""
QUOTA = 80
"""Plots of a radar that are paired between two estimates: more would cost time and say nothing new."""
WALKING_NS = 60_000_000_000
"""A sensor counts as walking off for so long after it was last found to."""
CALM = 0.25
"""What is seen to have changed is known to its noise afterwards; the rest less well than before by this share of it."""
TURN_VOTES = 5.0
TURN_SHARE = 0.1
"""A sensor has turned when so many more of its plots than chance allows fit tracks at one angle, and that many of those
that found theirs in the same time."""
SETTLED_NS = 20_000_000_000
"""A sensor's bias must have been known so long before a change of it means something."""


class Registration:
    """Hold what is known of the biases of all radars among the sites."""

    def __init__(self) -> None:
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
        """Say whether to estimate the biases anew: every 2 s, or 5 s when much is known and nobody walks off."""
        entries = self.entries
        known = len(entries) > 0 and float(entries["pairs"].min()) > 200.0 and not entries["walking"].any()
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
        known = table["bias"][self.entries["site"], :2]
        noise = np.stack([table[name][self.entries["site"]] for name in ("sigma_range_m", "sigma_azimuth_rad")], axis=1)
        walked = self._find_walkers(time_ns, noise, float(np.exp(-elapsed_s / SHORT_S)))
        self._note_astray(time_ns, known)
        walking = self.entries["walking"] > 0
        for at in np.flatnonzero(walking).tolist():
            self._forget(at, np.zeros(2), noise[at] * CALM)
        bias, variance = self.estimate()
        # whoever walks off may go on to: its plots count half at most
        variance[walking, :2] = np.maximum(variance[walking, :2], noise[walking] ** 2)
        # the short memory is of differences from the biases until now: from the new ones they differ by the change
        change = bias[:, :2] - known
        self.entries["short_pull"] -= self.entries["short_information"] * change
        seen = self.entries["pairs"] > 0
        sites = self.entries["site"]
        table["bias"][sites] = np.where(seen[:, None], bias, 0.0)
        table["bias_variance"][sites] = np.minimum(variance, WEIGHED_SIGMA**2)
        table["registered"][sites] = variance[:, 1] < table["sigma_azimuth_rad"][sites] ** 2 / 4.0
        return walked

    def estimate(self) -> tuple[Float64, Float64]:
        """Return the biases and their variances (entries, BIASES).

        How well the radars of this network are aligned at all is itself unknown: the mean over ``SCALES`` of the prior,
        each weighed by how likely it makes the pairs (marginal likelihood), so that a well aligned network is not
        troubled by estimates of nothing. A radar that once walked off is not asked how well the others are aligned.
        """
        strayed = np.repeat(self.entries["astray_ns"] > 0, BIASES)
        found = []
        for scale in SCALES:
            sigma = np.tile(PRIOR_SIGMA, len(self.entries)) * np.where(strayed, STRAYED_SCALE / scale, 1.0)
            scaled, pull = sigma[:, None] * self.information * sigma, sigma * self.pull
            bias, variance = np.empty_like(pull), np.empty_like(pull)
            evidence = solve_with_prior(scaled, pull, scale**-2, bias, variance)
            found.append((float(evidence), sigma * bias, sigma**2 * variance))
        best = max(evidence for evidence, _, _ in found)
        weights = np.array([np.exp(evidence - best) for evidence, _, _ in found])
        weights /= weights.sum()
        mean = sum(w * bias for w, (_, bias, _) in zip(weights, found, strict=True))
        spread = sum(w * (own + (bias - mean) ** 2) for w, (_, bias, own) in zip(weights, found, strict=True))
        return np.asarray(mean).reshape(-1, BIASES), np.asarray(spread).reshape(-1, BIASES)

    def _find_walkers(self, time_ns: int, noise: Float64, keep: float) -> list[int]:
        # the worst one at a time: its partners differ from it as much as it from them
        entries = self.entries
        information = np.maximum(entries["short_information"], 1e-30)
        off, sigma = entries["short_pull"] / information, 1.0 / np.sqrt(information)
        far = (np.abs(off) > WALK_SIGMAS * sigma) & (np.abs(off) > WALK_SHARE * noise)
        sharp = self._sharp()
        entries["sharp_ns"] = np.where(sharp, np.where(entries["sharp_ns"] > 0, entries["sharp_ns"], time_ns), 0)
        settled = sharp & (time_ns - entries["sharp_ns"] > SETTLED_NS)
        far &= settled[:, None]
        worst = np.where(far, np.abs(off) / noise, 0.0).max(axis=1)
        turned, turn = self._find_turns(noise[:, 1])
        entries["short_information"] *= keep
        entries["short_pull"] *= keep
        entries["walking"] = (entries["walking"] > 0) & (time_ns - entries["walked_ns"] < WALKING_NS)
        entries["judges"] = settled & (entries["walking"] == 0)
        if (turned & settled).any():
            at = int((turned & settled).argmax())
            shift, doubt = np.array([0.0, turn[at]]), noise[at] * (CALM, 1.0)
        elif worst.any():
            at = int(worst.argmax())
            shift, doubt = np.where(far[at], off[at], 0.0), noise[at] * np.where(far[at], 1.0, CALM)
        else:
            return []
        self._forget(at, shift, doubt)
        # tracks that it pulled aside lie about the others for a while
        entries["sharp_ns"] = np.where(sharp, time_ns, 0)
        entries["sharp_ns"][at] = entries["judges"][at] = 0
        entries["short_information"] = entries["short_pull"] = entries["turned"] = entries["matched"] = 0.0
        entries["walking"][at], entries["walked_ns"][at] = 1, time_ns
        return [int(entries["site"][at])]

    def _note_astray(self, time_ns: int, known: Float64) -> None:
        # since when, and from where: a sensor is astray until it may judge others again
        entries = self.entries
        begins = (entries["walking"] == 1) & (entries["walked_ns"] == time_ns) & (entries["astray"] == 0)
        entries["astray_ns"][begins], entries["before"][begins] = time_ns, known[begins]
        entries["astray"] = (begins | (entries["astray"] == 1)) & (entries["judges"] == 0)

    def _find_turns(self, noise: Float64) -> tuple[np.ndarray[Any, Any], Float64]:
        # which sensors' stray plots fit tracks at one angle, three bins wide, and that angle; half of them is forgotten
        turned = self.entries["turned"].astype(np.float64)
        three = turned[:, :-2] + turned[:, 1:-1] + turned[:, 2:]
        peak, chance = three.argmax(axis=1), turned.sum(axis=1) * 3.0 / TURNS
        rows = np.arange(len(turned))
        votes = three[rows, peak]
        mean = (turned[rows, peak + 2] - turned[rows, peak]) / np.maximum(votes, 1.0)
        found = (votes > TURN_VOTES + chance + TURN_VOTES * np.sqrt(chance)) & (
            votes > TURN_SHARE * self.entries["matched"]
        )
        self.entries["turned"] *= 0.5
        self.entries["matched"] *= 0.5
        return found, (peak + 1 - TURNS // 2 + mean) * TURN_SIGMAS * noise

    def _forget(self, at: int, shift: Float64, doubt: Float64) -> None:
        # range (m) and azimuth (rad) have changed by ``shift``, one sigma ``doubt``: their covariance grows by that,
        # one after the other (rank-one updates of the information), and what is known of the others stays
        for k in range(2):
            row = BIASES * at + k
            column = self.information[:, row].copy()
            rest = doubt[k] ** -2.0 + column[row]
            self.pull -= column * (self.pull[row] / rest)
            self.information -= column[:, None] * (column / rest)
        for k in range(2):
            self.pull += self.information[:, BIASES * at + k] * shift[k]

    def _sharp(self) -> np.ndarray[Any, Any]:
        # entries known well enough that a difference means something
        own = np.diag(self.information).reshape(-1, BIASES)
        return (own[:, 1] > 1.0 / np.deg2rad(0.03) ** 2) & (own[:, 0] > 1.0 / 15.0**2)
