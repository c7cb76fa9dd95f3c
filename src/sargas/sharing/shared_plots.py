"""Plots of shared sensors: which of them a nation gets, at the rate that was agreed, and with or without the place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from sargas.formats.release.plot_wire import MOST_PLOTS, Place
from sargas.geo.enu import Frame
from sargas.geo.polar import elevation_from_height, enu_from_polar
from sargas.geo.wgs84 import curvature_radius_m
from sargas.model.columns import NS_PER_S
from sargas.model.plots import Plots
from sargas.model.record_base import Ring
from sargas.model.records import Sensor, SensorRegistration
from sargas.sharing.agreement import SharedSensor
from sargas.sharing.redaction import NOT_REAL
from sargas.sharing.region import inside

Mask: TypeAlias = NDArray[np.bool_]
FOOT_M = 0.3048
BURST_S = 2.0


class Rate:
    """So many plots a second, evenly thinned: of each batch every k-th, so that no direction goes first."""

    def __init__(self, per_second: float) -> None:
        self._per_second = per_second
        self._credit = per_second * BURST_S
        self._since_ns = 0

    def thin(self, count: int, time_ns: int) -> NDArray[np.int64]:
        """Return which of ``count`` rows may go at ``time_ns``."""
        elapsed_s = max(time_ns - self._since_ns, 0) / NS_PER_S if self._since_ns else 0.0
        self._since_ns = max(time_ns, self._since_ns)
        self._credit = min(self._credit + elapsed_s * self._per_second, max(self._per_second * BURST_S, 1.0))
        kept = min(count, int(self._credit), MOST_PLOTS)
        self._credit -= kept
        return np.arange(kept, dtype=np.int64) * count // max(kept, 1)


def select_plots(
    plots: Plots,
    shared: SharedSensor,
    sensor: Sensor | None,
    biases: Mapping[str, SensorRegistration],
    *,
    with_place: bool,
    exercise: bool,
    region: Ring = (),
) -> tuple[Plots, Place | None]:
    """Return the plots of a shared sensor that may go, before thinning, and its place where that goes too.

    They are inside the sensor's region and ``region``, that of the agreement.

    Without the place, measurements become positions, freed of the sensor's known biases; those without a height are
    left out. Plots without a place on the map are outside every region.
    """
    index = plots.sensor_ids.index(shared.sensor_id) if shared.sensor_id in plots.sensor_ids else -1
    found = plots.take((plots.sensor == index) & (exercise | ((plots.flags & NOT_REAL) == 0)))
    place, frame = _place_of(sensor)
    if place is None or frame is None:
        known = ~np.isnan(found.latitude_deg) & ~np.isnan(found.longitude_deg)
        return found.take(known & _within(shared.region, region, found)), None
    measured = ~np.isnan(found.range_m) & ~np.isnan(found.azimuth_deg)
    located, has_height = _with_positions(found, place, frame, biases.get(shared.sensor_id), measured)
    within = _within(shared.region, region, located)
    if with_place:
        return found.take(within & measured), place
    return located.take(within & has_height), None


def _within(own: Ring, agreed: Ring, plots: Plots) -> Mask:
    found: Mask = inside(own, plots.latitude_deg, plots.longitude_deg)
    return found & inside(agreed, plots.latitude_deg, plots.longitude_deg)


def _place_of(sensor: Sensor | None) -> tuple[Place | None, Frame | None]:
    if sensor is None or sensor.latitude_deg is None or sensor.longitude_deg is None:
        return None, None
    place = Place(sensor.latitude_deg, sensor.longitude_deg, sensor.height_m)
    return place, Frame(place.latitude_deg, place.longitude_deg, place.height_m)


def _with_positions(
    plots: Plots, place: Place, frame: Frame, registration: SensorRegistration | None, measured: Mask
) -> tuple[Plots, Mask]:
    """Fill in where a radar's plots are, its known biases taken off, and say which of them have a height.

    Without a height a plot is placed on the radar's horizon: near enough for a region, not for a picture.
    """
    range_bias, azimuth_bias, elevation_bias = 0.0, 0.0, 0.0
    if registration is not None and registration.state == "registered":
        range_bias, azimuth_bias = registration.range_bias_m, registration.azimuth_bias_deg
        elevation_bias = registration.elevation_bias_deg
    range_m, azimuth = plots.range_m - range_bias, plots.azimuth_deg - azimuth_bias
    radius = curvature_radius_m(place.latitude_deg, azimuth)
    by_level = elevation_from_height(range_m, place.height_m, plots.flight_level_ft * FOOT_M, radius)
    elevation = np.where(np.isnan(plots.elevation_deg), by_level, plots.elevation_deg - elevation_bias)
    given = ~np.isnan(plots.latitude_deg) & ~np.isnan(plots.longitude_deg)
    rows = np.flatnonzero(measured & ~given)
    latitude, longitude, altitude = plots.latitude_deg.copy(), plots.longitude_deg.copy(), plots.altitude_m.copy()
    enu = enu_from_polar(range_m[rows], azimuth[rows], np.nan_to_num(elevation[rows]))
    latitude[rows], longitude[rows], altitude[rows] = frame.geodetic_from_enu(enu)
    located = replace(plots, latitude_deg=latitude, longitude_deg=longitude, altitude_m=altitude)
    return located, given | (measured & ~np.isnan(elevation))
