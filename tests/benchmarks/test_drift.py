"""The balloon nights of bench_drift: the same for the same seed, and what is judged on them is judged rightly."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.drift.measure import START_NS, Told, advised, inside_volume, judge_closures
from benchmarks.drift.nights import STEP_S, Night, make_night
from sargas.model.columns import NS_PER_S
from sargas.model.records import ClosureAdvice
from sargas.picture import drifting
from tests.runtime.store_cases import make_closure


@pytest.fixture(scope="module")
def night() -> Night:
    return make_night(5)


def test_equal_seeds_are_equal_nights(night: Night) -> None:
    again = make_night(5)
    assert np.array_equal(night.place, again.place, equal_nan=True)
    assert not np.array_equal(night.launch_s, make_night(6).launch_s)


def test_a_benchmark_that_does_not_run_leaves_the_node_its_pace() -> None:
    assert drifting.TOLD_EVERY_NS == 30 * NS_PER_S, "else tests in the same process would see another node"


def test_the_true_wind_is_not_the_tables(night: Night) -> None:
    z = np.full(200, 2000.0)
    rng = np.random.default_rng(1)
    x, y = rng.uniform(-5e4, 5e4, (2, 200))
    told = np.array([np.interp(2000.0, (0.0, 500.0, 1500.0, 3000.0), row[:4]) for row in night.wind.table_mps])
    miss = night.wind.at(x, y, z, 600.0) - told
    assert 0.5 < np.abs(miss).mean() < 8.0


def test_balloons_move_with_the_wind_and_land_once(night: Night) -> None:
    flying = night.phase > 0
    assert set(np.unique(night.phase)) >= {0, 1, 2}
    for k in range(night.phase.shape[1]):
        rows = np.flatnonzero(flying[:, k])
        assert (np.diff(rows) == 1).all(), "it does not rise again"
        assert rows[0] * STEP_S >= night.launch_s[k]


def advice(state: str, told_s: float, from_s: float) -> ClosureAdvice:
    told_ns, from_ns = (START_NS + round(t * NS_PER_S) for t in (told_s, from_s))
    return make_closure(told_ns, id=f"{state}/{told_s}", state=state, from_ns=from_ns)


def test_an_airport_is_closed_from_the_time_told_until_it_reopens(night: Night) -> None:
    told = Told(night, advice=[
        advice("expected", 100.0, 3000.0), advice("close", 2400.0, 3000.0), advice("close", 2500.0, 2900.0),
        advice("closed", 2900.0, 2900.0), advice("reopen", 4000.0, 2900.0),
    ])  # fmt: skip
    closed, told_at = advised(told)
    steps = np.flatnonzero(closed)
    assert (steps[0] * STEP_S, steps[-1] * STEP_S) == (2900.0, 4000.0 - STEP_S)
    assert set(told_at[closed]) == {2400.0}


def test_what_was_told_late_does_not_close_the_past(night: Night) -> None:
    closed, _ = advised(Told(night, advice=[advice("closed", 3000.0, 2000.0), advice("reopen", 3500.0, 2000.0)]))
    assert np.flatnonzero(closed)[0] * STEP_S == 3000.0


def test_an_entry_while_open_is_missed_and_a_late_word_is_short_notice(night: Night) -> None:
    inside = inside_volume(night)
    entries = int((inside[1:] & ~inside[:-1]).sum())
    assert entries > 0
    steps = len(night.place)
    never = judge_closures(night, np.zeros(steps, bool), np.full(steps, np.inf), 600.0)
    assert (never.missed, never.entries, never.minutes) == (entries, entries, 0.0)
    always = judge_closures(night, np.ones(steps, bool), np.zeros(steps), 600.0)
    assert (always.missed, always.spans) == (0, 1)
    first = int(np.flatnonzero((inside[1:] & ~inside[:-1]).any(axis=1))[0]) + 1
    late = judge_closures(night, np.ones(steps, bool), np.full(steps, first * STEP_S - 300.0), 600.0)
    assert late.short_notice > 0
