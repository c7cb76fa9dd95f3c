"""What partners are told and why, in both languages at once."""

from __future__ import annotations

from sargas.model.saying import Said, Words

say = Words("sargas.sharing", "sharing_words.toml").say


def in_own_words(words: str) -> Said:
    """Return what a person wrote: it is quoted, not translated."""
    return Said(words, "")
