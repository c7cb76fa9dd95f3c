"""Winds and balloons for the tests of drift."""

from __future__ import annotations

import numpy as np

from sargas.assessment.drift.drifters import Drifters, Seen
from sargas.geo.plane import RegionPlane
from sargas.model.columns import NS_PER_S
from sargas.model.drift_records import WindLevel, WindTable
from sargas.model.label import Label

PLANE = RegionPlane(54.6, 25.3)
START_NS = 1_790_000_000 * NS_PER_S
LEVELS = (0.0, 1000.0, 3000.0, 9000.0)


def table(
    east_mps: float = 10.0,
    north_mps: float = 0.0,
    *,
    shear: float = 0.0,
    at_ns: int = START_NS,
    place: tuple[float, float] | None = None,
    name: str = "t",
    sigma_mps: float = 2.5,
) -> WindTable:
    """Return a table whose east wind grows by ``shear`` m/s a kilometre."""
    return WindTable(
        id=f"{name}/{at_ns}", time_ns=at_ns, origin="test", label=Label(), table_id=name, source="model",
        valid_ns=at_ns,
        latitude_deg=place and place[0], longitude_deg=place and place[1],
        levels=tuple(
            WindLevel(altitude_m=z, east_mps=east_mps + shear * z / 1000.0, north_mps=north_mps, sigma_mps=sigma_mps)
            for z in LEVELS
        ),
    )  # fmt: skip


def seen(
    track_id: int,
    time_s: float,
    place_m: tuple[float, float, float],
    velocity_mps: tuple[float, float, float],
    *,
    balloon: float = 0.9,
    sigma_m: float = 60.0,
) -> Seen:
    """Return a row as the drifters take it."""
    x, y, z = place_m
    sample = [time_s, x, y, z, sigma_m**2, sigma_m**2, *velocity_mps]
    return Seen(track_id, sample, balloon, 1.0, simulated=False)


def fly(
    drifters: Drifters,
    velocity_mps: tuple[float, float, float],
    *,
    track_id: int = 1,
    seconds: int = 400,
    start_m: tuple[float, float, float] = (0.0, 0.0, 2000.0),
    balloon: float = 0.9,
) -> int:
    """Let one object fly straight, seen every 20 s; return the time (ns) of the last look."""
    time_ns = START_NS
    for second in range(0, seconds + 1, 20):
        time_ns = START_NS + second * NS_PER_S
        place = tuple(float(v) for v in np.array(start_m) + second * np.array(velocity_mps))
        row = seen(track_id, float(second), (place[0], place[1], place[2]), velocity_mps, balloon=balloon)
        drifters.see([row], time_ns)
    return time_ns
