"""From the words people use, Lithuanian and English, to directions, distances and things (report_words.toml)."""

from __future__ import annotations

import tomllib
from importlib import resources
from typing import cast

from sargas.model.report_records import Distance, Seen

_TABLE = tomllib.loads(
    resources.files("sargas.identification").joinpath("figures", "report_words.toml").read_text(encoding="utf-8")
)
_MEANT: dict[str, dict[str, str]] = {
    about: {word: meant for meant, words in table.items() for word in words} for about, table in _TABLE.items()
}
SECTOR_SIGMA_DEG = 20.0
"""One sigma of a direction told as one of eight: half of a sector at the least."""


def read_bearing(text: str) -> float:
    """Read a direction: degrees clockwise from true north, or a compass word. Raises ValueError for anything else."""
    word = _plain(text).removesuffix("°").removesuffix(" deg")
    if word in _MEANT["bearing"]:
        return float(_MEANT["bearing"][word])
    try:
        degrees = float(word)
    except ValueError:
        raise ValueError(f"expected degrees or a compass word ({_examples('bearing')}), was {text!r}") from None
    if not 0.0 <= degrees <= 360.0:
        raise ValueError(f"expected degrees within 0..360, was {text!r}")
    return degrees % 360.0


def is_compass_word(text: str) -> bool:
    """Say whether a direction is told in words, so as one of eight."""
    return _plain(text) in _MEANT["bearing"]


def read_distance(text: str) -> Distance:
    """Read words of distance. Raises ValueError for others."""
    return cast(Distance, _read("distance", text))


def read_seen(text: str) -> Seen:
    """Read what something is said to be. Raises ValueError for what is none of it."""
    return cast(Seen, _read("seen", text))


def _read(about: str, text: str) -> str:
    meant = _MEANT[about].get(_plain(text))
    if meant is None:
        raise ValueError(f"expected {about} in words ({_examples(about)}), was {text!r}")
    return meant


def _plain(text: str) -> str:
    return " ".join(text.lower().split())


def _examples(about: str) -> str:
    return ", ".join(words[0] for words in _TABLE[about].values())
