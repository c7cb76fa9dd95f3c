"""Flight permissions: which of them may explain which track, and how probably. Page: docs/cooperation.md."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from typing import Any, NamedTuple

import numpy as np

from sargas.geo.plane import RegionPlane
from sargas.geo.zones import ZoneIndex
from sargas.identification.permission_files import is_in_plane
from sargas.model.columns import NO_CODE
from sargas.model.identity_records import FlightPermission
from sargas.model.parts import pack, unpack
from sargas.model.records import Zone
from sargas.model.tracks import CLASSES, Tracks
from sargas.tracking.likeness import SHARED_CODES

MARK = b"SARGAS-PERMISSIONS-1\n"
FLYING = 0.5
"""Share of its time in which what is permitted is in the air."""
STRANGERS_PER_KM2 = 1e-4
"""Objects without a permission that may be there instead: one in 10,000 km^2."""
IDENTITY_GAIN = 1000.0
"""How much likelier an equal identity makes it that the permission is the track's."""
KEPT_GAIN = 3.0
"""The same of having been explained by it before: what is explained does not change at random."""
LEAST_PROBABILITY = 0.1
"""What explains a track less probably explains nothing."""
LEAST_CLASS = 0.02
"""Less of the permitted classes is a contradiction."""
SIGMAS, MOST_MARGIN_M = 2.0, 300.0
"""A height within so many of its sigmas of the permitted ones is inside, but never further off than this."""
UP = 11
"""Place of the variance of the height in a packed covariance."""
LEAST_KM2 = 0.01
SHARED = frozenset(f"{code:04o}" for code in SHARED_CODES.tolist())


@dataclass(frozen=True, slots=True)
class Explanation:
    """A permission that explains a track: how probably, and which identities are equal (none: by place alone)."""

    permission: FlightPermission
    probability: float
    equal: tuple[str, ...]


class _Pair(NamedTuple):
    number: int
    place: int
    """Of the permission among those in force."""
    gain: float
    explanation: Explanation


class PermissionBook:
    """Hold the permissions in force and explain tracks by them, each at most as many as it covers."""

    def __init__(self, plane: RegionPlane) -> None:
        self._plane = plane
        self._held = dict[str, FlightPermission]()
        self._index: ZoneIndex | None = None
        self._in_force = list[FlightPermission]()
        self._area_km2 = list[float]()

    def __len__(self) -> int:
        return len(self._held)

    def permit(self, permission: FlightPermission) -> None:
        """Take a revision of a permission; one that leaves the region plane explains nothing."""
        self._held.pop(permission.permission_id, None)
        if permission.state == "active" and is_in_plane(permission, self._plane):
            self._held[permission.permission_id] = permission
        self._index = None

    def explain(
        self, tracks: Tracks, time_ns: int, before: dict[int, str], doubted: frozenset[int]
    ) -> dict[int, Explanation]:
        """Return, by track number, the permission that explains it at ``time_ns`` (UTC ns).

        The choice for all tracks together is the likeliest. ``before``: what explained them last; ``doubted``: tracks
        whose own word is doubtful, so that an equal identity counts for nothing.
        """
        over = [name for name, one in self._held.items() if one.valid_until_ns <= time_ns]
        for name in over:
            del self._held[name]
            self._index = None
        if not self._held or not len(tracks):
            return {}
        return _assign(self._pairs(tracks, time_ns, before, doubted))

    def snapshot(self) -> bytes:
        """Return the permissions as bytes; equal states give equal bytes."""
        return pack(MARK, {"held": [one.model_dump(mode="json") for one in self._held.values()]})

    def restore(self, data: bytes) -> None:
        """Go on from a snapshot. Raises ValueError for bytes that are none."""
        header, _ = unpack(MARK, data, 0)
        self._held, self._index = {}, None
        for fields in header["held"]:
            self.permit(FlightPermission.model_validate(fields))

    def _pairs(self, tracks: Tracks, time_ns: int, before: dict[int, str], doubted: frozenset[int]) -> list[_Pair]:
        index, found = self._index_of_held(), list[_Pair]()
        x_m, y_m = self._plane.plane_from_geodetic(tracks.latitude_deg, tracks.longitude_deg)
        rows, places = index.containing_pairs((x_m, y_m, np.zeros(len(tracks))))
        for row, place in zip(rows.tolist(), places.tolist(), strict=True):
            permission, number = self._in_force[place], int(tracks.track_id[row])
            if permission.valid_from_ns > time_ns or not _is_at_height(tracks, row, permission):
                continue
            equal = _equal_identities(tracks, row, permission)
            if equal is None:
                continue
            odds = FLYING * permission.count / self._area_km2[place] / STRANGERS_PER_KM2
            odds *= _class_ratio(tracks.class_probabilities[row], permission)
            odds *= IDENTITY_GAIN if equal and number not in doubted else 1.0
            probability = odds / (1.0 + odds)
            if probability >= LEAST_PROBABILITY:
                kept = KEPT_GAIN if before.get(number) == permission.permission_id else 1.0
                explanation = Explanation(permission, probability, equal)
                found.append(_Pair(number, place, log(odds * kept / LEAST_PROBABILITY), explanation))
        return found

    def _index_of_held(self) -> ZoneIndex:
        if self._index is None:
            self._in_force = [self._held[name] for name in sorted(self._held)]
            self._index = ZoneIndex.of([_as_zone(permission) for permission in self._in_force], self._plane)
            self._area_km2 = [area_km2(permission, self._plane) for permission in self._in_force]
        return self._index


