"""Each sentence is there in both languages, with the same figures and, where it has words, not with the same words."""

from __future__ import annotations

from string import Formatter

import numpy as np
import pytest

from sargas.model.saying import Said, Words, fill, joined

SENSORS = Words("sargas.sensors", "sensor_words.toml")
FILES = (
    Words("sargas.assessment", "alert_words.toml"),
    Words("sargas.assessment", "lost_words.toml"),
    Words("sargas.assessment", "threat_words.toml"),
    Words("sargas.identification", "evidence_words.toml"),
    Words("sargas.runtime", "node_words.toml"),
    SENSORS,
    Words("sargas.sharing", "sharing_words.toml"),
    Words("sargas.tracking", "event_words.toml"),
)


@pytest.mark.parametrize("words", FILES, ids=lambda words: words.file)
def test_both_languages_have_the_same_sentences_and_figures(words: Words) -> None:
    english, lithuanian = words.tables()["en"], words.tables()["lt"]
    assert english.keys() == lithuanian.keys()
    for name, said in english.items():
        if isinstance(said, dict):
            assert said.keys() == lithuanian[name].keys(), name
            continue
        assert figures_in(said) == figures_in(lithuanian[name]), name
        assert lithuanian[name] != said or not has_words(said), name


def figures_in(text: str) -> set[str]:
    return {found for _, found, _, _ in Formatter().parse(text) if found}


def has_words(text: str) -> bool:
    return any(letter.isalpha() for literal, _, _, _ in Formatter().parse(text) for letter in literal)


def test_sentences_are_joined_and_filled_in_each_language() -> None:
    both = joined((Said("one", "vienas"), Said("two", "du")), Said(" and ", " ir "))
    assert both == Said("one and two", "vienas ir du")
    assert fill(Said("saw {what}", "matė {what}"), {"what": both}) == Said("saw one and two", "matė vienas ir du")


def test_a_figure_that_is_missing_is_an_error() -> None:
    with pytest.raises(KeyError, match="sensor"):
        SENSORS.say("of_sensor", what="off")
    with pytest.raises(KeyError, match="no_such"):
        SENSORS.say("no_such")


def test_lithuanian_has_a_decimal_comma_and_a_space_before_per_cent() -> None:
    words = "{far:.1f} km, {share:.0%}, {count}, {name}"
    told = fill(Said(words, words), {"far": np.float32(1.5), "share": 0.25, "count": 3, "name": "v1.2"})
    assert told == Said("1.5 km, 25%, 3, v1.2", "1,5 km, 25 %, 3, v1.2")
