"""Sentences in both languages of the console at once, from templates; pure."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

import numpy as np


class Said(NamedTuple):
    """One sentence in English and in Lithuanian."""

    en: str
    lt: str


NOTHING = Said("", "")
"""Where nothing is to be said: all is well, or nobody gave a reason."""


@dataclass(frozen=True, slots=True)
class Words:
    """The templates of a package, by language and name: its ``figures/<file>``."""

    package: str
    file: str

    def say(self, name: str, /, **figures: object) -> Said:
        """Fill in a template; a figure that was said itself is taken in each language.

        Raises KeyError for no such template, or a figure of it that is missing.
        """
        if not figures:
            return _plain(self.package, self.file, name)
        words = self.tables()
        return fill(Said(words["en"][name], words["lt"][name]), figures)

    def tables(self) -> dict[str, dict[str, Any]]:
        """Return all of them, read once."""
        return _read(self.package, self.file)


@cache
def _read(package: str, file: str) -> dict[str, dict[str, Any]]:
    return tomllib.loads(resources.files(package).joinpath("figures", file).read_text(encoding="utf-8"))


@cache
def _plain(package: str, file: str, name: str) -> Said:
    """Fill in a template without figures: most of what is said of 10,000 tracks."""
    words = _read(package, file)
    return fill(Said(words["en"][name], words["lt"][name]), {})


def fill(templates: Said, figures: Mapping[str, object]) -> Said:
    """Fill in a template of each language; a figure that was said itself is taken in each.

    Raises KeyError for a figure that is missing.
    """
    en = {key: value.en if isinstance(value, Said) else value for key, value in figures.items()}
    return Said(templates.en.format(**en), templates.lt.format(**lithuanian_figures(figures)))


def lithuanian_figures(figures: Mapping[str, object]) -> dict[str, object]:
    """Return figures as a Lithuanian template writes them."""
    return {key: _lithuanian(value) for key, value in figures.items()}


def _lithuanian(value: object) -> object:
    if isinstance(value, Said):
        return value.lt
    return _Number(value) if isinstance(value, (float, np.floating)) else value


class _Number(float):
    """A number that is written with a decimal comma and a space before the per cent sign."""

    def __format__(self, form: str) -> str:
        return super().__format__(form).replace(".", ",").replace("%", " %")


def figure(value: float, form: str) -> Said:
    """Write a figure by itself in each language, in a form of ``format``."""
    return Said(format(value, form), format(_Number(value), form))


def quoted(words: str) -> Said:
    """Return a name, or what a person, a server or the system said: it stands as it is in either language."""
    return Said(words, "")


def as_reason(said: Said) -> dict[str, str]:
    """Return the two fields of a record that say why."""
    return {"reason": said.en, "reason_lt": said.lt}


def joined(said: Iterable[Said], between: Said) -> Said:
    """Return several sentences as one, with that between them."""
    parts = tuple(said)
    return Said(between.en.join(in_english(parts)), between.lt.join(in_lithuanian(parts)))


def in_english(said: Iterable[Said]) -> tuple[str, ...]:
    """Return the English of some sentences."""
    return tuple(one.en for one in said)


def in_lithuanian(said: Iterable[Said]) -> tuple[str, ...]:
    """Return the Lithuanian of some sentences."""
    return tuple(one.lt for one in said)
