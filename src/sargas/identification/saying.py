"""What speaks for what is held of a track, in both languages at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from sargas.model.saying import Said, fill, in_english, in_lithuanian, words_of

Table = Literal["class", "purpose", "identity", "state", "sense", "object", "reporter"]


def say(name: str, /, **figures: object) -> Said:
    """Fill in a template of ``figures/evidence_words.toml``; a figure that was said itself is taken in each language.

    Raises KeyError for no such template, or a figure of it that is missing.
    """
    words = _words()
    return fill(Said(words["en"][name], words["lt"][name]), figures)


def name_of(table: Table, value: str) -> Said:
    """Return what a value of a table of names is called. Raises KeyError for none of it."""
    words = _words()
    return Said(words["en"][table][value], words["lt"][table][value])


def joined(names: Sequence[Said]) -> Said:
    """Return several names as one, with *and* between."""
    between = _words()["en"]["and"], _words()["lt"]["and"]
    return Said(between[0].join(in_english(names)), between[1].join(in_lithuanian(names)))


def _words() -> dict[str, dict[str, Any]]:
    return words_of("sargas.identification", "evidence_words.toml")
