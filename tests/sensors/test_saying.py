"""What is wrong with a source or a radar has words in both languages, of the same figures."""

from __future__ import annotations

import string

from sargas.model.saying import words_of
from sargas.sensors.health import SourceHealthBook
from tests.picture.test_step import configuration
from tests.sensors.test_health import S


def test_both_languages_have_the_same_sentences_and_figures() -> None:
    words = words_of("sargas.sensors", "sensor_words.toml")
    assert words["en"].keys() == words["lt"].keys()
    for name, english in words["en"].items():
        assert figures_in(english) == figures_in(words["lt"][name]), name


def figures_in(text: str) -> set[str | None]:
    return {field for _, field, _, _ in string.Formatter().parse(text)}


def test_a_source_says_in_lithuanian_too_why_it_is_not_well() -> None:
    settings = configuration()
    book = SourceHealthBook(settings)
    told = {health.source: health for health in book.tick(S, lambda _: None)}
    first = told[settings.sources[0].name]
    assert (first.reason, first.reason_lt) == ("nothing received yet", "dar nieko negauta")
