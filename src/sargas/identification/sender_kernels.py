"""What one sender's reports tell against themselves: places it cannot have reached, motion it denies, late stamps.

Nothing here knows the true place. Each tell is noted with its time and weighed elsewhere: none decides alone. Source of
the tests: docs/cooperation.md.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np

from sargas.geo.plane_kernels import wrapped_longitude_deg
from sargas.model.columns import Float64
from sargas.model.kernel import inner_kernel, kernel

METRES_PER_DEGREE = 111_195.0
LONGEST_GAP_S = 60.0
"""After a longer silence a sender may be anywhere."""
REACH_MPS, REACH_M = (100.0, 60.0), (500.0, 200.0)
"""Beyond one and a half times its speed an aircraft, a drone may be so much a second, and so far, from where it was."""
UNKNOWN_SPEED_MPS = (350.0, 60.0)
AGAIN = 3
"""Reports in turn from a place that cannot have been reached before it counts."""
SECOND_PLACE_S = 30.0
BOTH_PLACES_S = 10.0
"""A sender is at two places when each was told within so long."""
ODD_MPS, ODD_REPORTS, ODD_S = 15.0, 3, 3.0
"""Speed made and speed reported of a drone differ by so much, in so many reports in turn, over so long."""
CLIMB_MPS = 50.0
STALE_S, AHEAD_S = 5.0, 2.0
HEIGHT_GAP_M, HEIGHT_GAPS = 300.0, 3
GAP_STEP_M = 1.0

JUMP, TWO_PLACES, MOTION, CLIMB, STALE, HEIGHTS, SERIAL, BURST, FAR = range(9)
TELLS = 9
"""Entries of ``tell_ns``."""

SENDER = np.dtype(
    [
        ("key", "i8"),
        ("is_drone", "u1"),
        ("nic", "i1"),
        ("nac_p", "i1"),
        ("odd", "i4"),
        ("gaps", "i4"),
        ("again", "i4"),
        ("first_ns", "i8"),
        ("time_ns", "i8"),
        ("odd_ns", "i8"),
        ("latitude_deg", "f8"),
        ("longitude_deg", "f8"),
        ("altitude_m", "f8"),
        ("east_mps", "f8"),
        ("north_mps", "f8"),
        ("second_ns", "i8"),
        ("second_latitude_deg", "f8"),
        ("second_longitude_deg", "f8"),
        ("tell_ns", "i8", (TELLS,)),
    ],
    align=True,
)
"""What is remembered of a sender: its last report, the second place it told lately, suspicions.

``key`` its address, or ``DRONE`` and the place of its serial; ``time_ns`` 0: none yet; ``nic``, ``nac_p`` -1: not said;
``again`` reports in turn from the second place; ``odd`` and ``gaps`` reports in turn whose motion, whose heights
contradict themselves; ``tell_ns`` when each tell was last seen, 0: never.
"""
HEARD_REPORT = np.dtype(
    [
        ("sender", "i4"),
        ("nic", "i1"),
        ("nac_p", "i1"),
        ("is_far", "u1"),
        ("time_ns", "i8"),
        ("receive_time_ns", "i8"),
        ("latitude_deg", "f8"),
        ("longitude_deg", "f8"),
        ("altitude_m", "f8"),
        ("level_m", "f8"),
        ("east_mps", "f8"),
        ("north_mps", "f8"),
    ],
    align=True,
)
"""One report of a place; NaN and -1 where it does not say. ``is_far``: beyond what its receiver can hear."""
Senders: TypeAlias = Any
Sender: TypeAlias = Any
HeardReports: TypeAlias = Any
HeardReport: TypeAlias = Any


@kernel
def hear_reports(reports: HeardReports, senders: Senders, gap_m: Float64) -> None:
    """Take reports in order of arrival; ``gap_m`` (1,) is the area's geometric less pressure height, moved along."""
    for k in range(len(reports)):
        report = reports[k]
        sender = senders[report.sender]
        if report.nic >= 0 or report.nac_p >= 0:
            sender.nic, sender.nac_p = report.nic, report.nac_p
        if report.is_far:
            sender.tell_ns[FAR] = report.time_ns
        late_s = (report.receive_time_ns - report.time_ns) * 1e-9
        if sender.is_drone and (late_s > STALE_S or late_s < -AHEAD_S):
            sender.tell_ns[STALE] = report.receive_time_ns
        _hold_heights(report, sender, gap_m)
        if report.time_ns > sender.time_ns:
            _hold_place(report, sender)


