"""What is wrong with a source or a radar, in both languages at once."""

from __future__ import annotations

from sargas.model.saying import Said, fill, words_of


def say(name: str, /, **figures: object) -> Said:
    """Fill in a template of ``figures/sensor_words.toml``. Raises KeyError for none, or a figure that is missing."""
    words = words_of("sargas.sensors", "sensor_words.toml")
    return fill(Said(words["en"][name], words["lt"][name]), figures)
