"""Each sentence of an alert is said in both languages with the same figures."""

from __future__ import annotations

import tomllib
from importlib import resources
from string import Formatter

import pytest

from sargas.assessment.saying import say
from sargas.model.saying import Said, in_english, in_lithuanian


@pytest.mark.parametrize("file", ["alert_words.toml", "threat_words.toml"])
def test_both_languages_have_the_same_sentences_and_figures(file: str) -> None:
    words = tomllib.loads(resources.files("sargas.assessment").joinpath("figures", file).read_text(encoding="utf-8"))
    assert words["en"].keys() == words["lt"].keys()
    for name, english in words["en"].items():
        figures, own = (
            {found for _, found, _, _ in Formatter().parse(text) if found} for text in (english, words["lt"][name])
        )
        assert figures == own, name
        assert words["lt"][name] != english, name


def test_a_sentence_within_a_sentence_is_in_the_same_language() -> None:
    told = (say("since", what=say("entered", zone="Plant"), distance="5.0"), say("altitude_unknown"))
    assert in_english(told) == ("entered Plant, now 5.0 km from where it came in", "altitude unknown")
    assert in_lithuanian(told) == ("įskrido į zoną „Plant“, dabar 5.0 km nuo įskridimo vietos", "aukštis nežinomas")
    assert isinstance(told[0], Said)


def test_a_figure_that_is_missing_is_an_error() -> None:
    with pytest.raises(KeyError, match="distance"):
        say("since", what="in")
