"""GNSS integrity of one aircraft: whether its position reports can be true, and whether its receiver lost its accuracy.

Jamming raises a receiver's own error estimate (NIC and NACp fall); spoofing may leave the codes good while the position
jumps, drifts or stands still. Source: docs/gnss-integrity.md; codes: RTCA DO-260B.
"""

from __future__ import annotations

import numpy as np

from sargas.identification.gnss_layout import (
    ACCURACY,
    FLICKER,
    JUMP,
    STALL,
    Aircraft,
    Events,
    Fleet,
    Report,
    Reports,
)
from sargas.identification.gnss_motion import is_held, judge_held, judge_motion, judge_velocity
from sargas.model.kernel import inner_kernel, kernel

GOOD_NIC, GOOD_NAC_P = 7, 8
BAD_S = 30.0
"""A receiver is jammed, or well again, after so long."""
QUIET_S = 120.0
"""Spoofing is over after so long without a contradiction; after a jump only once it has jumped again, or was silent."""


@kernel
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
            one.code_ns = max(one.code_ns, report.time_ns)
        why = judge_velocity(report, one)
        if not (np.isnan(report.latitude_deg) or np.isnan(report.longitude_deg)) and report.time_ns > one.time_ns:
            if is_held(report, one):  # said again, not measured again
                why = max(why, judge_held(report, one))
            else:
                moved = judge_motion(report, one)
                why = moved if moved else why
                _remember_place(report, one)
        _remember_velocity(report, one)
        found = _judge_spoofing(report, one, why, events, found)
    return found


@inner_kernel
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


@inner_kernel
def _remember_place(report: Report, one: Aircraft) -> None:
    one.time_ns, one.latitude_deg, one.longitude_deg = report.time_ns, report.latitude_deg, report.longitude_deg


@inner_kernel
def _remember_velocity(report: Report, one: Aircraft) -> None:
    if one.heard_ns == 0:
        one.east_mps = one.north_mps = np.nan
    if report.time_ns >= one.heard_ns and not (np.isnan(report.east_mps) or np.isnan(report.north_mps)):
        one.east_mps, one.north_mps = report.east_mps, report.north_mps
    one.heard_ns = max(one.heard_ns, report.time_ns)


@inner_kernel
def _judge_spoofing(report: Report, one: Aircraft, why: int, events: Events, found: int) -> int:
    if why:
        is_jump = why in (JUMP, FLICKER)
        one.last_odd_ns = report.time_ns
        if one.spoofed:
            one.has_returned |= is_jump
            return found
        one.spoofed, one.has_returned = why, why != JUMP
        start_ns = one.first_odd_ns
        if is_jump:
            start_ns = one.away_ns
        elif why == STALL:
            start_ns = one.slow_ns
        return _write(events, found, report, why, start_ns, False)
    if one.spoofed and one.has_returned and report.time_ns - one.last_odd_ns > QUIET_S * 1e9:
        why, one.spoofed = one.spoofed, 0
        return _write(events, found, report, why, one.last_odd_ns, True)
    return found


@inner_kernel
def _write(events: Events, found: int, report: Report, why: int, start_ns: int, ends: bool) -> int:
    event = events[found]
    event.aircraft, event.why, event.start_ns, event.time_ns = report.aircraft, why, start_ns, report.time_ns
    event.ends = ends
    return found + 1
