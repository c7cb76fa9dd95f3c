"""How objects of each class fly on when nobody sees them, and how they end: planning figures, one row a class.

Envelopes after the domain's table of target kinds; shares are judgement, checked on flights of other seeds than those
the benchmark tests (docs/lost-tracks.md). They are no measurements of lost objects: there are few, and none is public.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from sargas.model.columns import Float64
from sargas.model.tracks import CLASSES

WINGED, ROTARY, DRIFTING = 0, 1, 2
Pair = tuple[float, float]


class Manner(NamedTuple):
    """How one class moves and ends; ranges are drawn from evenly, times evenly in their logarithm."""

    style: int
    heading_walk: float
    """Random walk of the heading, degrees in a root second."""
    speed_walk: float
    """Random walk of the speed, as part of it, in a root second."""
    straight_s: Pair
    turn_share: float
    """Of the new courses: a turn by ``angle_deg``; ``circle_share``: circles for ``circle_s``; the rest is straight."""
    angle_deg: Pair
    circle_share: float
    circle_s: Pair
    bank_deg: Pair
    home_m: Pair
    """Turns back when so far from where it works; 0: works nowhere."""
    cruise_mps: Pair
    """Speeds of a rotary kind's next dash."""
    low_share: float
    """Of lost ones: dived to fly low; ``down_share``: came down, by ``crash_share`` of them steeply."""
    down_share: float
    crash_share: float
    dive_mps: Pair
    land_mps: Pair
    crash_mps: Pair
    low_m: Pair
    """Heights of low flight above the ground."""
    dives_per_h: float
    """Of those that fly on; ``ends_per_h``: of all that fly: come down in an hour."""
    ends_per_h: float
    rcs_dbsm: Pair


_STRAIGHT = Manner(
    style=WINGED, heading_walk=0.3, speed_walk=0.002, straight_s=(60.0, 900.0), turn_share=0.15,
    angle_deg=(5.0, 110.0), circle_share=0.0, circle_s=(30.0, 300.0), bank_deg=(6.0, 28.0), home_m=(0.0, 0.0),
    cruise_mps=(0.0, 0.0), low_share=0.46, down_share=0.26, crash_share=0.5, dive_mps=(2.0, 8.0),
    land_mps=(1.5, 5.0), crash_mps=(12.0, 60.0), low_m=(20.0, 90.0), dives_per_h=0.3, ends_per_h=0.1,
    rcs_dbsm=(-18.0, 0.0),
)  # fmt: skip
_SMALL_WING = _STRAIGHT._replace(
    heading_walk=1.6, speed_walk=0.006, straight_s=(8.0, 120.0), turn_share=0.45, angle_deg=(45.0, 200.0),
    circle_share=0.22, circle_s=(30.0, 400.0), bank_deg=(12.0, 40.0), home_m=(300.0, 6000.0), ends_per_h=0.3,
    low_share=0.36, down_share=0.32, crash_share=0.4, rcs_dbsm=(-25.0, -8.0),
)  # fmt: skip
_ROTARY = _SMALL_WING._replace(
    style=ROTARY, straight_s=(3.0, 120.0), home_m=(400.0, 2500.0), cruise_mps=(2.0, 24.0), low_share=0.34,
    down_share=0.44, crash_share=0.25, dive_mps=(1.0, 5.0), land_mps=(0.7, 4.0), crash_mps=(8.0, 20.0),
    low_m=(3.0, 40.0), ends_per_h=0.5, rcs_dbsm=(-24.0, -4.0),
)  # fmt: skip
_DRIFTING = _STRAIGHT._replace(
    style=DRIFTING, heading_walk=0.3, speed_walk=0.003, low_share=0.0, down_share=0.5, crash_share=0.4,
    land_mps=(1.0, 5.0), crash_mps=(3.0, 14.0), dives_per_h=0.0, ends_per_h=0.2, rcs_dbsm=(-25.0, -5.0),
)  # fmt: skip
_MANNED = _STRAIGHT._replace(
    heading_walk=0.7, speed_walk=0.008, straight_s=(20.0, 500.0), turn_share=0.30, angle_deg=(10.0, 180.0),
    circle_share=0.12, circle_s=(20.0, 200.0), bank_deg=(10.0, 40.0), low_share=0.45, down_share=0.28,
    crash_share=0.35, dive_mps=(2.0, 8.0), land_mps=(2.0, 5.0), crash_mps=(15.0, 60.0), low_m=(30.0, 150.0),
    ends_per_h=0.15, rcs_dbsm=(0.0, 10.0),
)  # fmt: skip
_BIRD = _SMALL_WING._replace(heading_walk=3.0, low_share=0.35, down_share=0.3, crash_share=0.0, rcs_dbsm=(-30.0, -10.0))

MANNERS: dict[str, Manner] = {
    "one_way_drone": _STRAIGHT,
    "small_fixed_wing_drone": _SMALL_WING,
    "multirotor": _ROTARY,
    "balloon": _DRIFTING,
    "bird": _BIRD,
    "bird_flock": _BIRD._replace(heading_walk=1.0, rcs_dbsm=(-18.0, 0.0)),
    "light_aircraft": _MANNED,
    "glider": _MANNED._replace(heading_walk=1.5, circle_share=0.4, rcs_dbsm=(-5.0, 5.0)),
    "helicopter": _MANNED._replace(heading_walk=1.1, speed_walk=0.025, down_share=0.34, low_m=(15.0, 120.0)),
    "airliner": _MANNED._replace(heading_walk=0.15, turn_share=0.15, circle_share=0.02, straight_s=(60.0, 900.0)),
    "fast_jet": _MANNED._replace(heading_walk=0.4, rcs_dbsm=(-10.0, 10.0)),
    "clutter": _SMALL_WING,
}
UNKNOWN = {"one_way_drone": 0.4, "small_fixed_wing_drone": 0.15, "multirotor": 0.15, "light_aircraft": 0.2,
           "helicopter": 0.1}  # fmt: skip
"""What a track without a class may be."""


def _columns() -> list[tuple[str, str] | tuple[str, str, tuple[int, ...]]]:
    columns: list[Any] = []
    for name, value in _STRAIGHT._asdict().items():
        columns.append((name, "f8", (2,)) if isinstance(value, tuple) else (name, "f8"))
    return columns


MANNER = np.dtype(_columns())
"""One class as kernels read it."""
MANNER_TABLE = np.array([tuple(MANNERS[name]) for name in CLASSES], MANNER)
"""(12,) in the order of ``CLASSES``."""
UNKNOWN_SHARES: Float64 = np.array([UNKNOWN.get(name, 0.0) for name in CLASSES])
