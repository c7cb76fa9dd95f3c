"""Sentences about an alert in both languages at once, from templates; pure."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources

from sargas.identification.saying import Said, fill, in_english, in_lithuanian

__all__ = ["Said", "in_english", "in_lithuanian", "say"]


def say(name: str, /, **figures: object) -> Said:
    """Fill in a template of ``figures/alert_words.toml``; a figure that was said itself is taken in each language.

    Raises KeyError for no such template, or a figure of it that is missing.
    """
    return fill(_templates(name), figures)


@cache
def _templates(name: str) -> Said:
    words = _words()
    return Said(words["en"][name], words["lt"][name])


@cache
def _words() -> dict[str, dict[str, str]]:
    text = resources.files("sargas.assessment").joinpath("figures", "alert_words.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
