"""Lines of position that no track takes: remembered for each sensor, and listed when a new one may cross them."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np

from sargas.model.columns import Float64, UInt16
from sargas.model.kernel import inner_kernel
from sargas.sensors.site import Site, SiteTable
from sargas.tracking.ellipsoid import Region
from sargas.tracking.gating import TEST_FLAGS
from sargas.tracking.imm import PACKED, Work
from sargas.tracking.measurement import MEASUREMENT, Measurement, fill_rows, shift_rows
from sargas.tracking.motion import predict_state
from sargas.tracking.parameters import Tuning
from sargas.tracking.state import HEARD, Heard

WINDOW_S = 20.0
"""Lines further apart in time do not start a track together: sound from 5 km takes 15 s."""
LISTED = 160
SEEDS = 48
"""Lines that are looked at, the nearest in time first, and crossings tried, for one new line."""
STARTS = 4
"""Most crossings of two lines."""

LINE = np.dtype([("site", "i4"), ("entry", "i4"), ("gap_ns", "i8"), ("taken", "i4"), ("best", "i4")], align=True)
"""A remembered line that may be of the same object: where it is, how far off in time, whether the flight being tried,
and the best so far, explains it."""
TRIED = np.dtype([("score", "f8"), ("x", "f8", (2,))], align=True)
"""A flight that was tried: its score, and its place on the ground."""
CROSSING = np.dtype(
    [
        ("z", MEASUREMENT, (1,)),
        ("listed", LINE, (LISTED,)),
        ("tried", TRIED, (SEEDS,)),
        ("tilted", "i4"),
        ("starts", "f8", (STARTS, 6)),
        ("start", "f8", (6,)),
        ("moved", "f8", (6,)),
        ("x", "f8", (6,)),
        ("p", "f8", (PACKED,)),
        ("kept", "f8", (PACKED,)),
        ("best_x", "f8", (6,)),
        ("best_p", "f8", (PACKED,)),
    ],
    align=True,
)
"""Scratch of one search; states in the region frame at the time of the newest line; ``tilted`` 1 where one of the two
lines that cross has an elevation."""
Crossing: TypeAlias = Any


def allocate_crossing() -> Crossing:
    """Make the scratch of one search."""
    return np.zeros(1, CROSSING)[0]


@inner_kernel
def remember(heard: Heard, z: Measurement, scan: int, flags: UInt16, label_bit: int) -> int:
    """Remember a line in the place of an empty or spent one, else of the oldest; returns where."""
    at = 0
    for k in range(HEARD):
        if heard[k].kind <= 0:
            at = k
            break
        if heard[k].time_ns < heard[at].time_ns:
            at = k
    line = heard[at]
    line.time_ns, line.scan, line.kind, line.label_bit, line.flags = z.time_ns, scan, z.kind, label_bit, flags
    line.reference, line.range_m, line.variance_range = z.reference, z.range_m, z.variance_range
    line.azimuth_rad, line.elevation_rad = z.azimuth_rad, z.elevation_rad
    line.variance_azimuth, line.variance_elevation = z.variance_azimuth, z.variance_elevation
    return at


@inner_kernel
def list_lines(heard: Heard, z: Measurement, newest: int, flags: UInt16, sites: SiteTable, cross: Crossing) -> int:
    """List the new line, then all that may be of its object, the nearest in time first; returns how many.

    By time, distance of the sensors and kind of plot.
    """
    own, listed, count = sites[z.site], cross.listed, 1
    listed[0].site, listed[0].entry, listed[0].gap_ns = z.site, newest, 0
    for s in range(len(sites)):
        # the first entry is the first to be filled
        if heard[s, 0].kind == 0 or not sites[s].placed or not _reach_each_other(own, sites[s]):
            continue
        for k in range(HEARD):
            line = heard[s, k]
            gap = abs(line.time_ns - z.time_ns)
            if line.kind <= 0 or gap > WINDOW_S * 1e9 or (s == z.site and k == newest):
                continue
            if (line.flags ^ flags) & TEST_FLAGS or (count == LISTED and gap >= listed[count - 1].gap_ns):
                continue
            at = min(count, LISTED - 1)
            while at > 1 and listed[at - 1].gap_ns > gap:
                listed[at] = listed[at - 1]
                at -= 1
            listed[at].site, listed[at].entry, listed[at].gap_ns = s, k, gap
            count = min(count + 1, LISTED)
    return count


@inner_kernel
def _reach_each_other(a: Site, b: Site) -> bool:
    dx, dy = a.position_enu[0] - b.position_enu[0], a.position_enu[1] - b.position_enu[1]
    reach = a.max_range_m + b.max_range_m
    return bool(dx * dx + dy * dy <= reach * reach)


@inner_kernel
def fill_line(
    heard: Heard, cross: Crossing, k: int, x: Float64, sites: SiteTable, region: Region, par: Tuning, work: Work
) -> int:
    """Write the rows of ``listed[k]`` at state ``x`` of the new line's time; 0 when its sensor does not reach there."""
    listed = cross.listed[k]
    line, site, z = heard[listed.site, listed.entry], sites[listed.site], cross.z[0]
    _recall(line, listed.site, z)
    dt_s = (line.time_ns - heard[cross.listed[0].site, cross.listed[0].entry].time_ns) * 1e-9
    predict_state(x, dt_s, (0.0, 0.0, 0.0), cross.moved)
    dx, dy = cross.moved[0] - site.position_enu[0], cross.moved[1] - site.position_enu[1]
    if dx * dx + dy * dy > (1.1 * site.max_range_m) ** 2:
        return 0
    m = fill_rows(work.rows, z, sites, region, cross.moved, work.axes)
    shift_rows(work.rows, m, dt_s, par.lively_horizontal)
    return m


@inner_kernel
def _recall(line: Heard, site_index: int, z: Measurement) -> None:
    z.site, z.kind, z.time_ns = site_index, line.kind, line.time_ns
    z.reference, z.range_m, z.variance_range = line.reference, line.range_m, line.variance_range
    z.azimuth_rad, z.elevation_rad = line.azimuth_rad, line.elevation_rad
    z.variance_azimuth, z.variance_elevation = line.variance_azimuth, line.variance_elevation
