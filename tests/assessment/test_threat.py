"""Threat: closer, sooner, likelier, armed, unknown never lower it; a friend never raises it; it says why."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sargas.assessment.rivals import MOST
from sargas.assessment.threat import Facts, calibrate_entry, judge_threat, level_of, weights
from sargas.assessment.threat_words import tell_counterfactual, tell_reasons

INBOUND = Facts(
    entry=0.8, entry_s=240.0, distance_m=9_000.0, armed=0.6, identity="none", identity_probability=0.0, value=1.0,
    speed_mps=48.0, heading=1.0,
)  # fmt: skip
facts = st.builds(
    Facts,
    entry=st.floats(0, 1),
    entry_s=st.none() | st.floats(0, 1800),
    distance_m=st.floats(0, 200_000),
    armed=st.floats(0, 1),
    identity=st.sampled_from(["none", "unsupported", "confirmed", "friend", "doubtful"]),
    identity_probability=st.floats(0, 1),
    value=st.floats(0.1, 10),
    speed_mps=st.floats(0, 400),
    heading=st.floats(0, 1),
    exists=st.floats(0, 1),
)


@given(facts, st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_likelier_entry_nearer_and_likelier_armed_never_lower_it(
    one: Facts, entry: float, near: float, arm: float
) -> None:
    before = judge_threat(one).score
    assert judge_threat(replace(one, entry=one.entry + entry * (1.0 - one.entry))).score >= before
    assert judge_threat(replace(one, distance_m=one.distance_m * near)).score >= before
    assert judge_threat(replace(one, armed=one.armed + arm * (1.0 - one.armed))).score >= before


@given(facts, st.floats(0, 1), st.floats(0, 300), st.floats(0, 1))
def test_heading_in_faster_and_surer_to_exist_never_lower_it(one: Facts, turn: float, more: float, sure: float) -> None:
    before = judge_threat(one).score
    assert judge_threat(replace(one, heading=one.heading + turn * (1.0 - one.heading))).score >= before
    assert judge_threat(replace(one, speed_mps=one.speed_mps + more)).score >= before
    assert judge_threat(replace(one, exists=one.exists + sure * (1.0 - one.exists))).score >= before


def test_the_weights_that_come_along_keep_their_signs() -> None:
    w = weights()
    assert min(w.entry, w.armed, w.speed, w.entry_slope) > 0.0
    assert (
        min(w.soon, w.near, w.heading, w.doubtful, w.entry_reach, w.entry_heading, w.entry_goal, w.entry_elsewhere)
        >= 0.0
    )
    assert max(w.confirmed, w.friend) < 0.0


share = st.floats(0, 1)


@given(
    share, st.floats(0, 1e5), share, st.floats(0, 300), share, st.floats(0, 5),
    share, share, share, st.floats(0, 200), share, st.floats(0, 2),
)  # fmt: skip
def test_the_calibrated_entry_never_falls_with_more_paths_nearer_heading_in_faster_armed_or_on_the_way_there(
    paths: float, away_m: float, heading: float, speed: float, armed: float, goal: float,
    more: float, near: float, turn: float, faster: float, arm: float, surer: float,
) -> None:  # fmt: skip
    def told(paths: float, away_m: float, heading: float, speed: float, armed: float, goal: float = goal) -> float:
        share_in, nearest_m, ahead = (np.array([[x]]) for x in (paths, away_m, heading))
        found = calibrate_entry(
            share_in, nearest_m, ahead, np.array([speed]), np.array([armed]), np.array([[goal]]), np.zeros((1, 1)),
            np.ones(1, np.bool_),
        )  # fmt: skip
        return float(found[0, 0])

    before = told(paths, away_m, heading, speed, armed)
    assert told(paths, away_m, heading, speed, armed, goal + surer) >= before - 1e-12
    assert 0.0 <= before <= 1.0
    assert told(paths + more * (1.0 - paths), away_m, heading, speed, armed) >= before - 1e-12
    assert told(paths, away_m * near, heading, speed, armed) >= before - 1e-12
    assert told(paths, away_m, heading + turn * (1.0 - heading), speed, armed) >= before - 1e-12
    assert told(paths, away_m, heading, speed + faster, armed) >= before - 1e-12
    assert told(paths, away_m, heading, speed, armed + arm * (1.0 - armed)) >= before - 1e-12
    assert told(1.0, away_m, heading, speed, armed) == 1.0


@given(share, st.floats(0, 1e5), share, st.floats(0, 300), share, share, st.floats(0, MOST))
def test_who_makes_for_another_zone_enters_seldomer_and_is_no_less_dangerous_for_being_armed(
    paths: float, away_m: float, heading: float, speed: float, armed: float, arm: float, elsewhere: float
) -> None:
    def told(armed: float, elsewhere: float) -> float:
        share_in, nearest_m, ahead = (np.array([[x]]) for x in (paths, away_m, heading))
        found = calibrate_entry(
            share_in, nearest_m, ahead, np.array([speed]), np.array([armed]), np.zeros((1, 1)), np.array([[elsewhere]]),
            np.ones(1, np.bool_),
        )  # fmt: skip
        return float(found[0, 0])

    def harm(armed: float) -> float:
        return judge_threat(replace(INBOUND, entry=told(armed, elsewhere), armed=armed)).probability

    likelier = armed + arm * (1.0 - armed)
    assert told(armed, elsewhere) <= told(armed, 0.0) + 1e-12
    assert likelier * told(likelier, elsewhere) >= armed * told(armed, elsewhere) - 1e-12
    assert harm(likelier) >= harm(armed) - 1e-12


@given(facts, st.floats(0, 1))
def test_sooner_never_lowers_it(one: Facts, share: float) -> None:
    assume(one.entry_s is not None)
    assert judge_threat(replace(one, entry_s=(one.entry_s or 0.0) * share)).score >= judge_threat(one).score


@given(facts, st.sampled_from(["confirmed", "friend"]), st.floats(0, 1))
def test_a_confirmed_identity_never_raises_it_and_none_never_lowers_it(one: Facts, known: str, sure: float) -> None:
    unknown = replace(one, identity="none", identity_probability=0.0)
    named = replace(one, identity="friend" if known == "friend" else "confirmed", identity_probability=sure)
    assert judge_threat(named).score <= judge_threat(unknown).score
    unsupported = replace(one, identity="unsupported", identity_probability=sure)
    assert judge_threat(unsupported).score == judge_threat(unknown).score


@given(facts)
def test_the_terms_explain_the_whole_score(one: Facts) -> None:
    from math import exp

    threat = judge_threat(one)
    total = weights().bias + sum(t.log_odds for t in threat.terms)
    assert threat.score == pytest.approx(1.0 / (1.0 + exp(-total)))
    worth = next(t.log_odds for t in threat.terms if t.name == "value")
    assert threat.probability == pytest.approx(1.0 / (1.0 + exp(-(total - worth))))
    assert threat.level == level_of(threat.score)


def test_an_armed_drone_on_its_way_is_red_and_says_why_in_both_languages() -> None:
    threat = judge_threat(INBOUND)
    assert threat.level == "red"
    english = tell_reasons(threat, INBOUND, "Plant", 600.0, "en")
    assert len(english) == 3
    assert "may carry a warhead (60%)" in english
    assert "enters Plant within 10 min with 80%" in english
    lithuanian = tell_reasons(threat, INBOUND, "Plant", 600.0, "lt")
    assert len(lithuanian) == len(english)
    assert "gali nešti sprogmenį (60 %)" in lithuanian
    assert "per 10 min įskrenda į zoną „Plant“ su tikimybe 80 %" in lithuanian


def test_what_passes_by_is_green_and_has_no_counterfactual() -> None:
    passing = replace(INBOUND, entry=0.01, entry_s=None, distance_m=60_000.0, armed=0.1)
    threat = judge_threat(passing)
    assert threat.level == "green"
    assert tell_counterfactual(threat, passing, "en") is None


@given(facts)
def test_what_the_counterfactual_says_is_so(one: Facts) -> None:
    threat = judge_threat(one)
    told = tell_counterfactual(threat, one, "en")
    if told is None:
        return
    if "said who it is" in told:
        changed = replace(one, identity="confirmed", identity_probability=1.0)
    elif "turned away" in told:
        changed = replace(
            one, entry=max(0.0, float(told.split("below ")[-1].split("%")[0]) / 100.0 - 0.01), entry_s=None
        )
    else:
        changed = replace(one, armed=0.009)
    lower = {"red": ("amber", "green"), "amber": ("green",)}[threat.level]
    assert judge_threat(changed).level in lower


def test_a_drone_that_carries_nothing_drops_a_level() -> None:
    told = tell_counterfactual(judge_threat(INBOUND), INBOUND, "en")
    assert told is not None
    assert told.startswith("would drop below red if")
    assert "raudona" in (tell_counterfactual(judge_threat(INBOUND), INBOUND, "lt") or "")


@given(facts, facts)
def test_the_zone_that_ranks_first_has_the_highest_score(one: Facts, other: Facts) -> None:
    from sargas.assessment.threat import rank_zones

    same = replace(
        other, armed=one.armed, identity=one.identity, identity_probability=one.identity_probability,
        speed_mps=one.speed_mps, exists=one.exists,
    )  # fmt: skip
    pair = (one, same)
    columns = [
        np.array([[getattr(f, name) if getattr(f, name) is not None else np.nan for f in pair]], float)
        for name in ("entry", "entry_s", "distance_m", "heading", "value")
    ]
    ranks = rank_zones(*columns)[0]
    scores = [judge_threat(f).score for f in pair]
    assert (ranks[0] - ranks[1]) * (scores[0] - scores[1]) >= 0.0 or abs(scores[0] - scores[1]) < 1e-9
