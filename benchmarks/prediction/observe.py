"""What a node would have seen of a flight: at some rate, with some noise, with velocities or without."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmarks.prediction.flights import Flight, Floats, places_on_earth
from sargas.model.columns import Int64

START_NS = 1_700_000_000_000_000_000


@dataclass(frozen=True)
class View:
    """How a flight is seen."""

    period_s: float | None = None
    """None: at its own times."""
    noise_m: float = 0.0
    """Sigma east and north; half as much again upwards."""
    velocity: str = "reported"
    """reported, none, or difference: that of neighbouring noisy places, as a poor tracker would have it."""
    velocity_noise_mps: float = 0.0


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
    place = place + generator.normal(size=place.shape) * view.noise_m * np.array([1.0, 1.0, 1.5])
    if view.velocity == "reported":
        velocity = velocity + generator.normal(size=velocity.shape) * view.velocity_noise_mps
    elif view.velocity == "difference":
        velocity = np.gradient(place, second, axis=0)
    else:
        velocity = np.full(place.shape, np.nan)
    earth = np.column_stack([places_on_earth(flight.frame, place[:, :2]), place[:, 2]])
    time_ns = np.round(second * 1e9).astype(np.int64) + START_NS
    return Seen(second, time_ns, earth, np.ascontiguousarray(velocity), place[:, :2], flight)


def _between(flight: Flight, columns: Floats, second: Floats) -> Floats:
    return np.column_stack([np.interp(second, flight.second, columns[:, c]) for c in range(3)])


def random_view(flight: Flight, generator: np.random.Generator) -> View:
    """Draw a view: rates of 0.1 to 1 Hz, noises of 0 to 50 m, velocities good, poor or missing."""
    is_fast = flight.period_s <= 1.5
    own = generator.random() < (0.4 if is_fast else 0.5)
    rates = (1.0, 2.0, 4.0, 5.0, 10.0) if is_fast else (1.0, 1.0, 2.0, 5.0)
    if flight.period_s > 12.0:
        own = True  # what lies between such states is not known
    period_s = None if own else float(generator.choice(rates))
    noise_m = float(generator.choice([0, 0, 3, 5, 10, 10, 25, 50])) if generator.random() < 0.75 else 0.0
    draw = generator.random()
    velocity = "none" if draw < 0.45 else "difference" if draw < 0.6 else "reported"
    return View(period_s, noise_m, velocity, float(generator.choice([0.0, 0.3, 1.0, 3.0])))
