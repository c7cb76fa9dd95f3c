"""Training is seeded throughout: equal seeds, equal bytes; and even a tiny one learns something."""

from __future__ import annotations

import numpy as np
import pytest

from sargas.exercise.training.rows import draw_batches, draw_rows
from sargas.exercise.training.train import train
from sargas.model.tracks import CLASSES

TINY = {"tracks": 6, "rounds": 2, "seconds": 40}


@pytest.mark.slow
def test_equal_seeds_give_equal_bytes_and_others_do_not() -> None:
    said: list[str] = []
    first = train(3, tell=said.append, **TINY).to_bytes()
    assert train(3, **TINY).to_bytes() == first
    assert train(4, **TINY).to_bytes() != first
    assert any("simulated tracks" in line for line in said)


def test_rows_are_of_every_class_at_every_age_and_seeded() -> None:
    rows, again = (draw_rows(12, 0.1, np.random.default_rng(5), 120) for _ in range(2))
    np.testing.assert_array_equal(rows.features, again.features)
    assert set(rows.label.tolist()) == set(range(len(CLASSES)))
    assert rows.age_s.min() == 0.0
    assert rows.age_s.max() > 80.0
    assert (np.diff(rows.track) >= 0).all()


def test_sensors_do_not_give_the_class_away() -> None:
    periods: dict[int, list[float]] = {}
    given: dict[int, list[float]] = {}
    for batch in draw_batches(60, 0.0, np.random.default_rng(6), 60):
        for a, b in zip(batch.start[:-1], batch.start[1:], strict=True):
            periods.setdefault(batch.label, []).append(float(np.median(np.diff(batch.age_s[a:b]))))
            given.setdefault(batch.label, []).append(float(np.isfinite(batch.states[a:b, 4]).mean() > 0.5))
    share = np.array([np.mean(values) for values in given.values()])
    typical = np.array([np.median(values) for values in periods.values()])
    assert share.min() > 0.4
    assert share.max() < 0.85
    assert typical.max() < 3.0 * typical.min()
