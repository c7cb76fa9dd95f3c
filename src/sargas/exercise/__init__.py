"""Simulated nights: targets, sensors, and the bytes they would send. Specification: spec/scenario.md."""

from sargas.exercise.night import Crossing, Night, NightConfiguration, Truth
from sargas.exercise.open import open_night
from sargas.exercise.wire import SimDatagram

__all__ = ["Crossing", "Night", "NightConfiguration", "SimDatagram", "Truth", "open_night"]
