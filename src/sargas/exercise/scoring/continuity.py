"""Continuity: whether an object keeps one track number through its observable life."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from sargas.exercise.scoring.frames import Frame, report_period_s
from sargas.exercise.scoring.picture_figures import SETTLED_S, Figure

Number = object
MINUTE_S = 60.0
"""Rates are per object-minute."""


@dataclass(frozen=True, slots=True)
class Life:
    """Hold the matched track number of one object at each report at which it was observable; None: no track."""

    numbers: tuple[Number | None, ...]

    @property
    def reports(self) -> int:
        """Count the reports at which it was observable."""
        return len(self.numbers)

    @property
    def tracked(self) -> int:
        """Count those at which it had a track."""
        return sum(number is not None for number in self.numbers)

    @property
    def changes(self) -> int:
        """Count changes of number, gaps between them passed over."""
        seen = [number for number in self.numbers if number is not None]
        return sum(a != b for a, b in pairwise(seen))

    @property
    def gaps(self) -> int:
        """Count times without a track that lie between tracked ones."""
        known = [number is not None for number in self.numbers]
        if not any(known):
            return 0
        first, last = known.index(True), len(known) - 1 - known[::-1].index(True)
        inner = known[first : last + 1]
        return sum(a and not b for a, b in pairwise(inner))

    @property
    def longest_number(self) -> int:
        """Count the reports that its most frequent number covers."""
        return max(Counter(number for number in self.numbers if number is not None).values(), default=0)

    @property
    def longest_segment(self) -> int:
        """Count the longest run of reports with one number and no gap."""
        longest = run = 0
        before: Number | None = None
        for number in self.numbers:
            run = 0 if number is None else run + 1 if number == before else 1
            before, longest = number, max(longest, run)
        return longest


def lives_of(frames: Sequence[Frame]) -> dict[Number, Life]:
    """Return the life of every object that was observable after the first seconds."""
    numbers: dict[Number, list[Number | None]] = {}
    for frame in frames:
        if frame.age_s >= SETTLED_S:
            track_of = {int(i): frame.tracks[j] for i, j in frame.pairs}
            for i in np.flatnonzero(frame.observable):
                numbers.setdefault(frame.objects[i], []).append(track_of.get(int(i)))
    return {name: Life(tuple(seen)) for name, seen in numbers.items()}


def continuity_figures(frames: Sequence[Frame]) -> dict[str, Figure]:
    """Return what became of numbers; shares 0..1, rates per object-minute (tracked for changes, observable for gaps).

    Track life share: mean over objects of the share of their observable reports that their most frequent number covers.
    """
    lives = list(lives_of(frames).values())
    minutes = sum(life.tracked for life in lives) * report_period_s(frames) / MINUTE_S
    observed = sum(life.reports for life in lives) * report_period_s(frames) / MINUTE_S
    numbers = [len({n for n in life.numbers if n is not None}) for life in lives]
    return {
        "objects": len(lives),
        "changes": sum(life.changes for life in lives),
        "changes_per_object_minute": sum(life.changes for life in lives) / minutes if minutes else None,
        "gaps_per_object_minute": sum(life.gaps for life in lives) / observed if observed else None,
        "track_life_share": float(np.mean([life.longest_number / life.reports for life in lives])) if lives else None,
        "whole_life_share": float(np.mean([life.longest_number == life.reports for life in lives])) if lives else None,
        "numbers_per_object": float(np.mean([n for n in numbers if n])) if any(numbers) else None,
        "never_tracked": sum(life.tracked == 0 for life in lives),
    }
