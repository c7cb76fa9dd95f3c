"""What reports are first found to mean, without all that follows: a hundred skies in the time of three.

The same skies and reports as those that ``bench_reports.play`` plays whole, judged once each at the tick after they
come in; nobody has a history, so that a person is believed as such persons usually are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from sargas.geo.plane import RegionPlane
from sargas.identification.reports.meaning import Meaning, find_meaning
from sargas.identification.reports.past_places import PastPlaces
from sargas.identification.reports.reliability import Reliability
from sargas.model.columns import NS_PER_S
from sargas.model.tracks import Tracks


class FirstMeaning(NamedTuple):
    """One report of one sky: what it was first found to mean, and what it was of."""

    seed: int
    meaning: Meaning
    said: Any
    is_tracked: bool
    """It was of an object that has a track."""

    def best(self) -> tuple[float, bool]:
        """Return the share of the likeliest track, and whether that was meant; 0 where there is none."""
        track_id, share = self.meaning.best()
        return share, self.is_tracked and track_id == self.said.of + 1


@dataclass(frozen=True)
class Sky:
    """One sky: its reports in order, which objects have tracks, and the tracks of each second."""

    seed: int
    plane: RegionPlane
    begin_ns: int
    seconds: int
    said: tuple[Any, ...]
    tracked: np.ndarray
    tracks_at: Callable[[int], Tracks]
    """To be asked second by second: the noise of places goes on."""


def first_meanings(sky: Sky) -> list[FirstMeaning]:
    """Judge every report of a sky once."""
    past, believed, waiting = PastPlaces(sky.plane), Reliability(), list(sky.said)
    found = list[FirstMeaning]()
    for second in range(sky.seconds):
        now_ns, tracks = sky.begin_ns + second * NS_PER_S, sky.tracks_at(second)
        past.note(tracks, now_ns)
        while waiting and waiting[0].report.time_ns <= now_ns:
            one = waiting.pop(0)
            meaning = find_meaning(
                one.report, past, tracks.track_id, tracks.class_probabilities, believed.of(one.report)
            )
            found.append(FirstMeaning(sky.seed, meaning, one, one.of >= 0 and bool(sky.tracked[one.of])))
    return found
