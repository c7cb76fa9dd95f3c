"""Losses are the whole of GOSPA: by time, by cause and by object they add up to it."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sargas.exercise.scoring.columns import Picture, Truth
from sargas.exercise.scoring.frames import build_frames
from sargas.exercise.scoring.losses import HALF_CUT_OFF2, loss_over_time, losses_by_object
from sargas.exercise.scoring.picture_figures import SETTLED_S, picture_figures
from tests.exercise.scoring.stage import joined, keep, perfect, shifted, stage

TIMES = 10


def faulty(seed: int) -> tuple[Truth, Picture]:
    """Make a picture with errors, holes, false tracks, and an object in five not observable at first."""
    rng = np.random.default_rng(seed)
    truth = stage(10, TIMES, ("one_way_drone", "bird"))
    n = len(truth.kind)
    truth.observable[(truth.object_id % 5 == 2) & (np.arange(n) < 4 * 10)] = False
    picture = shifted(perfect(truth), rng.normal(0, 200, n), rng.normal(0, 200, n))
    ghosts = keep(perfect(truth), rng.random(n) < 0.1)
    ghosts = shifted(Picture(states=ghosts.states, track_id=ghosts.track_id + 900), 0.0, 40e3)
    return truth, joined(keep(picture, rng.random(n) < 0.8), ghosts)


@given(seed=st.integers(0, 2**20))
@settings(max_examples=25)
def test_losses_by_cause_and_by_object_add_up_to_gospa(seed: int) -> None:
    frames = build_frames(*faulty(seed))
    moments = [moment for moment in loss_over_time(frames) if moment.age_s >= SETTLED_S]
    whole = picture_figures(frames, SETTLED_S)["gospa_per_target"]
    assert math.sqrt(np.mean([m.gospa_m**2 for m in moments])) == pytest.approx(whole)
    counted = [frame for frame in frames if frame.age_s >= SETTLED_S]
    observable = [int(frame.observable.sum()) for frame in counted]
    without_false = sum((m.location + m.missed) * n for m, n in zip(moments, observable, strict=True))
    losses = losses_by_object(frames)
    assert sum(loss.cost_m2 for loss in losses) == pytest.approx(without_false)
    assert [loss.cost_m2 for loss in losses] == sorted((loss.cost_m2 for loss in losses), reverse=True)
    false = sum(int(frame.is_false.sum()) for frame in counted)
    assert sum(m.false * n for m, n in zip(moments, observable, strict=True)) == pytest.approx(HALF_CUT_OFF2 * false)


def test_the_object_that_is_lost_and_renumbered_is_named_first() -> None:
    truth = stage(4, TIMES)
    rows = np.arange(len(truth.kind))
    picture = perfect(truth)
    picture.track_id[(truth.object_id == 2) & (rows >= 7 * 4)] = 999
    lost = (truth.object_id == 2) & (rows // 4 >= 4) & (rows // 4 < 7)
    first = losses_by_object(build_frames(truth, keep(picture, ~lost)))[0]
    assert (first.name, first.missed, first.cost_m2) == (2, 3, pytest.approx(3 * HALF_CUT_OFF2, rel=1e-6))
    assert [first.ages_s[i] for i in first.switches] == [28.0]
    assert first.numbers[first.switches[0]] == 999
