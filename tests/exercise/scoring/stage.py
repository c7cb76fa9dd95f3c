"""Objects on a grid and the tracks of them, built frame by frame, for tests of scoring."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from sargas.exercise.scoring.columns import Picture, States, Truth
from sargas.geo.plane import RegionPlane

EPOCH_NS = 1_760_000_000_000_000_000
PLANE = RegionPlane(56.2, 24.5)
STEP_S = 4.0
SPACING_M = 5_000.0
"""Objects are far enough apart that no track can be about two of them."""


def stage(objects: int, times: int, kinds: tuple[str, ...] = ("one_way_drone",)) -> Truth:
    """Put objects on a line 5 km apart, flying north at 50 m/s, all observable throughout."""
    time_s = np.repeat(np.arange(times) * STEP_S, objects)
    number = np.tile(np.arange(objects), times)
    latitude, longitude = PLANE.geodetic_from_plane(number * SPACING_M, 50.0 * time_s)
    n = len(number)
    return Truth(
        states=States(
            time_ns=EPOCH_NS + (time_s * 1e9).astype(np.int64),
            latitude_deg=latitude,
            longitude_deg=longitude,
            altitude_m=np.full(n, 500.0),
            velocity_east_mps=np.zeros(n),
            velocity_north_mps=np.full(n, 50.0),
            velocity_up_mps=np.zeros(n),
        ),
        object_id=number,
        kind=np.array(kinds)[number % len(kinds)],
        observable=np.ones(n, bool),
    )


def perfect(truth: Truth) -> Picture:
    """Track every object where it is; its number is 100 and that of the object."""
    return Picture(states=truth.states, track_id=100 + truth.object_id)


def keep(picture: Picture, rows: Any) -> Picture:
    """Leave the rows of a mask or index."""
    states = States(**{name: getattr(picture.states, name)[rows] for name in States.__dataclass_fields__})
    covariance = None if picture.covariance is None else picture.covariance[rows]
    return Picture(states=states, track_id=picture.track_id[rows], covariance=covariance)


def shifted(picture: Picture, east_m: Any, north_m: Any = 0.0) -> Picture:
    """Move tracks in the plane, which here is within 0.1 % of metres on the ground."""
    x_m, y_m = PLANE.plane_from_geodetic(picture.states.latitude_deg, picture.states.longitude_deg)
    latitude, longitude = PLANE.geodetic_from_plane(x_m + east_m, y_m + north_m)
    return replace(picture, states=replace(picture.states, latitude_deg=latitude, longitude_deg=longitude))


def joined(first: Picture, second: Picture) -> Picture:
    """Put the tracks of two pictures into one."""
    states = States(
        **{
            name: np.r_[getattr(first.states, name), getattr(second.states, name)]
            for name in States.__dataclass_fields__
        }
    )
    return Picture(states=states, track_id=np.r_[first.track_id, second.track_id])
