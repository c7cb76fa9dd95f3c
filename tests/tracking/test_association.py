"""The sparse assignment is optimal."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from sargas.tracking.association import COLUMN, LINK, ROW, assign


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
