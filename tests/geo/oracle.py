"""What the geometry tests measure against: PROJ through pyproj, and positions spread around hard places."""

from __future__ import annotations

import numpy as np
import pyproj

from sargas.model.columns import Float64

GEOD = pyproj.Geod(ellps="WGS84")
CART = pyproj.Transformer.from_pipeline("+proj=cart +ellps=WGS84")

PLACES = (
    (54.9, 24.1, 120.0),
    (0.0, 0.0, 0.0),
    (-0.2, 179.99, 30.0),
    (64.0, -180.0, 10.0),
    (78.2, 15.6, 450.0),
    (89.7, 140.0, 5.0),
    (-89.9, -60.0, 2800.0),
    (90.0, 0.0, 0.0),
    (-33.9, -151.2, -20.0),
)
"""Centres (lat, lon deg, height m): the Baltics, equator, antimeridian, high latitudes, both poles, the south."""

MAX_ERROR_M = 1e-3
MAX_ERROR_DEG = 1e-9


def positions_around(
    latitude_deg: float, longitude_deg: float, n: int = 2000, radius_m: float = 500e3
) -> tuple[Float64, Float64, Float64]:
    """Spread n positions (lat, lon, height from -400 m to 30 km) over the disc of a radius around a place."""
    random = np.random.default_rng(7)
    azimuth_deg, distance_m = random.uniform(0, 360, n), radius_m * np.sqrt(random.uniform(0, 1, n))
    start = np.full(n, longitude_deg), np.full(n, latitude_deg)
    longitudes, latitudes, _ = GEOD.fwd(*start, azimuth_deg, distance_m)
    return latitudes, longitudes, random.uniform(-400, 30_000, n)


def topocentric(latitude_deg: float, longitude_deg: float, height_m: float) -> pyproj.Transformer:
    """Open PROJ's own way from longitude, latitude, height to east, north, up of a place (OGC conversion 9837)."""
    return pyproj.Transformer.from_pipeline(
        "+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad +step +proj=cart +ellps=WGS84 "
        f"+step +proj=topocentric +ellps=WGS84 +lat_0={latitude_deg} +lon_0={longitude_deg} +h_0={height_m}"
    )


def transverse_mercator(latitude_deg: float, longitude_deg: float) -> pyproj.Proj:
    """Open PROJ's transverse Mercator (Poder/Engsager) with scale 1 at a place."""
    return pyproj.Proj(
        f"+proj=tmerc +algo=poder_engsager +lat_0={latitude_deg} +lon_0={longitude_deg} +k=1 +ellps=WGS84"
    )


def degrees_apart(one: Float64, other: Float64) -> Float64:
    """Return the size of the difference of two angles, the short way around."""
    return np.abs((np.asarray(one) - np.asarray(other) + 180.0) % 360.0 - 180.0)


def ground_degrees_apart(latitude_deg: Float64, one: Float64, other: Float64) -> Float64:
    """Return the difference of two longitudes as degrees of great circle: at a pole longitude itself means nothing."""
    return degrees_apart(one, other) * np.cos(np.radians(latitude_deg))
