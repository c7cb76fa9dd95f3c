"""GNSS integrity of one aircraft: whether its position reports can be true, and whether its receiver lost its accuracy.

Jamming raises a receiver's own error estimate (NIC and NACp fall); spoofing may leave the codes good while the position
jumps, drifts or stands still. Nothing here knows the true place: what is judged is whether one aircraft's reports agree
with each other and with what can fly. Source: docs/gnss-integrity.md; codes: RTCA DO-260B.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numba import njit

from sargas.model.columns import Int64

METRES_PER_DEGREE = 111_195.0
LONGEST_GAP_S = 60.0
"""After a longer silence an aircraft may be anywhere it can have flown to: motion is judged anew."""
WINDOW_S = 20.0
"""Reported velocities are added up over at least so long before they are held against the way made."""
ODD_MPS = 50.0
"""Difference of way made and velocity reported that no wind, rounding or late position explains."""
LATE_S = 5.0
"""Positions may be so much older than their stamp: receivers and networks hold them."""
HELD_SHARE = 0.05
"""A position that moved by less than this of what the velocity says is held, not measured."""
ODD_WINDOWS = 3
AWAY = 3
"""Reports at places out of reach before a jump is one: a garbled position is away only once or twice."""
JUMP_M = 2_500.0
JUMP_MPS = 100.0
"""An aircraft may be so far, and so much a second, beyond one and a half times its speed."""
HIGH_FT, SLOW_MPS, FAST_MPS = 25_000.0, 60.0, 120.0
"""What has flown fast does not fly slowly this high: it would have stalled."""
SLOW_S = 20.0
GOOD_NIC, GOOD_NAC_P = 7, 8
BAD_S = 30.0
"""A receiver is jammed, or well again, after so long."""
QUIET_S = 120.0
"""Spoofing is over after so long without a contradiction; after a jump only once it has jumped again, or was silent."""

MOTION, JUMP, STALL, ACCURACY = 1, 2, 3, 4
"""Why an event began."""

AIRCRAFT = np.dtype(
    [
        ("time_ns", "i8"),
        ("latitude_deg", "f8"),
        ("longitude_deg", "f8"),
        ("east_mps", "f8"),
        ("north_mps", "f8"),
        ("from_ns", "i8"),
        ("from_latitude_deg", "f8"),
        ("from_longitude_deg", "f8"),
        ("flown_east_m", "f8"),
        ("flown_north_m", "f8"),
        ("path_m", "f8"),
        ("kept_ns", "i8"),
        ("kept_latitude_deg", "f8"),
        ("kept_longitude_deg", "f8"),
        ("odd", "i4"),
        ("away", "i4"),
        ("first_odd_ns", "i8"),
        ("away_ns", "i8"),
        ("slow_ns", "i8"),
        ("last_odd_ns", "i8"),
        ("has_flown_fast", "u1"),
        ("was_good", "u1"),
        ("changed_ns", "i8"),
        ("has_returned", "u1"),
        ("spoofed", "i4"),
        ("jammed", "i4"),
    ],
    align=True,
)
"""What is remembered of an aircraft: last report, start of the window and the way its velocities make, suspicions.

