"""Pairs are the optimal ones, and nothing beyond the cut-off is a pair."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sargas.exercise.scoring.assignment import CUT_OFF_M, assign

points = st.lists(st.tuples(st.floats(0, 3000), st.floats(0, 3000)), max_size=5)


def cheapest(a: np.ndarray, b: np.ndarray) -> float:
    """Try every way to pair the fewer with the more, each pair at most the cut-off squared."""
    few, many = (a, b) if len(a) <= len(b) else (b, a)
    if not len(few):
        return 0.0
    squared = np.minimum(((few[:, None] - many[None]) ** 2).sum(axis=2), CUT_OFF_M**2)
    return min(sum(squared[i, j] for i, j in enumerate(order)) for order in permutations(range(len(many)), len(few)))


@given(a=points, b=points)
def test_pairs_cost_what_the_cheapest_of_all_ways_costs(
    a: list[tuple[float, float]], b: list[tuple[float, float]]
) -> None:
    objects, tracks = np.array(a).reshape(-1, 2), np.array(b).reshape(-1, 2)
    pairs, distance_m = assign(objects, tracks)
    unpaired = min(len(a), len(b)) - len(pairs)
    assert (distance_m**2).sum() + unpaired * CUT_OFF_M**2 == pytest.approx(cheapest(objects, tracks), abs=1e-3)
    assert (distance_m < CUT_OFF_M).all()
    assert len(set(pairs[:, 0])) == len(set(pairs[:, 1])) == len(pairs)


def test_a_nearer_track_gives_way_where_that_is_better_for_both() -> None:
    objects = np.array([[0.0, 0.0], [600.0, 0.0]])
    tracks = np.array([[-500.0, 0.0], [100.0, 0.0]])
    pairs, _ = assign(objects, tracks)
    assert sorted(map(tuple, pairs.tolist())) == [(0, 0), (1, 1)]
