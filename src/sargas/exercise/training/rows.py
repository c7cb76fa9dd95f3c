"""Simulated tracks of every class and rows of them at ages from seconds to minutes: to train, calibrate and test."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sargas.exercise.flights.echo_strength import draw_strengths
from sargas.exercise.flights.fly import fly
from sargas.exercise.flights.kinds import KINDS, Kind, strain_of
from sargas.exercise.flights.sensing import Sightings, sight
from sargas.identification.trace import trace
from sargas.model.columns import NS_PER_S, Float32, Float64, Int64
from sargas.model.tracks import CLASSES

SECONDS = 420
"""Length of a simulated flight."""
AGES = 9
"""Rows of each track, at ages even in their logarithm between these, and its first."""
YOUNGEST_S, OLDEST_S = 1.0, 360.0
GROUP = 150
"""Flights that share figures scaled anew: what is learned must not hang on figures that are known roughly."""
SCALED = (
    "cruise_mps", "climb_mps", "fall_mps", "speed_mps", "jitter_m", "heading_noise_deg_s", "climb_noise_mps",
    "speed_noise_mps",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Batch:
    """Tracks of one kind: states (n, 7), echoes (n, 2) dBsm and m/s, times, and which rows are looked at."""

    label: int
    strain: int
    start: Int64
    time_ns: Int64
    age_s: Float64
    states: Float64
    echoes: Float64
    wanted: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.start) - 1


@dataclass(frozen=True, slots=True)
class Rows:
    """Features (n, COUNT) with class, strain, number of the track and age (s) of each."""

    features: Float32
    label: Int64
    strain: Int64
    track: Int64
    age_s: Float64


def draw_batches(tracks: int, sigma: float, rng: np.random.Generator, seconds: int = SECONDS) -> Iterator[Batch]:
    """Simulate about so many tracks of every class; figures of a group are scaled by factors of log-sigma ``sigma``."""
    for kind in KINDS:
        left = max(1, round(tracks * kind.share))
        while left:
            n = min(left, GROUP)
            left -= n
            scaled = scale(kind, sigma, rng)
            sightings = sight(fly(scaled, n, seconds, rng), rng)
            echoes = np.column_stack(draw_strengths(kind, sightings.start, rng))
            yield _batch(kind, sightings, echoes, rng)


def scale(kind: Kind, sigma: float, rng: np.random.Generator) -> Kind:
    """Return a kind whose speeds, climbs and unsteadiness are a little larger or smaller."""
    changes: dict[str, object] = {}
    for name in SCALED:
        value, factor = getattr(kind, name), float(np.exp(rng.normal(0.0, sigma)))
        changes[name] = tuple(factor * v for v in value) if isinstance(value, tuple) else factor * value
    climb, bank = np.exp(rng.normal(0.0, sigma, 2))
    modes = [
        mode.model_copy(
            update={
                "climb": tuple(float(climb) * v for v in mode.climb),
                "bank_deg": tuple(min(float(bank) * v, 80.0) for v in mode.bank_deg),
            }
        )
        for mode in kind.mode
    ]
    return kind.model_copy(update={**changes, "mode": tuple(modes)})


def _batch(kind: Kind, sightings: Sightings, echoes: Float64, rng: np.random.Generator) -> Batch:
    start, time_s = sightings.start, sightings.time_s
    age = time_s - np.repeat(time_s[start[:-1]], np.diff(start))
    drawn = np.exp(rng.uniform(np.log(YOUNGEST_S), np.log(OLDEST_S), (len(sightings), AGES)))
    drawn[:, 0] = 0.0
    wanted = np.zeros(len(age), np.bool_)
    for i in range(len(sightings)):
        a, b = start[i], start[i + 1]
        wanted[np.minimum(a + np.searchsorted(age[a:b], drawn[i]), b - 1)] = True
    states = np.column_stack(
        [
            time_s, sightings.latitude_deg, sightings.longitude_deg, sightings.altitude_m, sightings.velocity_east_mps,
            sightings.velocity_north_mps, sightings.velocity_up_mps,
        ]
    )  # fmt: skip
    return Batch(
        CLASSES.index(kind.flight_class),
        strain_of(kind),
        start,
        (time_s * NS_PER_S).astype(np.int64),
        age,
        states,
        echoes,
        wanted,
    )


def draw_rows(tracks: int, sigma: float, rng: np.random.Generator, seconds: int = SECONDS) -> Rows:
    """Simulate about so many tracks of every class and describe each at some ages."""
    parts, first = list[Rows](), 0
    for batch in draw_batches(tracks, sigma, rng, seconds):
        features, _, rows = trace(batch.start, batch.time_ns, batch.states, batch.echoes, batch.wanted)
        track = first + np.searchsorted(batch.start, rows, side="right") - 1
        label, strain = (np.full(len(rows), which, np.int64) for which in (batch.label, batch.strain))
        parts.append(Rows(features, label, strain, track, batch.age_s[rows]))
        first += len(batch)
    return Rows(*(np.concatenate([getattr(part, name) for part in parts]) for name in Rows.__slots__))
