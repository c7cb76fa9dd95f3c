"""What speaks for what is held of a track, in both languages at once, from templates; pure."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from functools import cache
from importlib import resources
from typing import Any, Literal, NamedTuple

Table = Literal["class", "purpose", "identity", "state", "sense", "object", "reporter"]


class Said(NamedTuple):
    """One sentence in English and in Lithuanian."""

    en: str
    lt: str


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


def fill(templates: Said, figures: dict[str, object]) -> Said:
    """Fill in a template of each language."""
    en, lt = (
        template.format(
            **{key: getattr(value, language) if isinstance(value, Said) else value for key, value in figures.items()}
        )
        for language, template in zip(Said._fields, templates, strict=True)
    )
    return Said(en, lt)


def in_english(said: Iterable[Said]) -> tuple[str, ...]:
    """Return the English of some sentences."""
    return tuple(one.en for one in said)


def in_lithuanian(said: Iterable[Said]) -> tuple[str, ...]:
    """Return the Lithuanian of some sentences."""
    return tuple(one.lt for one in said)


@cache
def _words() -> dict[str, dict[str, Any]]:
    text = resources.files("sargas.identification").joinpath("figures", "evidence_words.toml").read_text("utf-8")
    return tomllib.loads(text)
