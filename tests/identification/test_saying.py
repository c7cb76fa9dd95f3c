"""What speaks for what is held of a track has its names and sentences in both languages."""

from __future__ import annotations

from typing import get_args

import pytest

from sargas.identification.claims import CLAIM_KINDS
from sargas.identification.cooperation_words import STATES
from sargas.identification.saying import WORDS, Table, joined, name_of, say
from sargas.model.identity_records import Purpose
from sargas.model.report_records import Reporter, Seen
from sargas.model.saying import Said, in_lithuanian
from sargas.model.tracks import CLASSES


@pytest.mark.parametrize(
    ("table", "values"),
    [
        ("class", CLASSES),
        ("purpose", get_args(Purpose)),
        ("identity", ("icao_address", "mode_3a", "callsign", "uas_id")),
        ("state", STATES[1:]),
        ("sense", ("seen", "heard", "both")),
        ("object", get_args(Seen)),
        ("reporter", [one for one in get_args(Reporter) if one != "hearsay"]),
    ],
)
def test_every_value_has_a_name(table: Table, values: tuple[str, ...]) -> None:
    assert set(WORDS.tables()["en"][table]) == set(values)
    assert all(name_of(table, value).lt for value in values)


def test_all_that_is_claimed_is_claimed_in_both_languages() -> None:
    assert all(kind.words_lt and kind.words_lt != kind.words for kind in CLAIM_KINDS)


def test_a_sentence_within_a_sentence_is_in_the_same_language() -> None:
    names = joined([name_of("identity", "mode_3a"), name_of("identity", "callsign")])
    assert say("equal", names=names) == Said(
        "its transponder code and call sign is the permission's", "sutampa su leidimu: atsakiklio kodas ir šaukinys"
    )
    manner = say("sinks", manner=say("straight", speed=46.2), rate=1.0)
    assert in_lithuanian([manner]) == ("skrenda tiesiai 46 m/s, leidžiasi 1,0 m/s",)


def test_a_figure_or_a_name_that_is_missing_is_an_error() -> None:
    with pytest.raises(KeyError, match="speed"):
        say("straight")
    with pytest.raises(KeyError, match="dragon"):
        name_of("class", "dragon")
