"""Sentences about an alert in both languages at once, from templates; pure."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from functools import cache
from importlib import resources
from typing import NamedTuple


class Said(NamedTuple):
    """One sentence in English and in Lithuanian."""

    en: str
    lt: str


def say(name: str, /, **figures: object) -> Said:
    """Fill in a template of ``figures/alert_words.toml``; a figure that was said itself is taken in each language.

    Raises KeyError for no such template, or a figure of it that is missing.
    """
    en, lt = (
        template.format(
            **{key: getattr(value, language) if isinstance(value, Said) else value for key, value in figures.items()}
        )
        for language, template in _templates(name)
    )
    return Said(en, lt)


def in_english(said: Iterable[Said]) -> tuple[str, ...]:
    """Return the English of some sentences."""
    return tuple(one.en for one in said)


def in_lithuanian(said: Iterable[Said]) -> tuple[str, ...]:
    """Return the Lithuanian of some sentences."""
    return tuple(one.lt for one in said)


@cache
def _templates(name: str) -> tuple[tuple[str, str], ...]:
    words = _words()
    return tuple((language, words[language][name]) for language in ("en", "lt"))


@cache
def _words() -> dict[str, dict[str, str]]:
    text = resources.files("sargas.assessment").joinpath("figures", "alert_words.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
