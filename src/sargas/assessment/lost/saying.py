"""What is said of a lost track, in both languages at once."""

from __future__ import annotations

from collections.abc import Iterable

from sargas.model.lost_records import LostHypothesis
from sargas.model.saying import Said, Words

say = Words("sargas.assessment", "lost_words.toml").say


def say_fates(hypotheses: Iterable[LostHypothesis]) -> tuple[Said, ...]:
    """Say what may have become of it, each with its probability."""
    return tuple(say(one.name, share=one.probability) for one in hypotheses)