def _as_zone(permission: FlightPermission) -> Zone:
    # heights are held against a track's own uncertainty, so the index is of the ground alone
    return Zone(
        id=permission.permission_id,
        name=permission.holder,
        kind="restricted",
        polygon=permission.polygon,
        holes=permission.holes,
        centre=permission.centre,
        radius_m=permission.radius_m,
    )


def area_km2(permission: FlightPermission, plane: RegionPlane) -> float:
    """Return the area of a permission on the ground, its holes taken off, km^2."""
    if permission.radius_m is not None:
        return max(np.pi * permission.radius_m**2 * 1e-6, LEAST_KM2)
    outer, *holes = (_ring_km2(ring, plane) for ring in (permission.polygon, *permission.holes))
    return max(outer - sum(holes), LEAST_KM2)


def _ring_km2(ring: Sequence[tuple[float, float]], plane: RegionPlane) -> float:
    longitude, latitude = np.array(ring, np.float64).T
    x, y = plane.plane_from_geodetic(latitude, longitude)
    scale = float(np.mean(plane.convergence_scale(latitude, longitude)[1]))
    return float(abs(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y))) / 2.0 / scale**2 * 1e-6


def _is_at_height(tracks: Tracks, row: int, permission: FlightPermission) -> bool:
    altitude_m, variance = float(tracks.altitude_m[row]), float(tracks.covariance[row, UP])
    if np.isnan(altitude_m):
        return True
    margin = MOST_MARGIN_M if np.isnan(variance) else min(SIGMAS * np.sqrt(max(variance, 0.0)), MOST_MARGIN_M)
    return bool(permission.floor_m - margin <= altitude_m <= permission.ceiling_m + margin)


def _equal_identities(tracks: Tracks, row: int, permission: FlightPermission) -> tuple[str, ...] | None:
    """Name the identities that track and permission share; None where the permission names others than the track's.

    A code that many share, an emergency's among them, is nobody's; call signs and serials are read as capitals.
    """
    address, code = int(tracks.icao_address[row]), int(tracks.mode_3a[row])
    callsign = tracks.callsign[row].decode("ascii", "replace").strip()
    own = {
        "icao_address": f"{address:06X}" if address != NO_CODE else "",
        "mode_3a": f"{code:04o}" if code != NO_CODE else "",
        "callsign": callsign.upper(),
        "uas_id": tracks.uas_id[row].decode("ascii", "replace").strip().upper(),
    }
    own["mode_3a"] = "" if own["mode_3a"] in SHARED else own["mode_3a"]
    named = {name: value.strip().upper() for name in own if (value := getattr(permission, name)) is not None}
    named = {name: value for name, value in named.items() if name != "mode_3a" or value not in SHARED}
    equal = tuple(name for name, value in named.items() if own[name] == value)
    differ = any(own[name] and own[name] != value for name, value in named.items())
    return None if differ or (named and not equal) else equal


def _class_ratio(probabilities: Any, permission: FlightPermission) -> float:
    """Return how much likelier the classes found are with the permission than with anything; 1 where none are known."""
    if not permission.classes or np.isnan(probabilities).any():
        return 1.0
    share = float(sum(probabilities[CLASSES.index(name)] for name in permission.classes))
    return 0.0 if share < LEAST_CLASS else share * len(CLASSES) / len(permission.classes)


def _assign(pairs: list[_Pair]) -> dict[int, Explanation]:
    """Choose the pairs of greatest gain together: one permission a track, as many tracks a permission as it covers."""
    if not pairs:
        return {}
    numbers = sorted({pair.number for pair in pairs})
    asked = dict[int, int]()
    for pair in pairs:
        asked[pair.place] = asked.get(pair.place, 0) + 1
    columns, first = 0, dict[int, range]()
    for place in sorted(asked):
        count = min(asked[place], next(p.explanation.permission.count for p in pairs if p.place == place))
        first[place] = range(columns, columns + count)
        columns += count
    gains, chosen = np.zeros((len(numbers), columns)), dict[tuple[int, int], Explanation]()
    row_of = {number: row for row, number in enumerate(numbers)}
    for pair in pairs:
        for column in first[pair.place]:
            gains[row_of[pair.number], column] = pair.gain
            chosen[(row_of[pair.number], column)] = pair.explanation
    # here, not above: a tenth of a start's processor time is its import
    from scipy.optimize import linear_sum_assignment

    rows, taken = linear_sum_assignment(gains, maximize=True)
    return {
        numbers[row]: chosen[(row, column)]
        for row, column in zip(rows.tolist(), taken.tolist(), strict=True)
        if (row, column) in chosen
    }
