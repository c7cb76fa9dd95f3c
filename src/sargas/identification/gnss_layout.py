"""Columns of the GNSS checks of one aircraft: what is remembered, what is reported, what is found."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np

from sargas.model.columns import Int64

MOTION, JUMP, STALL, ACCURACY, FLICKER = 1, 2, 3, 4, 5
"""Why an event began."""

AIRCRAFT = np.dtype(
    [
        ("time_ns", "i8"),
        ("latitude_deg", "f8"),
        ("longitude_deg", "f8"),
        ("east_mps", "f8"),
        ("north_mps", "f8"),
        ("velocity_ns", "i8"),
        ("flight_level_ft", "f8"),
        ("level_ns", "i8"),
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
        ("doubt", "f8"),
        ("first_odd_ns", "i8"),
        ("away_ns", "i8"),
        ("slow_ns", "i8"),
        ("last_odd_ns", "i8"),
        ("heard_ns", "i8"),
        ("code_ns", "i8"),
        ("fast", "u1"),
        ("was_good", "u1"),
        ("changed_ns", "i8"),
        ("has_returned", "u1"),
        ("spoofed", "i4"),
        ("jammed", "i4"),
    ],
    align=True,
)
"""What is remembered of an aircraft: last report, start of the window and the way its velocities make, suspicions.

``time_ns``, ``velocity_ns``, ``level_ns``: of the last position, velocity, level; 0: none yet. ``kept`` is the last
place that could be reached from the one before; ``away`` counts reports in turn since that could not, ``doubt`` those
that could not less a quarter of those that could. ``fast`` counts velocities above ``FAST_MPS``, up to three.
``heard_ns`` is its newest report, ``code_ns`` the newest with NIC or NACp. ``spoofed`` and ``jammed`` hold why, 0 while
they are not.
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
"""One airborne report, of a position, a velocity or both; NaN and -1 where it does not say."""
Fleet: TypeAlias = Any
"""(aircraft,) array of ``AIRCRAFT``."""
Aircraft: TypeAlias = Any
"""One row of it; a kernel reads and writes its fields as attributes."""
Events: TypeAlias = Any
"""(n,) array of ``EVENT``."""
Reports: TypeAlias = Any
"""(n,) array of ``REPORT``."""
Report: TypeAlias = Any


def reports_of(
    index: Int64, time_ns: Int64, nic: Int64, nac_p: Int64, columns: dict[str, np.ndarray[Any, Any]]
) -> Reports:
    """Lay reports out for the kernel; ``columns`` are the floats of ``REPORT`` by name, each (n,)."""
    reports = np.zeros(len(time_ns), REPORT)
    reports["aircraft"], reports["time_ns"], reports["nic"], reports["nac_p"] = index, time_ns, nic, nac_p
    for name, values in columns.items():
        reports[name] = values
    return reports
