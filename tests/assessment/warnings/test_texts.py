"""Every phrase is there in every language, with the same places to fill in, and nothing is left unfilled."""

from __future__ import annotations

import re
import tomllib
from importlib import resources
from typing import Any

import pytest

from sargas.assessment.warnings.texts import LANGUAGES, Meaning, write_texts
from sargas.model.columns import NS_PER_S
from sargas.model.local_time import LocalTime

FIELD = re.compile(r"{(\w+)}")


def templates() -> dict[str, Any]:
    text = resources.files("sargas.assessment").joinpath("figures", "warning_texts.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def fields(words: dict[str, Any], at: str = "") -> dict[str, list[str]]:
    """List the places to fill in of each phrase by its name."""
    found: dict[str, list[str]] = {}
    for key, value in words.items():
        found |= (
            fields(value, f"{at}{key}.") if isinstance(value, dict) else {f"{at}{key}": sorted(FIELD.findall(value))}
        )
    return found


def test_every_language_has_every_phrase_with_the_same_places_to_fill_in() -> None:
    told = templates()
    assert set(told) == set(LANGUAGES)
    for language in LANGUAGES:
        assert fields(told[language]) == fields(told["en"])
        assert all(phrase.strip() for phrase in _phrases(told[language]))


def test_no_two_languages_share_a_sentence() -> None:
    told = templates()
    for name in ("red", "yellow", "all_clear"):
        for part in ("headline", "description", "instruction"):
            assert len({told[language][name][part] for language in LANGUAGES}) == len(LANGUAGES)


@pytest.mark.parametrize("meaning", ["red", "yellow", "all_clear"])
@pytest.mark.parametrize("eta_ns", [None, (0, 600 * NS_PER_S)])
@pytest.mark.parametrize("names", [["Vilnius"], ["A", "B", "C", "D", "E", "F"]])
def test_nothing_is_left_unfilled(meaning: Meaning, eta_ns: tuple[int, int] | None, names: list[str]) -> None:
    texts = write_texts(meaning, names, eta_ns, LocalTime(3 * 3600), is_exercise=True)
    assert [text.language for text in texts] == list(LANGUAGES)
    for text in texts:
        whole = " ".join((text.headline, text.description, text.instruction))
        assert not FIELD.search(whole)
        assert all(name in text.description for name in names)
        assert "112" in text.instruction
        if eta_ns is not None and meaning != "all_clear":
            assert "03:00" in text.description
            assert "03:10" in text.description


LONG = [f"{name} savivaldybė" for name in ("Vilniaus rajono", "Šalčininkų rajono", "Elektrėnų", "Širvintų", "Trakų")]


@pytest.mark.parametrize("meaning", ["red", "yellow", "all_clear"])
def test_a_headline_names_whole_places_and_how_many_others(meaning: Meaning) -> None:
    for text in write_texts(meaning, LONG, None, LocalTime(), is_exercise=True):
        told = text.headline.split(": ", 1)[1]
        named = [name for name in LONG if name in told]
        assert named
        more = templates()[text.language]["more"].format(places=", ".join(named), count=len(LONG) - len(named))
        assert told == more


@pytest.mark.parametrize("meaning", ["red", "yellow", "all_clear"])
def test_only_who_sees_something_fallen_is_told_to_call_and_who_must_stay_is_told_until_when(meaning: Meaning) -> None:
    texts = write_texts(meaning, ["Vilnius"], None, LocalTime(), is_exercise=False)
    told = {text.language: text.instruction for text in texts}
    call = {"lt": "Pamatę ", "en": "If you see ", "lv": "Ja redzat ", "pl": "Jeśli zobaczysz "}
    until = {"lt": "kol bus paskelbta", "en": "until the end", "lv": "līdz tiek paziņotas", "pl": "do ogłoszenia"}
    for language, instruction in told.items():
        last = instruction.split(". ")[-1]
        assert last.startswith(call[language])
        assert instruction.count("112") == 1
        assert "112" in last
        assert (until[language] in instruction) == (meaning == "red")


def _phrases(words: dict[str, Any]) -> list[str]:
    return [one for value in words.values() for one in (_phrases(value) if isinstance(value, dict) else [str(value)])]