@inner_kernel
def _way_m(report: HeardReport, latitude_deg: float, longitude_deg: float) -> float:
    north = (report.latitude_deg - latitude_deg) * METRES_PER_DEGREE
    turn = wrapped_longitude_deg(report.longitude_deg - longitude_deg)
    return np.hypot(north, turn * METRES_PER_DEGREE * np.cos(np.deg2rad(report.latitude_deg)))


@inner_kernel
def _reach_m(sender: Sender, report: HeardReport, dt_s: float) -> float:
    kind = 1 if sender.is_drone else 0
    speed = np.hypot(report.east_mps, report.north_mps)
    if np.isnan(speed):
        speed = UNKNOWN_SPEED_MPS[kind]
    return (1.5 * speed + REACH_MPS[kind]) * dt_s + REACH_M[kind]


@inner_kernel
def _hold_place(report: HeardReport, sender: Sender) -> None:
    dt_s = (report.time_ns - sender.time_ns) * 1e-9
    if sender.time_ns == 0 or dt_s > LONGEST_GAP_S:
        sender.odd, sender.second_ns, sender.again = 0, 0, 0
        _move(report, sender)
        return
    way = _way_m(report, sender.latitude_deg, sender.longitude_deg)
    if way <= _reach_m(sender, report, dt_s):
        if sender.is_drone:
            _hold_motion(report, sender, way, dt_s)
        _move(report, sender)
        return
    since_s = (report.time_ns - sender.second_ns) * 1e-9
    near = sender.second_ns > 0 and since_s <= SECOND_PLACE_S
    if near:
        second = _way_m(report, sender.second_latitude_deg, sender.second_longitude_deg)
        near = second <= _reach_m(sender, report, max(since_s, 0.0))
    sender.again = sender.again + 1 if near else 1
    sender.second_ns = report.time_ns
    sender.second_latitude_deg, sender.second_longitude_deg = report.latitude_deg, report.longitude_deg
    if sender.again >= AGAIN:
        # a garbled position comes once or twice
        sender.tell_ns[JUMP] = report.time_ns
        if dt_s >= BOTH_PLACES_S:
            sender.second_ns, sender.again, sender.odd = 0, 0, 0
            _move(report, sender)


@inner_kernel
def _hold_motion(report: HeardReport, sender: Sender, way_m: float, dt_s: float) -> None:
    speed = np.hypot(report.east_mps, report.north_mps)
    is_held = report.latitude_deg == sender.latitude_deg and report.longitude_deg == sender.longitude_deg
    if is_held or np.isnan(speed) or dt_s < 0.2:
        return
    if abs(way_m / dt_s - speed) <= ODD_MPS:
        sender.odd = 0
    else:
        sender.odd += 1
        if sender.odd == 1:
            sender.odd_ns = sender.time_ns
        if sender.odd >= ODD_REPORTS and (report.time_ns - sender.odd_ns) * 1e-9 >= ODD_S:
            sender.tell_ns[MOTION] = report.time_ns
    if abs(report.altitude_m - sender.altitude_m) > CLIMB_MPS * max(dt_s, 1.0):
        sender.tell_ns[CLIMB] = report.time_ns


@inner_kernel
def _move(report: HeardReport, sender: Sender) -> None:
    # still told at the second place while it goes on at the first: two senders under one name
    if sender.second_ns > 0 and sender.again >= 2 and report.time_ns - sender.second_ns < BOTH_PLACES_S * 1e9:
        sender.tell_ns[TWO_PLACES] = report.time_ns
    sender.time_ns = report.time_ns
    sender.latitude_deg, sender.longitude_deg = report.latitude_deg, report.longitude_deg
    sender.altitude_m = report.altitude_m
    sender.east_mps, sender.north_mps = report.east_mps, report.north_mps


@inner_kernel
def _hold_heights(report: HeardReport, sender: Sender, gap_m: Float64) -> None:
    gap = report.altitude_m - report.level_m
    if np.isnan(gap):
        return
    if np.isnan(gap_m[0]):
        gap_m[0] = gap
    # a running median: each report pulls by one step, however far off it is
    gap_m[0] += GAP_STEP_M if gap > gap_m[0] else -GAP_STEP_M
    sender.gaps = sender.gaps + 1 if abs(gap - gap_m[0]) > HEIGHT_GAP_M else 0
    if sender.gaps >= HEIGHT_GAPS:
        sender.tell_ns[HEIGHTS] = report.time_ns
