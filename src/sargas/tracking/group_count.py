"""How many objects a group may hold: what its tracks show, and what could hide where no radar tells objects apart."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sargas.model.columns import Float64, Int64
from sargas.model.records import Sensor
from sargas.model.tracks import Tracks

RANGE_CELL_SIGMAS = 6.0
AZIMUTH_CELL_SIGMAS = 10.0
"""A resolution cell over the accuracy of its sensor: at 13 dB, just detected, the error of range is a sixth of the
pulse and that of azimuth a tenth of the beam (Skolnik, Introduction to Radar Systems, accuracy of measurements)."""
LEAST_SPACING_M = 30.0
EARTH_RADIUS_M = 6_371_000.0
MOST_A_MEMBER = 4
"""A judgement: radars alone set no upper bound."""


def count_objects(
    members: Tracks, group: Int64, groups: int, spacing_m: Float64, sensors: Sequence[Sensor]
) -> tuple[Int64, Int64]:
    """Return per group how many objects it holds at least and may hold at most.

    ``group`` (n,) is the index of each member's group, ``spacing_m`` (groups,) how far its members fly apart. Low: the
    members confirmed now. High: each member counts for as many as fit into the smallest resolution cell (range by
    azimuth) of the radars behind it, if those that hide fly as close as those that are told apart: 1 to 4.
    """
    confirmed = members.is_confirmed
    low = np.bincount(group[confirmed], minlength=groups).astype(np.int64)
    room = smallest_cells_m2(members, sensors) / np.maximum(spacing_m, LEAST_SPACING_M)[group] ** 2
    each = np.clip(np.floor(np.nan_to_num(room, nan=1.0)), 1.0, MOST_A_MEMBER)
    high = np.bincount(group, weights=each, minlength=groups).astype(np.int64)
    return low, high


def smallest_cells_m2(tracks: Tracks, sensors: Sequence[Sensor]) -> Float64:
    """Return per track the area of the smallest resolution cell of the radars behind it; NaN: no radar."""
    smallest = np.full(len(tracks), np.nan)
    known = {sensor.id: sensor for sensor in sensors if sensor.kind.startswith("radar")}
    latitude, longitude = np.radians(tracks.latitude_deg), np.radians(tracks.longitude_deg)
    for i, name in enumerate(tracks.sensor_ids):
        sensor = known.get(name)
        if sensor is None or sensor.latitude_deg is None or sensor.longitude_deg is None:
            continue
        rows = np.flatnonzero(tracks.contributing[:, i // 64] >> np.uint64(i % 64) & np.uint64(1))
        if len(rows):
            site = np.radians((sensor.latitude_deg, sensor.longitude_deg))
            arc = np.sin((latitude[rows] - site[0]) / 2) ** 2
            arc += np.cos(latitude[rows]) * np.cos(site[0]) * np.sin((longitude[rows] - site[1]) / 2) ** 2
            range_m = 2.0 * EARTH_RADIUS_M * np.sqrt(arc)  # the chord, haversine on a sphere: 0.5 %
            across_m = AZIMUTH_CELL_SIGMAS * np.radians(sensor.sigma_azimuth_deg) * range_m
            smallest[rows] = np.fmin(smallest[rows], RANGE_CELL_SIGMAS * sensor.sigma_range_m * across_m)
    return smallest
