"""Where a picture loses: GOSPA over time by cause, and what each object cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from sargas.exercise.scoring.assignment import CUT_OFF_M
from sargas.exercise.scoring.frames import Frame
from sargas.exercise.scoring.picture_figures import SETTLED_S

HALF_CUT_OFF2 = CUT_OFF_M**2 / 2.0
"""What one missed object or one false track adds to GOSPA squared, m²."""


@dataclass(frozen=True, slots=True)
class Moment:
    """Hold GOSPA squared per observable object at one time by cause, m²."""

    age_s: float
    location: float
    missed: float
    false: float

    @property
    def gospa_m(self) -> float:
        """Return GOSPA per object."""
        return float(np.sqrt(self.location + self.missed + self.false))


@dataclass(slots=True)
class ObjectLoss:
    """Hold what one object cost: at each report at which it was observable its error (m; NaN: missed) and track."""

    name: object
    kind: str
    ages_s: list[float] = field(default_factory=list)
    errors_m: list[float] = field(default_factory=list)
    numbers: list[object | None] = field(default_factory=list)
    places_m: list[tuple[float, float]] = field(default_factory=list)
    """x, y in the plane."""

    @property
    def missed(self) -> int:
        """Count reports without a track."""
        return int(np.isnan(self.errors_m).sum())

    @property
    def cost_m2(self) -> float:
        """Return its share of GOSPA squared over all reports."""
        errors = np.array(self.errors_m)
        return float(np.nansum(errors**2)) + self.missed * HALF_CUT_OFF2

    @property
    def switches(self) -> list[int]:
        """Return the reports at which its number is another than before."""
        changed, last = [], None
        for i, number in enumerate(self.numbers):
            if number is not None:
                if last is not None and number != last:
                    changed.append(i)
                last = number
        return changed


def loss_over_time(frames: Sequence[Frame]) -> list[Moment]:
    """Split GOSPA squared of every frame into location, missed and false."""
    moments = []
    for frame in frames:
        n = max(int(frame.observable.sum()), 1)
        located = float((frame.distance_m[frame.counted] ** 2).sum())
        missed, false = int(frame.is_missed.sum()), int(frame.is_false.sum())
        moments.append(Moment(frame.age_s, located / n, HALF_CUT_OFF2 * missed / n, HALF_CUT_OFF2 * false / n))
    return moments


def losses_by_object(frames: Sequence[Frame]) -> list[ObjectLoss]:
    """Return the loss of every object that was observable after the first seconds, the dearest first."""
    losses: dict[object, ObjectLoss] = {}
    for frame in frames:
        if frame.age_s < SETTLED_S:
            continue
        pair_of = {int(i): k for k, (i, _) in enumerate(frame.pairs)}
        for i in np.flatnonzero(frame.observable):
            name = frame.objects[i]
            loss = losses.setdefault(name, ObjectLoss(name, str(frame.kinds[i])))
            pair = pair_of.get(int(i))
            loss.ages_s.append(frame.age_s)
            loss.errors_m.append(np.nan if pair is None else float(frame.distance_m[pair]))
            loss.numbers.append(None if pair is None else frame.tracks[frame.pairs[pair, 1]])
            loss.places_m.append((float(frame.object_states[i, 0]), float(frame.object_states[i, 1])))
    return sorted(losses.values(), key=lambda loss: (-loss.cost_m2, str(loss.name)))
