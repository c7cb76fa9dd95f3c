"""A model that does better than the blend on many tracks takes over; chance, few tracks and young ones do not."""

import numpy as np
import pytest

from sargas.assessment.prediction.blend import Blend
from sargas.assessment.prediction.cones import CELLS, empty_cones
from sargas.assessment.prediction.leading import FULLY, MOST_WEIGHT, Leads, compare, find_leader, no_leads
from sargas.assessment.prediction.learning import YOUNG_S, learn
from sargas.assessment.prediction.models import MODELS
from sargas.assessment.prediction.outcomes import HORIZONS_S
from sargas.assessment.prediction.predictor import Predictor, States, shipped_blend
from sargas.model.columns import Float64
from tests.assessment.prediction.states import WGS84, merged, miss_m, states_of_place, straight

H, M = len(HORIZONS_S), len(MODELS)
MINUTE, TOLD = HORIZONS_S.index(60.0), MODELS.index("told")
CELL = CELLS.index("bird")


def hear(leads: Leads, ahead: Float64, age_s: float = YOUNG_S) -> None:
    """Count the outcomes of tracks (tracks, outcomes, m)."""
    cones = empty_cones()
    cones.factor[CELL] = 1.0
    for track in ahead:
        own, taught = np.zeros(H), np.zeros((H, 2))
        for outcome in track:
            compare(leads, CELL, age_s, MINUTE, taught, outcome)
            learn(cones, CELL, age_s, MINUTE, own, taught, 0.5)


def lead_of(seed: int, tracks: int, by: float) -> Float64:
    ahead = 0.5 * np.random.default_rng(seed).normal(size=(tracks, 16, M))
    ahead[:, :, TOLD] += by
    return ahead


def test_a_model_that_is_better_on_many_tracks_takes_over() -> None:
    leads = no_leads()
    hear(leads, lead_of(1, 400, 0.2))
    assert find_leader(leads, CELL, MINUTE) == (TOLD, 1.0)
    assert find_leader(leads, CELL, MINUTE + 1)[1] == 0.0
    assert find_leader(leads, CELL + 1, MINUTE)[1] == 0.0


def test_by_chance_alone_hardly_ever_one_counts() -> None:
    trusts = []
    for seed in range(40):
        leads = no_leads()
        hear(leads, lead_of(seed, 60, -0.1))
        trusts.append(find_leader(leads, CELL, MINUTE)[1])
    assert np.mean(trusts) < 0.05


def test_few_tracks_and_young_ones_make_no_leader() -> None:
    leads = no_leads()
    hear(leads, lead_of(1, 9, 3.0).repeat(40, axis=1))
    assert find_leader(leads, CELL, MINUTE)[1] == 0.0
    leads = no_leads()
    hear(leads, lead_of(1, 400, 3.0), YOUNG_S - 1.0)
    assert find_leader(leads, CELL, MINUTE)[1] == 0.0


def test_a_lead_is_lost_when_what_flies_changes() -> None:
    leads = no_leads()
    hear(leads, lead_of(1, 3000, 0.3))
    assert find_leader(leads, CELL, MINUTE)[1] == 1.0
    assert leads.weight[CELL, MINUTE] <= MOST_WEIGHT
    hear(leads, lead_of(2, 4000, -0.3))
    assert find_leader(leads, CELL, MINUTE)[1] == 0.0
    assert 0.0 < FULLY < 0.3


def hedging() -> Blend:
    """Return a blend that weighs all models the same, whatever it is told."""
    shipped = shipped_blend()
    return Blend._make([*(np.zeros_like(rows) for rows in shipped[:-1]), np.full_like(shipped.out_bias, 3.0)])


def turned_once(track_id: int, seconds: Float64) -> States:
    """Return a flight with its true velocities, straight but for one turn at half time."""
    half, course_deg = len(seconds) // 2, 9.0 * track_id
    first = straight(seconds[:half], course_deg=course_deg)
    later = straight(seconds[: half + 1], course_deg=course_deg + 100.0, home=(first[-1, 0], first[-1, 1]))[1:]
    course = np.radians(np.repeat([course_deg, course_deg + 100.0], half))
    velocity = np.column_stack([60.0 * np.sin(course), 60.0 * np.cos(course), 0.0 * course])
    return states_of_place(seconds, np.concatenate([first, later]), track_id=track_id, velocity=velocity, cell=CELL)


@pytest.mark.parametrize("has_seen_others", [False, True])
def test_where_others_flew_straight_a_blend_that_hedges_gives_way_on_a_new_track(has_seen_others: bool) -> None:
    cones = empty_cones()
    cones.factor[:] = 1.0
    predictor = Predictor(hedging(), cones)
    if has_seen_others:
        predictor.follow(merged(*(turned_once(k, np.arange(0.0, 400.0, 4.0)) for k in range(40))))
    seconds = np.arange(400.0, 464.0, 4.0)
    new = turned_once(40, seconds - 400.0)
    new.time_ns[:] += 400_000_000_000
    told = predictor.follow(new, np.array([60.0]))
    course_deg = 9.0 * 40 + 100.0
    longitude, latitude, _ = WGS84.fwd(new.place[-1, 1], new.place[-1, 0], course_deg, 3600.0)
    missed_m = miss_m(told.latitude_deg[-1, 0], told.longitude_deg[-1, 0], np.array([latitude, longitude]))
    assert (missed_m < 30.0) == has_seen_others
    assert missed_m < 30.0 or missed_m > 150.0


def test_leads_are_part_of_a_snapshot() -> None:
    predictor, other = Predictor(), Predictor()
    hear(predictor._leads, lead_of(1, 400, 0.2))
    assert predictor.snapshot() != other.snapshot()
    other.restore(predictor.snapshot())
    assert other.snapshot() == predictor.snapshot()
    assert find_leader(other._leads, CELL, MINUTE) == (TOLD, 1.0)
