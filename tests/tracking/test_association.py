"""The sparse assignment is optimal, the marginals are near to those of exact enumeration."""

from itertools import product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from sargas.tracking.association import COLUMN, LINK, PASSES, ROW, assign, find_marginals, find_own_link


def solve(gain: np.ndarray, gated: np.ndarray) -> list[int]:
    """Return the column of each row, -1 for none."""
    rows, columns = np.zeros(len(gain) + 1, ROW), np.zeros(gain.shape[1], COLUMN)
    i, j = np.nonzero(gated)
    links = np.zeros(len(i), LINK)
    links["pair"], links["plot"], links["gain"] = i, j, gain[i, j]
    rows["start"] = np.r_[0, np.cumsum(gated.sum(axis=1))]
    assign(links, rows, len(gain), columns, gain.shape[1])
    result = rows["column"][:-1].tolist()
    assert all(columns["row"][c] == r for r, c in enumerate(result) if c >= 0)
    assert sum(c >= 0 for c in result) == (columns["row"] >= 0).sum()
    return result


@settings(max_examples=300)
@given(st.integers(1, 9), st.integers(1, 9), st.integers(0, 10_000), st.floats(0.05, 1.0), st.booleans())
def test_no_assignment_gains_more(n: int, m: int, seed: int, density: float, ties: bool) -> None:
    rng = np.random.default_rng(seed)
    gain = rng.normal(2.0, 4.0, (n, m)).round(0 if ties else 9)
    gated = rng.random((n, m)) < density
    result = solve(gain, gated)
    assert all(gated[r, c] for r, c in enumerate(result) if c >= 0)
    best = np.where(gated, np.maximum(gain, 0.0), 0.0)
    i, j = linear_sum_assignment(best, maximize=True)
    assert abs(sum(gain[r, c] for r, c in enumerate(result) if c >= 0) - best[i, j].sum()) < 1e-9


def test_a_large_cluster_is_solved_exactly_too() -> None:
    rng = np.random.default_rng(1)
    gain = rng.uniform(0.1, 20.0, (150, 140))
    result = solve(gain, np.ones_like(gain, bool))
    i, j = linear_sum_assignment(gain, maximize=True)
    assert abs(sum(gain[r, c] for r, c in enumerate(result) if c >= 0) - gain[i, j].sum()) < 1e-6


def test_a_pair_that_gains_nothing_is_left_out() -> None:
    assert solve(np.array([[-1.0]]), np.array([[True]])) == [-1]


def marginals(psi: np.ndarray, born: float) -> tuple[np.ndarray, np.ndarray, int]:
    """Return the probability of every pair and of every plot to be claimed, by belief propagation."""
    n, m = psi.shape
    rows, columns = np.zeros(n + 1, ROW), np.zeros(m, COLUMN)
    i, j = np.nonzero(psi > 0)
    links = np.zeros(len(i), LINK)
    links["plot"], links["psi"] = j, psi[i, j]
    rows["start"] = np.r_[0, np.cumsum((psi > 0).sum(axis=1))]
    passes = find_marginals(links, rows, n, columns, m, born)
    beta = np.zeros_like(psi)
    beta[i, j] = links["beta"]
    return beta, columns["claimed"], passes


def enumerate_marginals(psi: np.ndarray, born: float) -> np.ndarray:
    """Return the same by adding up every assignment there is."""
    n, m = psi.shape
    total, beta = 0.0, np.zeros_like(psi)
    for choice in product(range(-1, m), repeat=n):
        taken = [c for c in choice if c >= 0]
        if len(set(taken)) < len(taken):
            continue
        weight = np.prod([psi[r, c] for r, c in enumerate(choice) if c >= 0]) * (1 + born) ** (m - len(taken))
        total += weight
        for r, c in enumerate(choice):
            if c >= 0:
                beta[r, c] += weight
    return beta / total


def random_weights(seed: int) -> np.ndarray:
    """Return psi of a cluster of one to four tracks and plots."""
    rng = np.random.default_rng(seed)
    shape = rng.integers(1, 5, 2)
    return np.where(rng.random(shape) < 0.6, np.exp(rng.normal(1.0, 2.0, shape)), 0.0)


def test_marginals_are_near_those_of_exact_enumeration() -> None:
    """Belief propagation is exact without loops; in tight ones it is off, on the whole by little."""
    errors = []
    for seed in range(200):
        psi = random_weights(seed)
        beta, claimed, passes = marginals(psi, 0.1)
        assert passes <= PASSES
        assert (beta.sum(axis=1) <= 1 + 1e-9).all()
        np.testing.assert_allclose(claimed, beta.sum(axis=0), atol=0.02)
        errors.append(np.abs(beta - enumerate_marginals(psi, 0.1)))
    assert np.mean([error.mean() for error in errors]) < 0.02
    assert max(error.max() for error in errors) < 0.25


def test_a_lone_pair_is_exact_however_sure() -> None:
    for weight in (1e-3, 1.0, 1e12):
        beta, _, _ = marginals(np.array([[weight]]), 0.1)
        assert abs(beta[0, 0] - weight / (1.1 + weight)) < 1e-9


def own_columns(psi: np.ndarray, born: float = 0.1) -> list[int]:
    """Return the plot that each row may take alone, -1 where the doubt is about more than who is who."""
    n, m = psi.shape
    rows, columns = np.zeros(n + 1, ROW), np.zeros(m, COLUMN)
    i, j = np.nonzero(psi > 0)
    links = np.zeros(len(i), LINK)
    links["plot"], links["psi"], links["gain"] = j, psi[i, j], np.log(psi[i, j])
    rows["start"] = np.r_[0, np.cumsum((psi > 0).sum(axis=1))]
    assign(links, rows, n, columns, m)
    find_marginals(links, rows, n, columns, m, born)
    totals = [links["beta"][i == r].sum() for r in range(n)]
    found = [find_own_link(links, rows, n, r, totals[r]) for r in range(n)]
    return [int(links["plot"][k]) if k >= 0 else -1 for k in found]


def test_tracks_that_exchange_their_plots_take_the_likelier_way() -> None:
    assert own_columns(np.array([[90.0, 60.0], [60.0, 90.0]])) == [0, 1]


def test_a_plot_that_a_track_without_one_claims_too_is_taken_by_none_alone() -> None:
    assert own_columns(np.array([[90.0], [80.0]])) == [-1, -1]
    assert own_columns(np.array([[90.0, 60.0, 0.0], [60.0, 90.0, 0.0], [0.0, 70.0, 0.0]]))[1] == -1
