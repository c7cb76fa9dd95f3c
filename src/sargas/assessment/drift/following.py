"""What is kept of each track that may drift: its states of the last minutes, and what they say of wind and rate.

A drift is the slope of a straight line through the states of two minutes; the rate of climb that of five. A filter's
own velocities lag and flatter themselves: lines through its places are told with the doubt of few independent ones.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from sargas.assessment.drift.heights import Vertical
from sargas.model.columns import NS_PER_S, Float64

SAMPLE_S = 20.0
WINDOW_S = 120.0
"""Of one drift; windows do not overlap."""
RATE_S = 240.0
LEAST_RATE_S = 60.0
FIRST_S = 180.0
"""How long a track is looked at before its launch is traced back."""
LATE_S = 80.0
CHANGED = 2.0
"""Sigmas by which the rate of the last ``LATE_S`` must differ to be taken for the rate of now."""
INDEPENDENT_S = 30.0
"""A tracker's errors are alike for about so long."""
STATE = 9
"""Figures of a sample: time s, x, y, altitude, and the variances of x, y and altitude, velocity of x and y."""
T, X, Y, Z, VAR_XY, VAR_Z, VX, VY, VZ = range(STATE)
UNKNOWN_HEIGHT_M = (2500.0, 2000.0)
"""Mean and sigma of a height that nothing measures."""
MOST_LOOKS = 10
FIRST_LOOK_VARIANCE = 9.0
"""Of the tracker's own velocity, taken before two minutes have passed (m2/s2)."""
GUST_MPS2 = 0.15
"""Of gusts that a straight line averages (m2/s2)."""


@dataclass(slots=True)
class Look:
    """One look at the wind: where (plane metres, m), when (s since the epoch), and the drift as rates of x, y."""

    x_m: float
    y_m: float
    altitude_m: float
    time_s: float
    x_mps: float
    y_mps: float
    variance: float
    told: tuple[float, float, float] = (0.0, 0.0, 0.0)
    """What the tables said there: x, y (m/s) and sigma."""


@dataclass(slots=True)
class Followed:
    """One track that may drift."""

    track_id: int
    samples: list[list[float]] = field(default_factory=list)
    first: list[float] = field(default_factory=list)
    """First sample, and behind it the rate of climb of the first ``FIRST_S`` and one sigma of it."""
    looks: list[Look] = field(default_factory=list)
    window_s: float = 0.0
    """When the open window began."""

    def add(self, sample: list[float]) -> Look | None:
        """Add a sample; return the look that its window gave, if one closed with it."""
        if not self.samples:
            self.window_s = sample[T]
        self.samples.append(sample)
        keep = sample[T] - RATE_S - SAMPLE_S
        self.samples = [one for one in self.samples if one[T] >= keep]
        if not self.first and sample[T] - self.samples[0][T] >= FIRST_S:
            self.first = [*self.samples[0], *self.rate()]
        if sample[T] - self.window_s < WINDOW_S:
            return None
        rows = np.array([one for one in self.samples if one[T] >= self.window_s])
        self.window_s = sample[T]
        look = _look_of(rows)
        if look is not None:
            self.looks = [*self.looks[1 - MOST_LOOKS :], look]
        return look

    def first_look(self) -> Look | None:
        """Return a look at the tracker's own velocity, for a track too young for another."""
        if self.looks or not self.samples:
            return None
        last = self.samples[-1]
        if not np.isfinite(last[VX]):
            return None
        return Look(last[X], last[Y], _height(last)[0], last[T], last[VX], last[VY], FIRST_LOOK_VARIANCE)

    def vertical(self) -> Vertical:
        """Return height and rate of climb as known now."""
        altitude_m, sigma_m = _height(self.samples[-1])
        rate, sigma = self.rate()
        return Vertical(altitude_m, sigma_m, rate, sigma)

    def first_vertical(self) -> Vertical:
        """Return the same of when the track was first seen."""
        altitude_m, sigma_m = _height(self.first)
        return Vertical(altitude_m, sigma_m, self.first[STATE], self.first[STATE + 1])

    def rate(self) -> tuple[float, float]:
        """Return the rate of climb and one sigma of it (m/s)."""
        rows = np.array(self.samples)
        known = rows[np.isfinite(rows[:, Z])]
        if len(known) < 3 or known[-1, T] - known[0, T] < LEAST_RATE_S:
            last = rows[-1, VZ]
            return (float(last), 2.0) if np.isfinite(last) else (0.0, 4.0)
        variance = float(np.nanmean(known[:, VAR_Z]))
        slope, sigma = _slope(known[:, T], known[:, Z], variance)
        late = known[known[:, T] >= known[-1, T] - LATE_S]
        if len(late) >= 3 and known[-1, T] - known[0, T] > 2.0 * LATE_S:
            now, doubt = _slope(late[:, T], late[:, Z], variance)
            if abs(now - slope) > CHANGED * doubt:  # it burst, or stopped rising, within the longer look
                slope, sigma = now, doubt
        return slope, float(np.hypot(sigma, 0.3))


def _look_of(rows: Float64) -> Look | None:
    if len(rows) < 4:
        return None
    variance = float(np.mean(rows[:, VAR_XY]))
    x_mps, sigma = _slope(rows[:, T], rows[:, X], variance)
    y_mps, _ = _slope(rows[:, T], rows[:, Y], variance)
    known = rows[np.isfinite(rows[:, Z])]
    altitude_m = float(known[:, Z].mean()) if len(known) else UNKNOWN_HEIGHT_M[0]
    x_m, y_m, time_s = rows[:, X].mean(), rows[:, Y].mean(), rows[:, T].mean()
    return Look(float(x_m), float(y_m), altitude_m, float(time_s), x_mps, y_mps, sigma**2 + GUST_MPS2)


def _slope(time_s: Float64, values: Float64, variance: float) -> tuple[float, float]:
    """Return the slope of a line and one sigma of it, of values whose errors are alike for ``INDEPENDENT_S``."""
    centred = time_s - time_s.mean()
    square = float(centred @ centred)
    span_s = float(time_s[-1] - time_s[0])
    independent = min(len(time_s), span_s / INDEPENDENT_S + 1.0)
    slope = float(centred @ values) / square
    return slope, float(np.sqrt(variance / square * len(time_s) / independent))


def _height(sample: list[float]) -> tuple[float, float]:
    if not np.isfinite(sample[Z]):
        return UNKNOWN_HEIGHT_M
    return sample[Z], float(np.sqrt(sample[VAR_Z])) if np.isfinite(sample[VAR_Z]) else 300.0


def seconds(time_ns: int, epoch_ns: int) -> float:
    """Return a time as seconds since an epoch."""
    return (time_ns - epoch_ns) / NS_PER_S
