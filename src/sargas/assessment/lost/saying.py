"""What is said of a lost track, in both languages at once."""

from __future__ import annotations

from sargas.model.saying import Words

WORDS = Words("sargas.assessment", "lost_words.toml")
say = WORDS.say
