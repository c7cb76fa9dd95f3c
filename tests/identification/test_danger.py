"""Danger rests on class, origin and a cooperation that is confirmed; unknown stays in between."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sargas.identification.claim_weight import Answer
from sargas.identification.danger import ARMED_OF_CLASS, armed_probability, judge_danger
from sargas.model.columns import Float32
from sargas.model.identity_records import About
from sargas.model.tracks import CLASSES


def held(about: About, value: str = "unknown", probability: float = 0.9) -> Answer:
    return Answer(about, value, probability, (), (), is_override=False)


def classes(**shares: float) -> Float32:
    found = np.zeros(len(CLASSES), np.float32)
    for name, share in shares.items():
        found[CLASSES.index(name)] = share
    return found


NO_ORIGIN, SILENT = held("origin"), held("cooperation")


def test_every_class_has_a_figure() -> None:
    assert set(ARMED_OF_CLASS) == set(CLASSES)


@pytest.mark.parametrize(
    ("shares", "origin", "cooperation", "value"),
    [
        ({"one_way_drone": 0.9}, "unknown", "unknown", "armed_possible"),
        ({"one_way_drone": 0.9}, "abroad", "doubtful", "armed_possible"),
        ({"bird": 0.95}, "abroad", "unknown", "armed_unlikely"),
        ({"airliner": 0.99}, "abroad", "confirmed", "armed_unlikely"),
        ({"light_aircraft": 0.8, "one_way_drone": 0.15}, "unknown", "unknown", "unknown"),
    ],
)
def test_what_is_held_of_a_track(shares: dict[str, float], origin: str, cooperation: str, value: str) -> None:
    judged = judge_danger(classes(**shares), held("origin", origin), held("cooperation", cooperation))
    assert judged.value == value
    assert judged.reasons


def test_what_is_not_classified_is_neither_harmless_nor_dangerous() -> None:
    for nothing in (None, np.full(len(CLASSES), np.nan, np.float32)):
        judged = judge_danger(nothing, NO_ORIGIN, SILENT)
        assert (judged.value, judged.armed) == ("unknown", pytest.approx(0.1))


@given(st.lists(st.floats(0, 1, width=32), min_size=12, max_size=12), st.floats(0.5, 1))
def test_a_doubtful_identity_never_makes_it_safer_and_abroad_never_safer(shares: list[float], sure: float) -> None:
    found = np.array(shares, np.float32) / max(sum(shares), 1.0)
    plain = judge_danger(found, NO_ORIGIN, SILENT).armed
    assert judge_danger(found, NO_ORIGIN, held("cooperation", "doubtful", sure)).armed == plain
    assert judge_danger(found, held("origin", "abroad", sure), SILENT).armed >= plain
    assert judge_danger(found, held("origin", "domestic", sure), SILENT).armed <= plain
    assert judge_danger(found, NO_ORIGIN, held("cooperation", "confirmed", sure)).armed <= plain


@given(st.lists(st.floats(0.0, 1.0), min_size=12, max_size=12), st.sampled_from(["abroad", "domestic", "unknown"]))
def test_the_probability_without_words_is_that_of_the_danger(shares: list[float], origin: str) -> None:
    for found in (np.array(shares, np.float32), np.full(12, np.nan, np.float32), None):
        for cooperation in ("confirmed", "doubtful"):
            grounds = found, held("origin", origin), held("cooperation", cooperation)
            assert armed_probability(*grounds) == judge_danger(*grounds).armed
