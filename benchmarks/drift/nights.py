"""A balloon night: winds that differ from their forecast, balloons that rise, float, leak and burst, one radar's plots.

Nothing here comes from ``sargas.assessment.drift``: the errors of the wind are sums of waves (the product reckons with
a Gaussian process), balloons leak and sink slowly (the product knows no such thing), ceilings and rates are drawn
otherwise, and the night's wind error is larger or smaller than the table says. Positions are metres east and north of
the airport on a flat earth; the caller puts them on the globe.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sargas.model.columns import Float64

LEVELS_M = np.array([0.0, 500.0, 1500.0, 3000.0, 5500.0, 9000.0, 12_000.0])
STEP_S = 10.0
DURATION_S = 9000.0
LAST_LAUNCH_S = 4200.0
RADAR_M = np.array([-12_000.0, -9_000.0])
MAST_M = 20.0
RADAR_RANGE_M = 130_000.0
SIGMA_RANGE_M, SIGMA_AZIMUTH_RAD, SIGMA_ELEVATION_RAD = 80.0, np.deg2rad(0.15), np.deg2rad(0.25)
Lengths = tuple[float, float]
"""Shortest and longest of waves."""
Phases = np.ndarray[tuple[int, ...], np.dtype[np.int8]]


@dataclass
class Waves:
    """One component's error: a sum of waves in height, place and time."""

    amplitude: Float64
    height: Float64
    east: Float64
    north: Float64
    time: Float64
    phase: Float64

    @classmethod
    def draw(
        cls, rng: np.random.Generator, sigma: float, height_m: Lengths, place_m: Lengths, time_s: Lengths,
        count: int = 14,
    ) -> Waves:  # fmt: skip
        """Draw waves of lengths within the ranges given."""
        amplitude = rng.rayleigh(1.0, count)
        amplitude *= sigma * np.sqrt(2.0) / np.sqrt(np.sum(amplitude**2))

        def number(low_high: Lengths) -> Float64:
            low, high = np.log(low_high)
            return 2.0 * np.pi / np.exp(rng.uniform(low, high, count)) * rng.choice((-1.0, 1.0), count)

        direction = rng.uniform(0.0, 2.0 * np.pi, count)
        k = np.abs(number(place_m))
        return cls(
            amplitude, number(height_m), k * np.cos(direction), k * np.sin(direction), number(time_s),
            rng.uniform(0.0, 2.0 * np.pi, count),
        )  # fmt: skip

    def at(self, x: Float64, y: Float64, z: Float64, t: float) -> Float64:
        """Return the error at points (n,)."""
        angle = (
            np.multiply.outer(z, self.height) + np.multiply.outer(x, self.east) + np.multiply.outer(y, self.north)
            + self.time * t + self.phase
        )  # fmt: skip
        return np.cos(angle) @ self.amplitude


@dataclass
class TrueWind:
    """The wind that blows: the table's levels, and what it does not know."""

    table_mps: Float64
    """(2, levels): east, north."""
    sigma_mps: float
    waves: list[tuple[Waves, Waves]]

    @classmethod
    def draw(cls, rng: np.random.Generator) -> TrueWind:
        """Draw a night's wind: freshening and veering with height, from about the south-east."""
        toward = np.deg2rad(rng.uniform(280.0, 330.0) + np.linspace(0.0, rng.uniform(-10.0, 60.0), len(LEVELS_M)))
        speed = np.array([3.0, 7.0, 10.0, 12.0, 17.0, 24.0, 28.0]) * rng.uniform(0.5, 1.4)
        speed *= rng.uniform(0.8, 1.2, len(LEVELS_M))
        sigma = rng.uniform(1.5, 3.5)
        waves = []
        for _ in range(2):
            wide = Waves.draw(rng, sigma, (4e3, 25e3), (250e3, 1200e3), (4 * 3600.0, 24 * 3600.0))
            fine = Waves.draw(rng, rng.uniform(0.5, 1.2), (700.0, 4e3), (40e3, 200e3), (1800.0, 3 * 3600.0))
            waves.append((wide, fine))
        return cls(np.stack([speed * np.sin(toward), speed * np.cos(toward)]), sigma, waves)

    def at(self, x: Float64, y: Float64, z: Float64, t: float) -> Float64:
        """Return the wind (n, 2) at points; straight lines in height between the table's levels."""
        found = [np.interp(z, LEVELS_M, row) + sum(w.at(x, y, z, t) for w in own)
                 for row, own in zip(self.table_mps, self.waves, strict=True)]  # fmt: skip
        return np.stack(found, axis=-1)


@dataclass
class Night:
    """One night: truth by steps and the plots of every scan."""

    seed: int
    wind: TrueWind
    launch_s: Float64
    launch_m: Float64
    """(n, 2)."""
    place: Float64
    """(steps, n, 3): east, north, height; NaN before launch, resting once landed."""
    phase: Phases
    """(steps, n): 0 not there or landed, 1 rises, 2 floats, 3 falls."""
    seen: Float64
    """(steps, n, 6): measured east, north, height, and their sigmas; NaN: no plot."""

    @property
    def times_s(self) -> Float64:
        """Times of the steps."""
        return STEP_S * np.arange(len(self.place), dtype=np.float64)


