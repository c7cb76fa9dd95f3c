"""How far people are believed: by what they are, and by how their reports fared."""

from __future__ import annotations

import pytest

from sargas.identification.reports.reliability import MOST_SOURCES, UNSEEN, Reliability, voice_of
from tests.identification.test_report_likelihood import report


def test_a_person_is_believed_as_such_persons_are_until_it_has_a_history() -> None:
    known = Reliability()
    assert known.of(report()) == pytest.approx(0.6)
    assert known.of(report(reporter="border_guard")) == pytest.approx(0.8)
    assert (known.grade(report()), known.grade(report(reporter="soldier"))) == ("C", "B")
    for _ in range(10):
        known.bear_out(report())
    assert known.of(report()) == pytest.approx(13.0 / 15.0)
    assert known.grade(report()) == "A"
    assert known.of(report(source_id="112/2")) == pytest.approx(0.6)


def test_what_is_not_found_counts_less_than_what_is_refuted() -> None:
    refuted, unseen = Reliability(), Reliability()
    refuted.refute(report())
    unseen.refute(report(), UNSEEN)
    assert refuted.of(report()) < unseen.of(report()) < 0.6
    for _ in range(20):
        refuted.refute(report())
    assert refuted.grade(report()) == "E"


def test_hearsay_is_one_voice_without_a_history() -> None:
    known, told = Reliability(), report(reporter="hearsay")
    known.bear_out(told)
    known.refute(told)
    assert known.history == {}
    assert voice_of(told) == voice_of(report(reporter="hearsay", source_id="other"))
    assert voice_of(report()) == "112/1"


def test_the_oldest_histories_are_forgotten() -> None:
    known = Reliability(dict.fromkeys((f"p{k}" for k in range(MOST_SOURCES)), (1.0, 0.0)))
    known.bear_out(report())
    assert len(known.history) == MOST_SOURCES
    assert "p0" not in known.history
    assert known.history["112/1"] == (1.0, 0.0)
