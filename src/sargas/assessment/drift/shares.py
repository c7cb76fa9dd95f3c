"""How an ensemble meets zones: when members enter them, and which share is in a protected volume by minutes."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from sargas.assessment.drift.ensemble import MEMBERS, STEP_S, Ensemble
from sargas.geo.plane import RegionPlane
from sargas.geo.zones import ZoneIndex
from sargas.model.columns import Float64, Int64
from sargas.model.drift_records import ClosureRule
from sargas.model.records import Zone


class Entered(NamedTuple):
    """Per zone (z,): share of members that enter, and when: 5, 50, 95 % of them; NaN where none does."""

    probability: Float64
    earliest_s: Float64
    median_s: Float64
    latest_s: Float64


def entries_within(first_s: Float64, within_s: float) -> Entered:
    """Read the entries within a time off the members' first entries (m, z), infinite where none."""
    ordered = np.sort(np.where(first_s <= within_s, first_s, np.inf), axis=0)
    entered = np.isfinite(ordered).sum(axis=0)
    times = []
    for share in (0.05, 0.5, 0.95):
        rank = np.clip(np.ceil(share * entered).astype(np.int64) - 1, 0, len(first_s) - 1)
        seconds = np.take_along_axis(ordered, rank[None], axis=0)[0] if ordered.size else np.zeros(0)
        times.append(np.where(entered > 0, seconds, np.nan))
    return Entered(entered / max(len(first_s), 1), *times)


def first_entries(index: ZoneIndex, ensemble: Ensemble) -> Float64:
    """Return when each member first enters each zone, (m, z) s; infinite: never."""
    members, steps = ensemble.x_m.shape
    first_s = np.full((members, len(index)), np.inf)
    if not len(index):
        return first_s
    columns = (ensemble.x_m, ensemble.y_m, ensemble.altitude_m)
    begins, ends = (
        tuple(np.ascontiguousarray(column[:, cut]).ravel() for column in columns)
        for cut in (slice(None, -1), slice(1, None))
    )
    rows, zones, fraction = index.entered_pairs((begins[0], begins[1], begins[2]), (ends[0], ends[1], ends[2]))
    member, step = np.divmod(rows, steps - 1)
    np.minimum.at(first_s, (member, zones), (step + fraction) * STEP_S)
    return first_s


def inside_by_minute(index: ZoneIndex, ensemble: Ensemble) -> tuple[Float64, Float64, Float64]:
    """Return (z, k) shares of members inside, first entering and last leaving each volume; landed ones are in none."""
    members, steps = ensemble.x_m.shape
    inside = np.zeros((len(index), members, steps), np.bool_)
    if len(index):
        columns = (ensemble.x_m, ensemble.y_m, ensemble.altitude_m)
        rows, zones = index.containing_pairs(tuple(np.ascontiguousarray(c).ravel() for c in columns))  # type: ignore[arg-type]
        inside[zones, rows // steps, rows % steps] = True
        inside &= ensemble.aloft[None] > 0.0
    ever: NDArray[np.bool_] = np.asarray(inside.any(axis=2))
    first, last = inside.argmax(axis=2), steps - 1 - inside[:, :, ::-1].argmax(axis=2)
    return inside.mean(axis=1), _counted(first, ever, steps), _counted(last, ever, steps)


def buffered(zone: Zone, rule: ClosureRule, plane: RegionPlane) -> Zone:
    """Widen a zone by the rule's buffers, sideways and up and down."""
    heights = {"floor_m": zone.floor_m - rule.buffer_vertical_m, "ceiling_m": zone.ceiling_m + rule.buffer_vertical_m}
    if zone.radius_m is not None:
        return zone.model_copy(update={**heights, "radius_m": zone.radius_m + rule.buffer_m})
    ring = np.array(zone.polygon)
    placed = np.column_stack(plane.plane_from_geodetic(ring[:, 1], ring[:, 0]))
    wide = shapely.Polygon(placed).buffer(rule.buffer_m, quad_segs=4)
    x_m, y_m = np.asarray(wide.exterior.coords)[:-1].T
    latitude, longitude = plane.geodetic_from_plane(x_m, y_m)
    points = tuple(zip(longitude.tolist(), latitude.tolist(), strict=True))
    return zone.model_copy(update={**heights, "polygon": points, "holes": ()})


def _counted(step: Int64, ever: NDArray[np.bool_], steps: int) -> Float64:
    found = np.zeros((len(step), steps))
    zones, members = np.nonzero(ever)
    np.add.at(found, (zones, step[zones, members]), 1.0 / MEMBERS)
    return found
