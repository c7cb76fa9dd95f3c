"""Sentences about an alert in both languages at once."""

from __future__ import annotations

from sargas.model.saying import Said, fill, words_of


def say(name: str, /, **figures: object) -> Said:
    """Fill in a template of ``figures/alert_words.toml``; a figure that was said itself is taken in each language.

    Raises KeyError for no such template, or a figure of it that is missing.
    """
    words = words_of("sargas.assessment", "alert_words.toml")
    return fill(Said(words["en"][name], words["lt"][name]), figures)
