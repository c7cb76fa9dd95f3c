"""Learn the weights of the threat on training scenes: log loss, each weight bound to its sign."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from benchmarks.danger.cases import Case
from sargas.assessment.threat import (
    ARMED_BASE,
    ENTRY_BASE,
    FAST_MPS,
    FASTEST,
    LEAST,
    MOST,
    MOST_ELSEWHERE,
    NEAR_M,
    SOON_S,
    calibrate_entry,
    entry_terms,
    logit,
    weights,
)
from sargas.model.columns import Float64

NAMES = ("bias", "entry", "soon", "near", "armed", "speed", "heading", "confirmed", "friend", "doubtful")
ENTRY_NAMES = ("entry_offset", "entry_slope", "entry_reach", "entry_heading", "entry_armed", "entry_goal",
               "entry_elsewhere")  # fmt: skip
BORDER_NAMES = ("border_offset", "border_slope", "border_reach", "border_heading", "border_armed")
BOUNDS = {
    "bias": (None, None), "entry": (0.1, None), "soon": (0.0, None), "near": (0.0, None), "armed": (0.1, None),
    "speed": (0.05, None), "heading": (0.0, None), "confirmed": (None, -0.5), "friend": (None, -1.0),
    "doubtful": (0.0, None),
}  # fmt: skip
PRIOR = {"confirmed": -2.5, "friend": -4.0, "doubtful": 0.3, "speed": 0.2}
"""What a weight is drawn to where scenes hardly speak of it: no scene has a doubtful identity, few a friend."""
PULL = 2.0
"""Strength of that pull, in cases."""
WHERE = Path(__file__).resolve().parents[2] / "src" / "sargas" / "assessment" / "figures" / "threat.toml"


def terms_of(cases: Sequence[Case], entry: Float64) -> Float64:
    """Return what each weight multiplies, (n, 10) in the order of ``NAMES``; ``entry`` is calibrated."""
    column = {name: np.array([getattr(case, name) for case in cases]) for name in Case._fields}
    held = {state: (column["identity"] == state) * column["identity_probability"] for state in NAMES[7:]}
    armed = np.clip(column["armed"], LEAST, MOST)
    soon = np.where(np.isnan(column["entry_s"]), 0.0, entry * np.exp(-np.nan_to_num(column["entry_s"]) / SOON_S))
    return np.column_stack([
        np.ones(len(cases)), np.log(np.clip(entry, LEAST, 1.0) / ENTRY_BASE), soon,
        np.exp(-column["distance_m"] / NEAR_M), np.log(armed / (1.0 - armed)) - logit(ARMED_BASE),
        np.clip(column["speed_mps"] / FAST_MPS, 0.0, FASTEST), column["heading"], *held.values(),
    ])  # fmt: skip


def offset_of(cases: Sequence[Case]) -> Float64:
    """Return the log-odds that are not learnt: that there is an object."""
    return np.log(np.clip([case.exists for case in cases], LEAST, 1.0))


def entry_columns(cases: Sequence[Case]) -> tuple[Float64, ...]:
    """Return share, distance, heading, speed, P(armed), what speaks for the zone and for others; (n,) each."""
    names = ("share", "distance_m", "heading", "speed_mps", "armed", "goal", "elsewhere")
    return tuple(np.array([getattr(case, name) for case in cases]) for name in names)


def calibrated(cases: Sequence[Case]) -> Float64:
    """Return P(entry) of the cases by the weights that come along."""
    share, distance_m, heading, speed_mps, armed, goal, elsewhere = entry_columns(cases)
    columns = (share[:, None], distance_m[:, None], heading[:, None])
    return calibrate_entry(*columns, speed_mps, armed, goal[:, None], elsewhere[:, None], np.ones(1, np.bool_))[:, 0]


def learn_entry(cases: Sequence[Case], entered: Float64) -> dict[str, float]:
    """Fit the log-odds of entry by log loss; where every path enters nothing is to be learnt."""
    columns = entry_columns(cases)
    inner = columns[0] < 1.0
    terms = np.column_stack([np.ones(len(cases)), *entry_terms(*columns)])[inner]
    signs = 2.0 * entered[inner] - 1.0

    def loss(w: Float64) -> tuple[float, Float64]:
        score = signs * (terms @ w)
        slope = -signs / (1.0 + np.exp(np.clip(score, -60.0, 60.0)))
        return float(np.logaddexp(0.0, -score).mean()), terms.T @ slope / len(terms)

    bounds = [(None, None), (0.05, None), (0.05, None), (0.0, None), (0.0, None), (0.0, None),
              (0.0, MOST_ELSEWHERE)]  # fmt: skip
    found = minimize(loss, np.array([0.0, 1.0, 1.0, 0.5, 0.3, 0.5, 1.0]), jac=True, bounds=bounds, method="L-BFGS-B")
    return dict(zip(ENTRY_NAMES, found.x.tolist(), strict=True))


def learn_weights(terms: Float64, offset: Float64, harmed: Float64) -> dict[str, float]:
    """Fit all weights by log loss."""
    signs = 2.0 * harmed - 1.0
    pull = np.array([PULL if name in PRIOR else 0.0 for name in NAMES]) / len(terms)
    prior = np.array([PRIOR.get(name, 0.0) for name in NAMES])

    def loss(w: Float64) -> tuple[float, Float64]:
        score = signs * (terms @ w + offset)
        slope = -signs / (1.0 + np.exp(np.clip(score, -60.0, 60.0)))
        value = np.logaddexp(0.0, -score).mean() + (pull * (w - prior) ** 2).sum()
        return float(value), terms.T @ slope / len(terms) + 2.0 * pull * (w - prior)

    first = np.array([-3.0, 1.0, 0.5, 0.5, 1.0, 0.2, 0.5, -2.5, -4.0, 0.3])
    found = minimize(loss, first, jac=True, bounds=[BOUNDS[name] for name in NAMES], method="L-BFGS-B")
    return dict(zip(NAMES, found.x.tolist(), strict=True))


def write_weights(learnt: dict[str, float], entry: dict[str, float], of_harm: str, of_entry: str) -> None:
    """Write the weights that a node runs with, and on what each kind was learnt."""
    lines = [
        "# Weights of the threat, in log-odds; docs/threat.md says what each multiplies. Each is bound to its sign.",
        f"# Learnt by `python benchmarks/bench_danger.py --train all` on {of_harm}",
        "",
        *(f"{name} = {value:.4f}" for name, value in learnt.items()),
        "",
        "# P(entry) as it comes true, of the share of paths that enter.",
        f"# Learnt by `python benchmarks/bench_danger.py --train entry` on {of_entry}",
        *(f"{name} = {entry[name]:.4f}" for name in ENTRY_NAMES),
        "",
        "# The same of countries, which are nobody's goal; learnt on scenes 1 to 55 without what speaks for a zone.",
        *(f"{name} = {getattr(weights(), name):.4f}" for name in BORDER_NAMES),
    ]
    WHERE.write_text("\n".join(lines) + "\n", encoding="utf-8")
    weights.cache_clear()


def learnt_on() -> str:
    """Return on what the weights of harm that come along were learnt."""
    return WHERE.read_text(encoding="utf-8").split("--train all` on ")[1].partition("\n")[0]
