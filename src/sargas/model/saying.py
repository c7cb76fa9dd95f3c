"""Sentences in both languages of the console at once, from templates; pure."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from typing import Any, NamedTuple


class Said(NamedTuple):
    """One sentence in English and in Lithuanian."""

    en: str
    lt: str


@cache
def words_of(package: str, file: str) -> dict[str, dict[str, Any]]:
    """Read the words beside the code, by language: ``figures/<file>`` of a package."""
    return tomllib.loads(resources.files(package).joinpath("figures", file).read_text(encoding="utf-8"))


def fill(templates: Said, figures: Mapping[str, object]) -> Said:
    """Fill in a template of each language; a figure that was said itself is taken in each.

    Raises KeyError for a figure that is missing.
    """
    en, lt = (
        template.format(
            **{key: getattr(value, language) if isinstance(value, Said) else value for key, value in figures.items()}
        )
        for language, template in zip(Said._fields, templates, strict=True)
    )
    return Said(en, lt)


def joined(said: Iterable[Said], between: str) -> Said:
    """Return several sentences as one."""
    parts = tuple(said)
    return Said(between.join(in_english(parts)), between.join(in_lithuanian(parts)))


def in_english(said: Iterable[Said]) -> tuple[str, ...]:
    """Return the English of some sentences."""
    return tuple(one.en for one in said)


def in_lithuanian(said: Iterable[Said]) -> tuple[str, ...]:
    """Return the Lithuanian of some sentences."""
    return tuple(one.lt for one in said)
