"""Calibration on tracks that training did not see: weights of the terms and a bias of each class, by age."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import logsumexp

from sargas.exercise.training.rows import Batch
from sargas.identification.forest import Forest
from sargas.identification.opinion import KINEMATICS, TERMS, N, Tables
from sargas.identification.trace import trace
from sargas.model.columns import Float64, Int64

AGES_S = np.array([0.0, 4.0, 12.0, 40.0, 120.0, 360.0])
STIFFNESS = 2e-3
"""Pull of gains towards one and of biases towards none, in log loss."""


@dataclass(frozen=True, slots=True)
class TermRows:
    """Terms (n, TERMS, strains) with class, number of the track and age (s) of each."""

    terms: Float64
    label: Int64
    track: Int64
    age_s: Float64


def term_rows(batches: Iterable[Batch], forest: Forest, tables: Tables) -> TermRows:
    """Run tracks through the classifier's own kernel."""
    parts, first = list[tuple[Float64, Int64, Int64, Float64]](), 0
    for batch in batches:
        _, terms, rows = trace(batch.start, batch.time_ns, batch.states, batch.echoes, batch.wanted, forest, tables)
        track = first + np.searchsorted(batch.start, rows, side="right") - 1
        parts.append(
            (
                terms[:, :, : len(tables.member)].astype(float),
                np.full(len(rows), batch.label, np.int64),
                track,
                batch.age_s[rows],
            )
        )
        first += len(batch)
    columns = [np.concatenate([part[k] for part in parts]) for k in range(4)]
    return TermRows(columns[0], columns[1], columns[2], columns[3])


def without_echoes(rows: TermRows) -> TermRows:
    """Return the same rows as if nothing but motion were known."""
    terms = np.zeros_like(rows.terms)
    terms[:, KINEMATICS] = rows.terms[:, KINEMATICS]
    return TermRows(terms, rows.label, rows.track, rows.age_s)


def calibrate(rows: TermRows, member: Int64) -> tuple[Float64, Float64, Float64]:
    """Fit gains (ages, TERMS) and biases (ages, classes) by log loss, every class weighing alike; returns ages too."""
    share = _shares(rows.age_s)
    counts = np.bincount(rows.label, minlength=N)
    weight = 1.0 / (N * np.maximum(counts[rows.label], 1))
    bare = without_echoes(rows)
    parts = [(rows.terms, 0.5 * weight), (bare.terms, 0.5 * weight)]
    start = np.concatenate([np.ones(len(AGES_S) * TERMS), np.zeros(len(AGES_S) * N)])
    found = minimize(
        _loss, start, args=(parts, rows.label, share, member), jac=True, method="L-BFGS-B", options={"maxiter": 200}
    )
    gain, bias = np.split(found.x, [len(AGES_S) * TERMS])
    return AGES_S.copy(), gain.reshape(-1, TERMS), bias.reshape(-1, N)


def _shares(age_s: Float64) -> Float64:
    """Return (n, ages): how much each knot counts at an age, between two of them evenly in log(1 + age)."""
    at = np.interp(np.log1p(age_s), np.log1p(AGES_S), np.arange(len(AGES_S)))
    return np.maximum(0.0, 1.0 - np.abs(at[:, None] - np.arange(len(AGES_S))))


def _loss(
    x: Float64, parts: list[tuple[Float64, Float64]], label: Int64, share: Float64, member: Int64
) -> tuple[float, Float64]:
    gain, bias = (part.reshape(len(AGES_S), -1) for part in np.split(x, [len(AGES_S) * TERMS]))
    total, d_gain, d_bias = 0.0, STIFFNESS * (gain - 1.0), STIFFNESS * bias
    total += 0.5 * STIFFNESS * float(((gain - 1.0) ** 2).sum() + (bias**2).sum())
    own = member == label[:, None]
    to_class = (member[:, None] == np.arange(N)).astype(float)
    for terms, weight in parts:
        odds = np.einsum("nt,nts->ns", share @ gain, terms) + (share @ bias)[:, member]
        log_p = odds - logsumexp(odds, axis=1, keepdims=True)
        p = np.exp(log_p)
        right = np.where(own, p, 0.0)
        sure = np.maximum(right.sum(axis=1, keepdims=True), 1e-300)
        total -= float((weight * np.log(sure[:, 0])).sum())
        miss = (p - right / sure) * weight[:, None]
        d_gain = d_gain + share.T @ np.einsum("ns,nts->nt", miss, terms)
        d_bias = d_bias + share.T @ (miss @ to_class)
    return total, np.concatenate([d_gain.ravel(), d_bias.ravel()])