``time_ns`` 0: none yet. ``kept`` is the last place that could be reached from the one before; ``away`` counts reports
since that could not. ``spoofed`` and ``jammed`` hold why, 0 while they are not.
"""
EVENT = np.dtype([("aircraft", "i4"), ("why", "i4"), ("start_ns", "i8"), ("time_ns", "i8"), ("ends", "u1")], align=True)
"""A change: the aircraft, why, since when, when it was found, and whether it is an end."""
REPORT = np.dtype(
    [
        ("aircraft", "i4"),
        ("nic", "i2"),
        ("nac_p", "i2"),
        ("time_ns", "i8"),
        ("latitude_deg", "f8"),
        ("longitude_deg", "f8"),
        ("east_mps", "f8"),
        ("north_mps", "f8"),
        ("flight_level_ft", "f8"),
    ],
    align=True,
)
"""One airborne position report; NaN and -1 where it does not say."""
Fleet: TypeAlias = Any
"""(aircraft,) array of ``AIRCRAFT``."""
Aircraft: TypeAlias = Any
"""One row of it; a kernel reads and writes its fields as attributes."""
Events: TypeAlias = Any
"""(n,) array of ``EVENT``."""
Reports: TypeAlias = Any
"""(n,) array of ``REPORT``."""
Report: TypeAlias = Any


@njit(cache=True, nogil=True, error_model="numpy")
def check_reports(reports: Reports, aircraft: Fleet, events: Events) -> int:
    """Hold reports, in order of time of each aircraft, against what came before; returns how many events were written.

    ``events`` must hold two for every report.
    """
    found = 0
    for k in range(len(reports)):
        report = reports[k]
        one = aircraft[report.aircraft]
        if report.nic >= 0 or report.nac_p >= 0:
            found = _judge_accuracy(report, one, events, found)
        if report.time_ns <= one.time_ns or _is_held(report, one):
            continue  # said again, not measured again
        why = _judge_motion(report, one)
        _remember(report, one)
        found = _judge_spoofing(report, one, why, events, found)
    return found


@njit(cache=True, nogil=True, error_model="numpy")
def _is_held(report: Report, one: Aircraft) -> bool:
    if report.latitude_deg == one.latitude_deg and report.longitude_deg == one.longitude_deg:
        return True
    if report.time_ns - one.time_ns > LONGEST_GAP_S * 1e9:
        return False
    way, speed = _way(report, one.latitude_deg, one.longitude_deg), np.hypot(report.east_mps, report.north_mps)
    return bool(np.hypot(way[0], way[1]) < HELD_SHARE * speed * (report.time_ns - one.time_ns) * 1e-9)


@njit(cache=True, nogil=True, error_model="numpy")
def _judge_accuracy(report: Report, one: Aircraft, events: Events, found: int) -> int:
    is_good = (report.nic < 0 or report.nic >= GOOD_NIC) and (report.nac_p < 0 or report.nac_p >= GOOD_NAC_P)
    settled = is_good == (one.jammed == 0)
    if settled:
        one.was_good |= is_good
        one.changed_ns = 0
        return found
    if not is_good and not one.was_good:
        return found  # never good: poor equipment
    if one.changed_ns == 0:
        one.changed_ns = report.time_ns
    if report.time_ns - one.changed_ns < BAD_S * 1e9:
        return found
    one.jammed = 0 if is_good else ACCURACY
    found = _write(events, found, report, ACCURACY, one.changed_ns, is_good)
    one.changed_ns = 0
    return found


@njit(cache=True, nogil=True, error_model="numpy")
def _judge_motion(report: Report, one: Aircraft) -> int:
    """Say why a report contradicts the ones before it; 0: it does not."""
    dt_s = (report.time_ns - one.time_ns) * 1e-9
    if one.time_ns == 0 or dt_s > LONGEST_GAP_S:
        one.odd = one.away = 0
        one.slow_ns = one.from_ns = one.kept_ns = 0
        one.has_returned = 1
        return 0
    if _is_away(report, one):
        return JUMP
    if _is_stalled(report, one):
        return STALL
    return MOTION if _is_window_odd(report, one, dt_s) else 0


@njit(cache=True, nogil=True, error_model="numpy")
def _is_away(report: Report, one: Aircraft) -> bool:
    """Say whether the third report in turn is out of reach of where the aircraft was."""
    if one.kept_ns == 0:
        one.kept_ns, one.kept_latitude_deg, one.kept_longitude_deg = one.time_ns, one.latitude_deg, one.longitude_deg
    east, north = _way(report, one.kept_latitude_deg, one.kept_longitude_deg)
    speed = max(np.hypot(one.east_mps, one.north_mps), np.hypot(report.east_mps, report.north_mps))
    dt_s = (report.time_ns - one.kept_ns) * 1e-9
    if np.hypot(east, north) > JUMP_M + (1.5 * (0.0 if np.isnan(speed) else speed) + JUMP_MPS) * dt_s:
        one.from_ns = 0  # the way made is no measure of velocity now
        one.away += 1
        if one.away == 1:
            one.away_ns = report.time_ns
        if one.away < AWAY:
            return False
    is_jump = one.away >= AWAY
    one.away = 0
    one.kept_ns, one.kept_latitude_deg, one.kept_longitude_deg = (
        report.time_ns,
        report.latitude_deg,
        report.longitude_deg,
    )
    return is_jump


@njit(cache=True, nogil=True, error_model="numpy")
def _is_stalled(report: Report, one: Aircraft) -> bool:
    speed = np.hypot(report.east_mps, report.north_mps)
    if speed > FAST_MPS:
        one.has_flown_fast = 1
    if not (one.has_flown_fast and speed < SLOW_MPS and report.flight_level_ft > HIGH_FT):
        one.slow_ns = 0
        return False
    if one.slow_ns == 0:
        one.slow_ns = report.time_ns
    return bool(report.time_ns - one.slow_ns >= SLOW_S * 1e9)


@njit(cache=True, nogil=True, error_model="numpy")
def _is_window_odd(report: Report, one: Aircraft, dt_s: float) -> bool:
    """Add the report to the window of motion; say whether it ends the third window in turn that contradicts itself."""
    east, north = 0.5 * (one.east_mps + report.east_mps), 0.5 * (one.north_mps + report.north_mps)
    if np.isnan(east) or np.isnan(north):
        one.from_ns = 0
        return False
    if one.from_ns == 0:
        one.from_ns, one.from_latitude_deg, one.from_longitude_deg = one.time_ns, one.latitude_deg, one.longitude_deg
        one.flown_east_m = one.flown_north_m = one.path_m = 0.0
    one.flown_east_m += east * dt_s
    one.flown_north_m += north * dt_s
    one.path_m += 0.5 * (np.hypot(one.east_mps, one.north_mps) + np.hypot(report.east_mps, report.north_mps)) * dt_s
    window_s = (report.time_ns - one.from_ns) * 1e-9
    if window_s < WINDOW_S:
        return False
    east, north = _way(report, one.from_latitude_deg, one.from_longitude_deg)
    # lengths, not directions: reported tracks lag in turns and are wrong in many logs
    shortest = np.hypot(one.flown_east_m, one.flown_north_m)
    room = ODD_MPS * window_s + LATE_S * one.path_m / window_s
    is_odd = not shortest - room <= np.hypot(east, north) <= one.path_m + room
    if is_odd:
        one.odd += 1
        if one.odd == 1:
            one.first_odd_ns = one.from_ns
    else:
        one.odd = 0
    one.from_ns = 0
    return one.odd >= ODD_WINDOWS


@njit(cache=True, nogil=True, error_model="numpy")
def _way(report: Report, latitude_deg: float, longitude_deg: float) -> tuple[float, float]:
    """Return how far east and north (m) a report is of a place, on a sphere: exact enough for whole kilometres."""
    turn = report.longitude_deg - longitude_deg
    turn -= 360.0 * np.round(turn / 360.0)
    scale = np.cos(np.deg2rad(0.5 * (report.latitude_deg + latitude_deg)))
    return turn * METRES_PER_DEGREE * scale, (report.latitude_deg - latitude_deg) * METRES_PER_DEGREE


@njit(cache=True, nogil=True, error_model="numpy")
def _remember(report: Report, one: Aircraft) -> None:
    one.time_ns, one.latitude_deg, one.longitude_deg = report.time_ns, report.latitude_deg, report.longitude_deg
    one.east_mps, one.north_mps = report.east_mps, report.north_mps


@njit(cache=True, nogil=True, error_model="numpy")
def _judge_spoofing(report: Report, one: Aircraft, why: int, events: Events, found: int) -> int:
    if why:
        one.last_odd_ns = report.time_ns
        if one.spoofed:
            one.has_returned |= why == JUMP
            return found
        one.spoofed, one.has_returned = why, why != JUMP
        start_ns = one.first_odd_ns
        if why == JUMP:
            start_ns = one.away_ns
        elif why == STALL:
            start_ns = one.slow_ns
        return _write(events, found, report, why, start_ns, False)
    if one.spoofed and one.has_returned and report.time_ns - one.last_odd_ns > QUIET_S * 1e9:
        why, one.spoofed = one.spoofed, 0
        return _write(events, found, report, why, one.last_odd_ns, True)
    return found


@njit(cache=True, nogil=True, error_model="numpy")
def _write(events: Events, found: int, report: Report, why: int, start_ns: int, ends: bool) -> int:
    event = events[found]
    event.aircraft, event.why, event.start_ns, event.time_ns = report.aircraft, why, start_ns, report.time_ns
    event.ends = ends
    return found + 1


def reports_of(
    index: Int64, time_ns: Int64, nic: Int64, nac_p: Int64, columns: dict[str, np.ndarray[Any, Any]]
) -> Reports:
    """Lay reports out for the kernel; ``columns`` are the floats of ``REPORT`` by name, each (n,)."""
    reports = np.zeros(len(time_ns), REPORT)
    reports["aircraft"], reports["time_ns"], reports["nic"], reports["nac_p"] = index, time_ns, nic, nac_p
    for name, values in columns.items():
        reports[name] = values
    return reports
