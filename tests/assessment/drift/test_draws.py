"""Draws are the same for the same key, unlike for others, and spread as they should."""

import numpy as np
import pytest

from sargas.assessment.drift.draws import Draws


def test_the_first_numbers_never_change() -> None:
    """A change here changes what every journal replays to."""
    assert Draws.of(7, 1_790_000_000_123_456_789).even(3) == pytest.approx(
        [0.7329638991302652, 0.09741422146594209, 0.6855112908391403], abs=1e-15
    )


def test_equal_keys_are_equal_and_unlike_keys_unlike() -> None:
    first, again, other, later = (
        Draws.of(*key).normal(50) for key in ((1, 10**9), (1, 10**9), (2, 10**9), (1, 2 * 10**9))
    )
    assert np.array_equal(first, again)
    assert abs(np.corrcoef(first, other)[0, 1]) < 0.5
    assert abs(np.corrcoef(first, later)[0, 1]) < 0.5


def test_what_is_drawn_next_is_new() -> None:
    draws = Draws.of(3, 10**9)
    assert len(set(np.concatenate([draws.even(101), draws.normal(7), draws.even(11), draws.normal(4)]).tolist())) == 123


def test_they_are_spread_as_their_distributions_are() -> None:
    draws = Draws.of(4, 10**9)
    even, normal = np.sort(draws.even(40_000)), np.sort(draws.normal(40_000))
    assert np.abs(even - (np.arange(40_000) + 0.5) / 40_000).max() < 0.01
    assert normal.mean() == pytest.approx(0.0, abs=0.02)
    assert normal.std() == pytest.approx(1.0, abs=0.02)
    assert np.quantile(normal, [0.05, 0.95]) == pytest.approx([-1.645, 1.645], abs=0.03)
    one, other = draws.normal(2, 20_000)
    assert abs(np.corrcoef(one, other)[0, 1]) < 0.03


def test_neighbouring_tracks_and_seconds_do_not_follow_each_other() -> None:
    first = np.array([Draws.of(track, second * 10**9).normal(2)[0] for track in range(60) for second in range(60)])
    assert first.std() == pytest.approx(1.0, abs=0.06)
    grid = first.reshape(60, 60)
    assert abs(np.corrcoef(grid[1:].ravel(), grid[:-1].ravel())[0, 1]) < 0.06
    assert abs(np.corrcoef(grid[:, 1:].ravel(), grid[:, :-1].ravel())[0, 1]) < 0.06