def make_night(seed: int) -> Night:
    """Make a night; equal seeds, equal nights."""
    rng = np.random.default_rng([7919, seed])
    wind = TrueWind.draw(rng)
    n = int(rng.integers(3, 15))
    sites = _sites(wind, int(rng.integers(1, 4)), rng)
    launch_s = np.sort(rng.uniform(0.0, LAST_LAUNCH_S, n))
    launch_m = sites[rng.integers(len(sites), size=n)] + rng.normal(0.0, 700.0, (n, 2))
    place, phase = _fly(wind, launch_s, launch_m, rng)
    return Night(seed, wind, launch_s, launch_m, place, phase, _see(place, phase, rng))


def _sites(wind: TrueWind, count: int, rng: np.random.Generator) -> Float64:
    """Put sites so far upwind that balloons come near the airport, more or less."""
    middle = np.array([np.interp(rng.uniform(1500.0, 5000.0), LEVELS_M, row) for row in wind.table_mps])
    along = middle / np.hypot(*middle)
    away = np.clip(np.hypot(*middle) * rng.uniform(2000.0, 5000.0, count), 28e3, 90e3)
    aside = rng.normal(0.0, 14e3, count)
    return -along * away[:, None] + np.array([-along[1], along[0]]) * aside[:, None]


def _fly(wind: TrueWind, launch_s: Float64, launch_m: Float64, rng: np.random.Generator) -> tuple[Float64, Phases]:
    n, steps = len(launch_s), int(DURATION_S / STEP_S) + 1
    rise = rng.normal(4.2, 0.9, n).clip(2.0, 6.5)
    fate = rng.choice(3, n, p=(0.5, 0.3, 0.2))  # floats, bursts, leaks
    ceiling = np.where(fate == 1, rng.uniform(2500.0, 9500.0, n), np.exp(rng.uniform(np.log(800.0), np.log(8000.0), n)))
    leak = np.where(fate == 2, rng.uniform(0.2, 1.0, n), 0.0)
    end_s = launch_s + ceiling / rise + rng.exponential(6000.0, n) * (fate != 1)
    fall = rng.uniform(2.5, 8.0, n)
    place, phase = np.full((steps, n, 3), np.nan), np.zeros((steps, n), np.int8)
    at = np.column_stack([launch_m, np.zeros(n)])
    state = np.zeros(n, np.int8)
    gust, swing = np.zeros((n, 2)), np.zeros(n)
    for step in range(steps):
        t = step * STEP_S
        state[(state == 0) & (launch_s <= t) & np.isnan(place[max(step - 1, 0), :, 0])] = 1
        here = launch_s <= t
        place[step, here], phase[step] = at[here], state
        gust = 0.85 * gust + rng.normal(0.0, 0.7 * np.sqrt(1 - 0.85**2), (n, 2))
        swing = 0.9 * swing + rng.normal(0.0, 0.35 * np.sqrt(1 - 0.9**2), n)
        climb = np.select([state == 1, state == 2, state == 3], [rise, -leak, -fall * np.exp(at[:, 2] / 15_200.0)], 0.0)
        climb = climb + np.where(state > 0, swing, 0.0)
        flying = (state > 0)[:, None]
        at[:, :2] += np.where(flying, wind.at(at[:, 0], at[:, 1], at[:, 2], t) + gust, 0.0) * STEP_S
        at[:, 2] = np.maximum(at[:, 2] + np.where(state > 0, climb, 0.0) * STEP_S, 0.0)
        state = np.where((state == 1) & (at[:, 2] >= ceiling), np.where(fate == 1, 3, 2), state).astype(np.int8)
        state = np.where((state == 2) & (t >= end_s), 3, state).astype(np.int8)
        state = np.where((state > 1) & (at[:, 2] <= 0.0), 0, state).astype(np.int8)
    return place, phase


def _see(place: Float64, phase: Phases, rng: np.random.Generator) -> Float64:
    """See balloons with one long-range radar: horizon, range, missed scans, and gaps of minutes."""
    steps, n, _ = place.shape
    seen = np.full((steps, n, 6), np.nan)
    away = np.hypot(place[..., 0] - RADAR_M[0], place[..., 1] - RADAR_M[1])
    horizon_m = 4120.0 * (np.sqrt(MAST_M) + np.sqrt(np.maximum(place[..., 2], 0.0)))
    is_seen = (phase > 0) & (away < np.minimum(RADAR_RANGE_M, horizon_m)) & (place[..., 2] > 80.0)
    is_seen &= rng.random((steps, n)) < 0.88
    for k in range(n):
        for start in np.flatnonzero(rng.random(steps) < STEP_S / 2000.0):
            is_seen[start : start + int(rng.uniform(60.0, 420.0) / STEP_S), k] = False
    across = np.maximum(away * SIGMA_AZIMUTH_RAD, 40.0)
    sigma = np.stack(
        [np.hypot(SIGMA_RANGE_M, across) / np.sqrt(2.0)] * 2 + [away * SIGMA_ELEVATION_RAD + 30.0], axis=-1
    )
    unit = (place[..., :2] - RADAR_M) / np.maximum(away, 1.0)[..., None]
    along, side = rng.normal(0.0, SIGMA_RANGE_M, (steps, n)), rng.normal(size=(steps, n)) * across
    seen[..., 0] = place[..., 0] + along * unit[..., 0] - side * unit[..., 1]
    seen[..., 1] = place[..., 1] + along * unit[..., 1] + side * unit[..., 0]
    seen[..., 2] = place[..., 2] + rng.normal(size=(steps, n)) * sigma[..., 2]
    seen[..., 3:] = sigma
    seen[~is_seen] = np.nan
    return seen
