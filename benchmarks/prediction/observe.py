"""What a node would have seen of a flight: at some rate, with some noise, with velocities or without."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmarks.prediction.flights import Flight, Floats, places_on_earth
from sargas.model.columns import Int64

CLEAN = 0.18
"""Share of views of flights known each second that are true to the metre, with their velocities."""
START_NS = 1_700_000_000_000_000_000


@dataclass(frozen=True)
class View:
    """How a flight is seen."""

    period_s: float | None = None
    """None: at its own times."""
    noise_m: float = 0.0
    """Sigma east and north; half as much again upwards."""
    velocity: str = "reported"
    """reported; none; difference: that of neighbouring noisy places; filtered: place and velocity of a simple tracker,
    whose errors hang together in time."""
    velocity_noise_mps: float = 0.0
    lost: float = 0.0
    """Share of states that were not seen."""


@dataclass(frozen=True)
class Seen:
    """States as given to a predictor, and the flight they are of."""

    second: Floats
    time_ns: Int64
    place: Floats
    """(n, 3) latitude, longitude, altitude."""
    velocity: Floats
    plane: Floats
    """(n, 2) the places seen, in the flight's plane."""
    flight: Flight

    def truth(self, second: Floats) -> Floats:
        """Return the true places (n, 2) in the flight's plane; NaN after its end."""
        flight = self.flight
        found = np.column_stack([np.interp(second, flight.second, flight.place[:, c]) for c in range(2)])
        found[second > flight.second[-1]] = np.nan
        return found


def observe(flight: Flight, view: View, generator: np.random.Generator) -> Seen:
    """See a flight; between its own times straight on."""
    second, place, velocity = flight.second, flight.place, flight.velocity
    if view.period_s is not None:
        second = np.arange(0.0, flight.second[-1] + 1e-9, view.period_s)
        place, velocity = _between(flight, flight.place, second), _between(flight, flight.velocity, second)
    if view.lost > 0.0:
        kept = generator.random(len(second)) >= view.lost
        kept[[0, -1]] = True
        second, place, velocity = second[kept], place[kept], velocity[kept]
    place = place + generator.normal(size=place.shape) * view.noise_m * np.array([1.0, 1.0, 1.5])
    if view.velocity == "reported":
        velocity = velocity + generator.normal(size=velocity.shape) * view.velocity_noise_mps
    elif view.velocity == "difference":
        velocity = np.gradient(place, second, axis=0)
    elif view.velocity == "filtered":
        place, velocity = _filtered(second, place)
    else:
        velocity = np.full(place.shape, np.nan)
    earth = np.column_stack([places_on_earth(flight.frame, place[:, :2]), place[:, 2]])
    time_ns = np.round(second * 1e9).astype(np.int64) + START_NS
    return Seen(second, time_ns, earth, np.ascontiguousarray(velocity), place[:, :2], flight)


def _between(flight: Flight, columns: Floats, second: Floats) -> Floats:
    return np.column_stack([np.interp(second, flight.second, columns[:, c]) for c in range(3)])


def _filtered(second: Floats, place: Floats) -> tuple[Floats, Floats]:
    """Follow places with an alpha-beta filter, as a radar's own tracker does: smooth, and late in turns."""
    places, velocities = place.copy(), np.zeros_like(place)
    for k in range(1, len(second)):
        step_s = second[k] - second[k - 1]
        # settles within some scans, and no sooner than over two or three seconds
        alpha = max(0.35, 1.0 - np.exp(-step_s / 3.0)) if k > 1 else 1.0
        beta = alpha * alpha / (2.0 - alpha) if k > 1 else 1.0
        ahead = places[k - 1] + velocities[k - 1] * step_s
        places[k] = ahead + alpha * (place[k] - ahead)
        velocities[k] = velocities[k - 1] + beta / step_s * (place[k] - ahead)
    velocities[0] = velocities[1]
    return places, velocities


def random_view(flight: Flight, generator: np.random.Generator) -> View:
    """Draw a view: a state each 1 to 12 s, true or with noises up to 150 m, some lost, velocities good or none."""
    is_fast = flight.period_s <= 1.5
    if is_fast and generator.random() < CLEAN:
        # states as an analyst has them: true, or of a good tracker
        return View(
            float(generator.choice([1.0, 2.0, 4.0, 5.0, 8.0, 10.0])), float(generator.choice([0.0, 0.0, 1.0, 5.0])),
            "reported", float(generator.choice([0.0, 0.0, 0.1, 0.3])),
        )  # fmt: skip
    own = generator.random() < (0.4 if is_fast else 0.5)
    rates = (1.0, 2.0, 4.0, 5.0, 6.0, 10.0, 12.0) if is_fast else (1.0, 1.0, 2.0, 5.0)
    if flight.period_s > 12.0:
        own = True  # what lies between such states is not known
    period_s = None if own else float(generator.choice(rates))
    noise_m = float(generator.choice([0, 0, 3, 5, 10, 10, 25, 50, 100, 150])) if generator.random() < 0.75 else 0.0
    draw = generator.random()
    velocity = "none" if draw < 0.5 else "difference" if draw < 0.57 else "filtered" if draw < 0.7 else "reported"
    lost = float(generator.uniform(0.0, 0.3)) if generator.random() < 0.25 else 0.0
    return View(period_s, noise_m, velocity, float(generator.choice([0.0, 0.3, 1.0, 3.0])), lost)
