"""How recorded flights are split: three folds that take turns at being left out, and airliners held out for good."""

from __future__ import annotations

import hashlib

from benchmarks.prediction.flights import Flight

FOLDS = 3
EVERY_FOLD, HELD_OUT = -1, -2
"""What trains every network (simulated flights), and what trains none and calibrates nothing."""
AIRLINERS = ("switzerland", "opensky")
WHOLE = {
    "glider_franconia": 0, "ambulances__samu31": 0, "ambulances__rega_zh": 1, "uav_rot": 1, "calibration_bornholm": 2,
    "readsb": 2,
}  # fmt: skip
"""Sources that are one aircraft."""


def fold_of(flight: Flight) -> int:
    """Return the fold of a recorded flight, by its name alone; pieces of one aircraft's flight stay together."""
    if flight.source in AIRLINERS:
        return HELD_OUT if flight.part() >= 7 else flight.part() % FOLDS
    if flight.source in WHOLE:
        return WHOLE[flight.source]
    aircraft = flight.name.partition("/")[0]
    return int(hashlib.sha256(f"{flight.source} {aircraft}".encode()).hexdigest(), 16) % FOLDS
