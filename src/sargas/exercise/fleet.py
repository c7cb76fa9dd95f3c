"""A fleet: the state of n objects at one knot of time, and the step to the next.

Places are metres in the region plane, heights above the plain of the exercise, headings clockwise from the y axis.
Randomness comes in as a generator, so the same seed flies the same night.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sargas.exercise.tables import KINDS
from sargas.exercise.wind import Wind
from sargas.model.columns import Bytes8, Float64, Int16, Int32, Int64

KNOT_S = 5.0
"""Time between two knots; between them a path is one cubic."""

BEHAVIOURS = ("route", "wander", "drift", "intrude")
LONGEST_STEP_TURN_RAD = np.pi / 2
APPROACH_SLOPE = 0.052
"""Three degrees: how airliners come down to an airport."""
WANDER_M = 9_000.0
"""How far birds and small drones stray from home."""

Mask = np.ndarray[tuple[int, ...], np.dtype[np.bool_]]


@dataclass(slots=True, eq=False)
class Fleet:
    """Hold the state of n objects; arrays of length n, changed in place by ``advance``."""

    kind: Int64
    """Index into ``KINDS``; a slot keeps its kind for the whole night."""
    object_id: Int64
    x_m: Float64
    y_m: Float64
    height_m: Float64
    heading_rad: Float64
    speed_mps: Float64
    climb_mps: Float64
    cruise_mps: Float64
    goal_x_m: Float64
    goal_y_m: Float64
    next_x_m: Float64
    """Goal behind the first one; equal to it when there is none."""
    next_y_m: Float64
    goal_height_m: Float64
    lands: Mask
    start_s: Float64
    """Before this second of the night the object is not there."""
    rcs_dbsm: Float64
    icao_address: Int32
    mode_3a: Int16
    callsign: Bytes8
    sends_adsb: Mask
    answers: Mask

    def __len__(self) -> int:
        return len(self.kind)

    def is_there(self, time_s: float) -> Mask:
        """Mark the objects that exist at a time."""
        return self.start_s <= time_s

    def behaves(self, behaviour: str) -> Mask:
        """Mark the objects of one behaviour."""
        return _BEHAVIOUR[self.kind] == BEHAVIOURS.index(behaviour)


_BEHAVIOUR = np.array([BEHAVIOURS.index(kind.behaviour) for kind in KINDS])
_TURN_RAD_S = np.deg2rad([kind.turn_deg_s for kind in KINDS])
_CLIMB_MPS = np.array([kind.climb_mps for kind in KINDS])
_LOWEST_M, _HIGHEST_M = (np.array([kind.height_m[side] for kind in KINDS]) for side in (0, 1))


def advance(fleet: Fleet, time_s: float, wind: Wind, rng: np.random.Generator) -> Mask:
    """Move every object that is there from ``time_s`` by ``KNOT_S``; mark those whose flight is over."""
    there = fleet.is_there(time_s)
    noise = rng.standard_normal((4, len(fleet)))
    _take_next_goal(fleet)
    turn_rad_s = _choose_turn(fleet, noise[0])
    _choose_climb(fleet, noise[1])
    _choose_speed(fleet, noise[2])
    middle_rad = fleet.heading_rad + turn_rad_s * (KNOT_S / 2)
    # The chord of an arc is shorter than the way flown along it.
    chord_m = fleet.speed_mps * KNOT_S * np.sinc(turn_rad_s * (KNOT_S / 2) / np.pi)
    step_x_m, step_y_m = chord_m * np.sin(middle_rad), chord_m * np.cos(middle_rad)
    drifting = fleet.behaves("drift")
    if drifting.any():
        _drift(fleet, drifting, wind, noise)
        step_x_m[drifting] = (fleet.speed_mps * np.sin(fleet.heading_rad))[drifting] * KNOT_S
        step_y_m[drifting] = (fleet.speed_mps * np.cos(fleet.heading_rad))[drifting] * KNOT_S
        turn_rad_s[drifting] = 0.0
    fleet.x_m += np.where(there, step_x_m, 0.0)
    fleet.y_m += np.where(there, step_y_m, 0.0)
    fleet.height_m += np.where(there, fleet.climb_mps * KNOT_S, 0.0)
    fleet.heading_rad += np.where(there, turn_rad_s * KNOT_S, 0.0)
    return there & _has_arrived(fleet)


def _take_next_goal(fleet: Fleet) -> None:
    near = np.hypot(fleet.goal_x_m - fleet.x_m, fleet.goal_y_m - fleet.y_m) < 2.0 * fleet.speed_mps * KNOT_S
    fleet.goal_x_m[near], fleet.goal_y_m[near] = fleet.next_x_m[near], fleet.next_y_m[near]


def _choose_turn(fleet: Fleet, noise: Float64) -> Float64:
    """Turn towards the goal as fast as the kind can; wanderers at will, and home when they have strayed."""
    east_m, north_m = fleet.goal_x_m - fleet.x_m, fleet.goal_y_m - fleet.y_m
    error_rad = (np.arctan2(east_m, north_m) - fleet.heading_rad + np.pi) % (2 * np.pi) - np.pi
    fastest = np.minimum(_TURN_RAD_S[fleet.kind], LONGEST_STEP_TURN_RAD / KNOT_S)
    homing = np.clip(error_rad / KNOT_S, -fastest, fastest)
    strayed = np.hypot(east_m, north_m) > WANDER_M
    wandering = np.where(strayed, homing, np.clip(0.4 * fastest * noise, -fastest, fastest))
    return np.where(fleet.behaves("wander"), wandering, homing)


def _choose_climb(fleet: Fleet, noise: Float64) -> None:
    """Climb or descend to the goal height; who lands comes down on the approach slope."""
    distance_m = np.hypot(fleet.goal_x_m - fleet.x_m, fleet.goal_y_m - fleet.y_m)
    wanted_m = np.where(
        fleet.lands, np.minimum(fleet.goal_height_m, 20.0 + APPROACH_SLOPE * distance_m), fleet.goal_height_m
    )
    steepest = _CLIMB_MPS[fleet.kind]
    uneven = np.where(fleet.behaves("wander"), 0.3 * steepest * noise, 0.0)
    climb = np.clip((wanted_m - fleet.height_m) / (2 * KNOT_S), -steepest, steepest) + uneven
    fleet.climb_mps[:] = np.maximum(climb, (10.0 - fleet.height_m) / KNOT_S)


def _choose_speed(fleet: Fleet, noise: Float64) -> None:
    """Hold the cruising speed, slower near the ground for what lands and takes off."""
    slow = np.where(fleet.behaves("route"), np.minimum(1.0, 0.45 + fleet.height_m / 6000.0), 1.0)
    fast = fleet.cruise_mps > 100.0
    wanted = fleet.cruise_mps * np.where(fast, slow, 1.0) * (1.0 + np.where(fast, 0.0, 0.01 * noise))
    fleet.speed_mps += np.clip(wanted - fleet.speed_mps, -1.0 * KNOT_S, 1.0 * KNOT_S)


def _drift(fleet: Fleet, drifting: Mask, wind: Wind, noise: Float64) -> None:
    east_mps, north_mps = wind.at(fleet.height_m[drifting])
    east_mps, north_mps = east_mps + 0.6 * noise[2, drifting], north_mps + 0.6 * noise[3, drifting]
    fleet.speed_mps[drifting] = np.hypot(east_mps, north_mps)
    fleet.heading_rad[drifting] = np.arctan2(east_mps, north_mps)


def _has_arrived(fleet: Fleet) -> Mask:
    distance_m = np.hypot(fleet.goal_x_m - fleet.x_m, fleet.goal_y_m - fleet.y_m)
    is_last = (fleet.goal_x_m == fleet.next_x_m) & (fleet.goal_y_m == fleet.next_y_m)
    reached = is_last & (distance_m < np.maximum(1.5 * fleet.speed_mps * KNOT_S, 300.0))
    left = np.hypot(fleet.x_m, fleet.y_m) > 450e3
    return np.where(fleet.behaves("wander"), False, np.where(fleet.behaves("drift"), left, reached | left))
