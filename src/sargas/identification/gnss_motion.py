"""Whether one aircraft's positions and velocities can be true: jumps, flicker, stalls, ways that velocity contradicts.

Nothing here knows the true place: what is judged is whether one aircraft's reports agree with each other and with what
can fly. Source: docs/gnss-integrity.md.
"""

from __future__ import annotations

import numpy as np

from sargas.geo.plane_kernels import wrapped_longitude_deg
from sargas.identification.gnss_layout import FLICKER, JUMP, MOTION, STALL, Aircraft, Report
from sargas.model.kernel import inner_kernel

METRES_PER_DEGREE = 111_195.0
LONGEST_GAP_S = 60.0
"""After a longer silence the way made is no measure of velocity."""
LONGEST_SILENCE_S = 3_600.0
"""After a longer one an aircraft may be anywhere: all is judged anew."""
FASTEST_MPS = 350.0
"""Reach of what was silent for more than ``LONGEST_GAP_S``, or never told its speed: it may have changed."""
WINDOW_S = 20.0
"""Reported velocities are added up over at least so long before they are held against the way made."""
ODD_MPS = 50.0
"""Difference of way made and velocity reported that no wind, rounding or late position explains."""
LATE_S = 5.0
"""Positions may be so much older than their stamp: receivers and networks hold them."""
VELOCITY_LASTS_S = 10.0
LEVEL_LASTS_S = 60.0
"""A report without velocity or level takes the last one, when it is no older than this."""
HELD_SHARE = 0.05
"""A position that moved by less than this of what the velocity says is held, not measured."""
HELD_AWAY_S = 30.0
"""A place out of reach that is held for so long is one where the aircraft claims to be."""
ODD_WINDOWS = 3
AWAY = 3
"""Reports in turn at places out of reach before a jump is one: a garbled position is away only once or twice."""
SETTLED = 2
"""A first place that the next reports do not confirm is garbled itself: what follows did not jump away from it."""
FLICKERS = 4.0
NEAR_DOUBT = 0.25
"""Positions that come and go between two places: so many away, less so much for each that is not."""
JUMP_M = 2_500.0
JUMP_MPS = 100.0
"""An aircraft may be so far, and so much a second, beyond one and a half times its speed."""
HIGH_FT, SLOW_MPS, FAST_MPS = 25_000.0, 60.0, 120.0
"""What has flown fast does not fly slowly this high: it would have stalled."""
SLOW_S = 20.0
FAST_REPORTS = 3


@inner_kernel
def judge_velocity(report: Report, one: Aircraft) -> int:
    """Take the velocity and level of a report, held position or not; say whether it has stalled and flies on."""
    speed = np.hypot(report.east_mps, report.north_mps)
    if report.time_ns >= one.level_ns and not np.isnan(report.flight_level_ft):
        one.flight_level_ft, one.level_ns = report.flight_level_ft, report.time_ns
    if report.time_ns < one.velocity_ns or np.isnan(speed):
        return 0
    one.velocity_ns = report.time_ns
    if speed > FAST_MPS and one.fast < FAST_REPORTS:
        one.fast += 1
    is_high = one.level_ns > 0 and report.time_ns - one.level_ns <= LEVEL_LASTS_S * 1e9
    is_high = is_high and one.flight_level_ft > HIGH_FT
    if not (one.fast >= FAST_REPORTS and speed < SLOW_MPS and is_high):
        one.slow_ns = 0
        return 0
    if one.slow_ns == 0:
        one.slow_ns = report.time_ns
    return STALL if report.time_ns - one.slow_ns >= SLOW_S * 1e9 else 0


@inner_kernel
def is_held(report: Report, one: Aircraft) -> bool:
    """Say whether a position is the one before, said again by a receiver or network."""
    if report.latitude_deg == one.latitude_deg and report.longitude_deg == one.longitude_deg:
        return True
    if report.time_ns - one.time_ns > LONGEST_GAP_S * 1e9:
        return False
    east, north = way_made(report, one.latitude_deg, one.longitude_deg)
    speed = np.hypot(report.east_mps, report.north_mps)
    return bool(np.hypot(east, north) < HELD_SHARE * speed * (report.time_ns - one.time_ns) * 1e-9)


@inner_kernel
def judge_held(report: Report, one: Aircraft) -> int:
    """Say whether a held position is one that the aircraft jumped to, and has claimed for long enough."""
    at_kept = report.latitude_deg == one.kept_latitude_deg and report.longitude_deg == one.kept_longitude_deg
    if one.spoofed and at_kept:  # it claims to stand there until now: the way back is a jump again
        one.kept_ns = report.time_ns
    silent = one.heard_ns == 0 or report.time_ns - one.heard_ns > LONGEST_GAP_S * 1e9
    if silent or one.away == 0 or report.time_ns - one.away_ns < HELD_AWAY_S * 1e9:
        return 0
    one.away, one.doubt = 0, 0.0
    _keep(one, report)
    return JUMP


