"""What speaks for what is held of a track, in both languages at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from sargas.model.saying import Said, Words
from sargas.model.saying import joined as joined_by

Table = Literal["class", "purpose", "identity", "state", "sense", "object", "reporter"]
WORDS = Words("sargas.identification", "evidence_words.toml")
say = WORDS.say


def name_of(table: Table, value: str) -> Said:
    """Return what a value of a table of names is called. Raises KeyError for none of it."""
    words = WORDS.tables()
    return Said(words["en"][table][value], words["lt"][table][value])


def joined(names: Sequence[Said]) -> Said:
    """Return several names as one, with *and* between."""
    return joined_by(names, say("and"))
