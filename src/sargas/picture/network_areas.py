"""Whose area objects fly into, and whether our own sensors will still see them there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sargas.geo.horizon import radar_horizon_m
from sargas.geo.plane import RegionPlane
from sargas.geo.zones import ZoneIndex
from sargas.model.columns import Float64
from sargas.model.record_base import Ring
from sargas.model.records import Configuration, Zone
from sargas.model.tracks import Tracks
from sargas.tracking.remote import metres_per_degree

AHEAD_S = (30.0, 45.0, 60.0)
"""Objects are looked at as they would be after so long if they flew straight on."""
NOT_OURS = ("human", "system")
LEAST_ANTENNA_M = 10.0
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Courses:
    """Where n tracks will be: latitude and longitude (n, ``AHEAD_S``)."""

    latitude_deg: Float64
    longitude_deg: Float64
    altitude_m: Float64

    @classmethod
    def of(cls, tracks: Tracks) -> Courses:
        """Fly them straight on."""
        ahead = np.array(AHEAD_S)
        north_m, east_m = metres_per_degree(tracks.latitude_deg)
        return cls(
            tracks.latitude_deg[:, None] + ahead * (np.nan_to_num(tracks.velocity_north_mps) / north_m)[:, None],
            tracks.longitude_deg[:, None] + ahead * (np.nan_to_num(tracks.velocity_east_mps) / east_m)[:, None],
            np.nan_to_num(tracks.altitude_m),
        )


@dataclass(frozen=True, slots=True)
class NetworkAreas:
    """Own area, those of the partners that have one, and how far our sensors see."""

    nations: tuple[str, ...]
    """Partners with an area, in the order of the columns below."""
    areas: ZoneIndex
    """Theirs, then ours when we have one."""
    has_own: bool
    sites: Float64
    """(sensors, 4): latitude, longitude, height of the antenna (m), range (m)."""

    @classmethod
    def of(cls, configuration: Configuration, plane: RegionPlane) -> NetworkAreas:
        """Read the rings of a configuration. Raises ValueError for a ring outside the region plane."""
        partners = [partner for partner in configuration.partners if len(partner.area) >= 3]
        zones = [_zone(partner.nation, partner.area) for partner in partners]
        has_own = len(configuration.area) >= 3
        zones += [_zone(configuration.nation, configuration.area)] if has_own else []
        sites = [
            (s.latitude_deg, s.longitude_deg, max(s.height_m, LEAST_ANTENNA_M), s.max_range_m)
            for s in configuration.sensors
            if s.latitude_deg is not None and s.longitude_deg is not None and s.kind not in NOT_OURS
        ]
        nations = tuple(partner.nation for partner in partners)
        return cls(nations, ZoneIndex.of(zones, plane), has_own, np.array(sites, np.float64).reshape(-1, 4))

    def entering(self, tracks: Tracks) -> Flags:
        """Say which tracks will be in whose area (n, nations), and in ours no more, half a minute to a minute on."""
        if not self.nations or not len(tracks):
            return np.zeros((len(tracks), len(self.nations)), np.bool_)
        courses = Courses.of(tracks)
        shape = courses.latitude_deg.shape
        altitude = np.broadcast_to(courses.altitude_m[:, None], shape)
        inside = self.areas.contains(courses.latitude_deg.ravel(), courses.longitude_deg.ravel(), altitude.ravel())
        inside = inside.reshape(*shape, -1)
        theirs = inside[:, :, : len(self.nations)]
        if self.has_own:
            theirs = theirs & ~inside[:, :, -1:]
        return np.asarray(theirs.all(axis=1), np.bool_)

    def is_ours(self, latitude_deg: float, longitude_deg: float) -> bool:
        """Say whether a place is in our own area; without one everywhere is that is in no partner's."""
        inside = self.areas.contains(np.array([latitude_deg]), np.array([longitude_deg]), np.zeros(1))[0]
        return bool(inside[-1]) if self.has_own else not inside.any()

    def leaving(self, tracks: Tracks) -> Flags:
        """Say which tracks no sensor of ours will see in a minute: beyond its range, or below its horizon."""
        if not len(tracks) or not len(self.sites):
            return np.zeros(len(tracks), np.bool_)
        courses = Courses.of(tracks)
        latitude, longitude = courses.latitude_deg[:, -1:], courses.longitude_deg[:, -1:]
        north_m, east_m = metres_per_degree(latitude[:, 0])
        away_m = np.hypot(
            (latitude - self.sites[:, 0]) * north_m[:, None], (longitude - self.sites[:, 1]) * east_m[:, None]
        )
        horizon_m = radar_horizon_m(self.sites[:, 2][None, :], courses.altitude_m[:, None])
        return np.asarray((away_m > np.minimum(horizon_m, self.sites[:, 3])).all(axis=1), np.bool_)


def _zone(nation: str, ring: Ring) -> Zone:
    return Zone(id=nation, name=nation, kind="border", polygon=ring)