@inner_kernel
def judge_motion(report: Report, one: Aircraft) -> int:
    """Say why a measured position contradicts the ones before it; 0: it does not."""
    dt_s = (report.time_ns - one.time_ns) * 1e-9
    if one.time_ns == 0 or dt_s > LONGEST_SILENCE_S:
        one.odd = one.away = one.near = 0
        one.doubt = 0.0
        one.from_ns = one.kept_ns = 0
        one.has_returned = 1
        return 0
    if dt_s > LONGEST_GAP_S:
        one.odd, one.from_ns = 0, 0
    why = _judge_reach(report, one)
    if why or dt_s > LONGEST_GAP_S:
        return why
    return MOTION if _is_window_odd(report, one, dt_s) else 0


@inner_kernel
def _judge_reach(report: Report, one: Aircraft) -> int:
    """Say whether the third report in turn, or too many in short order, are out of reach of where the aircraft was."""
    if one.kept_ns == 0:
        one.kept_ns, one.kept_latitude_deg, one.kept_longitude_deg = one.time_ns, one.latitude_deg, one.longitude_deg
    east, north = way_made(report, one.kept_latitude_deg, one.kept_longitude_deg)
    dt_s = (report.time_ns - one.kept_ns) * 1e-9
    speed = np.hypot(report.east_mps, report.north_mps)
    if one.velocity_ns > 0 and not speed > np.hypot(one.east_mps, one.north_mps):
        speed = np.hypot(one.east_mps, one.north_mps)
    reach_mps = FASTEST_MPS if np.isnan(speed) else 1.5 * speed + JUMP_MPS
    if dt_s > LONGEST_GAP_S:  # nothing keeps up more than its speed for so long, nor more than any aircraft flies
        reach_mps = FASTEST_MPS if np.isnan(speed) else max(1.1 * speed, FASTEST_MPS)
    if np.hypot(east, north) > JUMP_M + reach_mps * dt_s:
        one.from_ns = 0  # the way made is no measure of velocity now
        if one.near < SETTLED:
            one.away, one.doubt, one.near = 0, 0.0, 0
            _keep(one, report)
            return 0
        if one.doubt == 0.0:
            one.away_ns = report.time_ns
        one.away += 1
        one.doubt += 1.0
        if one.away < AWAY:
            if one.doubt < FLICKERS:
                return 0
            one.doubt -= 1.0
            return FLICKER
        one.away, one.doubt = 0, 0.0
        _keep(one, report)
        return JUMP
    one.away, one.doubt, one.near = 0, max(one.doubt - NEAR_DOUBT, 0.0), min(one.near + 1, SETTLED)
    _keep(one, report)
    return 0


@inner_kernel
def _keep(one: Aircraft, report: Report) -> None:
    one.kept_ns, one.kept_latitude_deg, one.kept_longitude_deg = (
        report.time_ns,
        report.latitude_deg,
        report.longitude_deg,
    )


@inner_kernel
def _is_window_odd(report: Report, one: Aircraft, dt_s: float) -> bool:
    """Add the report to the window of motion; say whether it ends the third window in turn that contradicts itself."""
    east_mps, north_mps = report.east_mps, report.north_mps
    if np.isnan(east_mps) or np.isnan(north_mps):  # told in messages of their own
        if one.velocity_ns == 0 or report.time_ns - one.velocity_ns > VELOCITY_LASTS_S * 1e9:
            one.from_ns = 0
            return False
        east_mps, north_mps = one.east_mps, one.north_mps
    east, north = 0.5 * (one.east_mps + east_mps), 0.5 * (one.north_mps + north_mps)
    if np.isnan(east) or np.isnan(north):
        one.from_ns = 0
        return False
    if one.from_ns == 0:
        one.from_ns, one.from_latitude_deg, one.from_longitude_deg = one.time_ns, one.latitude_deg, one.longitude_deg
        one.flown_east_m = one.flown_north_m = one.path_m = 0.0
    one.flown_east_m += east * dt_s
    one.flown_north_m += north * dt_s
    one.path_m += 0.5 * (np.hypot(one.east_mps, one.north_mps) + np.hypot(east_mps, north_mps)) * dt_s
    window_s = (report.time_ns - one.from_ns) * 1e-9
    if window_s < WINDOW_S:
        return False
    east, north = way_made(report, one.from_latitude_deg, one.from_longitude_deg)
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


@inner_kernel
def way_made(report: Report, latitude_deg: float, longitude_deg: float) -> tuple[float, float]:
    """Return how far east and north (m) a report is of a place, on a sphere: exact enough for whole kilometres."""
    turn = wrapped_longitude_deg(report.longitude_deg - longitude_deg)
    scale = np.cos(np.deg2rad(0.5 * (report.latitude_deg + latitude_deg)))
    return turn * METRES_PER_DEGREE * scale, (report.latitude_deg - latitude_deg) * METRES_PER_DEGREE
