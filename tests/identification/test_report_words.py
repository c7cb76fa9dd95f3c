"""Directions, distances and things in the words of people, Lithuanian and English."""

from __future__ import annotations

import pytest

from sargas.identification.reports.figures import DISTANCES, SEEN
from sargas.identification.reports.words import is_compass_word, read_bearing, read_distance, read_seen


@pytest.mark.parametrize(
    ("text", "degrees"),
    [
        ("N", 0.0),
        ("ne", 45.0),
        ("Šiaurės  rytai", 45.0),
        ("rytuose", 90.0),
        ("PV", 225.0),
        ("270", 270.0),
        ("360", 0.0),
        ("12.5°", 12.5),
    ],
)
def test_directions_are_read(text: str, degrees: float) -> None:
    assert read_bearing(text) == degrees


def test_words_of_distance_and_of_things_are_read() -> None:
    assert (read_distance("Netoli"), read_distance("about a km"), read_distance("toli")) == (
        "near",
        "about_a_kilometre",
        "far",
    )
    assert (read_seen("dronas"), read_seen("Sraigtasparnis"), read_seen("nežinau")) == (
        "drone",
        "helicopter",
        "unknown",
    )
    assert is_compass_word("ŠV")
    assert not is_compass_word("315")


def test_every_word_of_the_record_is_its_own_name() -> None:
    assert tuple(read_distance(word) for word in DISTANCES) == DISTANCES
    assert tuple(read_seen(word) for word in SEEN) == SEEN


def test_other_words_are_refused_with_those_that_are_known() -> None:
    with pytest.raises(ValueError, match=r"expected degrees or a compass word \(n, ne.*was 'up'"):
        read_bearing("up")
    with pytest.raises(ValueError, match=r"within 0..360, was '400'"):
        read_bearing("400")
    with pytest.raises(ValueError, match=r"expected distance in words \(overhead.*was 'a league'"):
        read_distance("a league")
    with pytest.raises(ValueError, match=r"expected seen in words \(drone.*was 'dragon'"):
        read_seen("dragon")
