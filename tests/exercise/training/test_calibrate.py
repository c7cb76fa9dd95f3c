"""Calibration: its gradient is that of its loss, and what was too sure becomes as sure as it may be."""

from __future__ import annotations

import numpy as np
from scipy.optimize import check_grad
from scipy.special import logsumexp

from sargas.exercise.training.calibrate import AGES_S, TermRows, _loss, _shares, calibrate
from sargas.exercise.training.echo_tables import EXAMPLE_LOOKS, draw_tables
from sargas.identification.opinion import KINEMATICS, LOOKS, TERMS, N

STRAINS = 2 * N
MEMBER = np.arange(STRAINS) // 2


def rows(n: int, boast: float) -> TermRows:
    """Return rows whose kinematic log-odds are true, but for a factor, and whose echoes say nothing."""
    rng = np.random.default_rng(8)
    odds = rng.normal(0.0, 2.0, (n, STRAINS))
    p = np.exp(odds - logsumexp(odds, axis=1, keepdims=True))
    strain = (p.cumsum(axis=1) > rng.random((n, 1))).argmax(axis=1)
    terms = np.zeros((n, TERMS, STRAINS))
    terms[:, KINEMATICS] = boast * odds
    age_s = np.exp(rng.uniform(0.0, np.log(300.0), n))
    return TermRows(terms, MEMBER[strain], np.arange(n), age_s)


def test_the_gradient_is_that_of_the_loss() -> None:
    some = rows(40, 1.0)
    some.terms[:] += np.random.default_rng(9).normal(size=some.terms.shape)
    parts, share = [(some.terms, np.full(40, 0.02))], _shares(some.age_s)
    rest = (parts, some.label, share, MEMBER)
    x = np.random.default_rng(10).normal(1.0, 0.3, len(AGES_S) * (TERMS + N))
    error = check_grad(lambda v: _loss(v, *rest)[0], lambda v: _loss(v, *rest)[1], x)
    assert error < 1e-5


def test_boasting_is_taken_back() -> None:
    _, gain, bias = calibrate(rows(6000, 2.0), MEMBER)
    middle = gain[1:5, KINEMATICS]
    np.testing.assert_allclose(middle, 0.5, atol=0.12)
    assert np.abs(bias).max() < 0.6


def test_knots_share_an_age_between_them() -> None:
    share = _shares(np.array([0.0, 7.0, 40.0, 1e6]))
    np.testing.assert_allclose(share.sum(axis=1), 1.0)
    assert share[2, 3] == 1.0
    assert share[3, -1] == 1.0


def test_tables_are_densities_and_sharpen_with_looks() -> None:
    rcs, spread = draw_tables(400, np.random.default_rng(11))
    assert len(rcs) == len(EXAMPLE_LOOKS) == len(LOOKS) + 1
    for table in (rcs, spread):
        np.testing.assert_allclose(np.exp(table.astype(float)).sum(axis=2), 1.0, atol=1e-3)
    assert (rcs[-1].max(axis=1) > rcs[0].max(axis=1)).mean() > 0.8
