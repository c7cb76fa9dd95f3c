"""What a node says of its own parts and of what it sends, in both languages at once."""

from __future__ import annotations

from sargas.model.saying import Said, Words

say = Words("sargas.runtime", "node_words.toml").say
NOTHING = Said("", "")
"""Nothing is wrong, so nothing is said."""


def quoted(words: str) -> Said:
    """Return what a server, a library or the operating system said: it stands as it is, in no other language."""
    return Said(words, "")
