"""Tracks as the columns of a track frame: what the screen needs of each, in the frame's units."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum, IntFlag

import numpy as np

from sargas.console.frame import Column
from sargas.model.columns import NO_CODE, Int64, PlotFlag, UInt8
from sargas.model.tracks import Tracks

ALTITUDE_UNKNOWN = 65535
LEAST_PROBABILITY = 0.5
"""A class is shown from this probability on; below it the track stays unclassified."""


class Affiliation(IntEnum):
    """Identity digit of APP-6E; every track is unknown until an identification says otherwise."""

    PENDING = 0
    UNKNOWN = 1
    ASSUMED_FRIEND = 2
    FRIEND = 3
    NEUTRAL = 4
    SUSPECT = 5
    HOSTILE = 6


class Threat(IntEnum):
    """Tier of the worst alert that stands against a track."""

    NONE = 0
    ADVISORY = 1
    CRITICAL = 2


class StatusBit(IntFlag):
    """Marks above the two bits of ``TrackStatus``."""

    SIMULATED = 4
    TEST = 8
    ON_GROUND = 16
    SPI = 32
    TRANSPONDER = 64
    """A Mode 3/A code or an ICAO address is known: the target answers or broadcasts."""
    DOUBTED = 128


_FLAG_TO_STATUS = (
    (PlotFlag.SIMULATED, StatusBit.SIMULATED),
    (PlotFlag.TEST | PlotFlag.FIELD_MONITOR, StatusBit.TEST),
    (PlotFlag.ON_GROUND, StatusBit.ON_GROUND),
    (PlotFlag.SPI, StatusBit.SPI),
    (PlotFlag.SENSOR_DOUBTS, StatusBit.DOUBTED),
)


def frame_columns(
    tracks: Tracks, valid_time_ns: int, threats: Mapping[int, Threat], affiliations: Mapping[int, Affiliation]
) -> dict[str, Column]:
    """Convert tracks to frame columns.

    ``threats`` holds the tracks with a standing alert, ``affiliations`` those that something is known of.
    """
    east, north = tracks.velocity_east_mps, tracks.velocity_north_mps
    major, minor, bearing = ellipse(tracks.covariance)
    age_s = (valid_time_ns - tracks.update_time_ns) / 1e9
    return {
        "track_id": tracks.track_id,
        "longitude_deg": tracks.longitude_deg,
        "latitude_deg": tracks.latitude_deg,
        "altitude_code": altitude_code(tracks.known_altitude_m),
        "course_code": np.rint(np.degrees(np.arctan2(east, north)) * (65536.0 / 360.0)).astype(np.int64) % 65536,
        "speed_dmps": _fit(np.hypot(east, north) * 10.0, 0, 65535),
        "affiliation": code_column(tracks.track_id, affiliations, Affiliation.UNKNOWN),
        "type": shown_type(tracks),
        "threat": code_column(tracks.track_id, threats, Threat.NONE),
        "status": status_column(tracks),
        "vertical_rate_dmps": _fit(tracks.known_velocity_up_mps * 10.0, -32768, 32767),
        "sigma_major_code": _fit(12.0 * np.log2(1.0 + major), 0, 255),
        "sigma_minor_code": _fit(12.0 * np.log2(1.0 + minor), 0, 255),
        "sigma_bearing": _fit(bearing * (256.0 / 360.0), 0, 255),
        "age_half_s": _fit(age_s * 2.0, 0, 255),
    }


def altitude_code(altitude_m: Column) -> Column:
    """Return altitudes as whole metres above -1000 m in 16 bits, 65535 where unknown."""
    code: Column = np.where(np.isnan(altitude_m), ALTITUDE_UNKNOWN, _fit(altitude_m + 1000.0, 0, ALTITUDE_UNKNOWN - 1))
    return code


def shown_type(tracks: Tracks) -> UInt8:
    """Return per track 1 + the index into ``CLASSES`` of what it probably is, 0 where nothing is probable enough."""
    probabilities = np.nan_to_num(tracks.class_probabilities, nan=0.0)
    best = probabilities.argmax(axis=1)
    sure = probabilities[np.arange(len(tracks)), best] >= LEAST_PROBABILITY
    return np.where(sure, best + 1, 0).astype(np.uint8)


def code_column(track_id: Int64, codes: Mapping[int, int], otherwise: int) -> UInt8:
    """Return the code of each track, ``otherwise`` where none is given."""
    if not codes:
        return np.full(len(track_id), otherwise, np.uint8)
    found = (codes.get(track, otherwise) for track in track_id.tolist())
    return np.fromiter(found, np.uint8, len(track_id))


def status_column(tracks: Tracks) -> UInt8:
    """Return per track its ``TrackStatus`` in the two low bits and the ``StatusBit`` marks above."""
    status = tracks.status & 3
    for flags, bit in _FLAG_TO_STATUS:
        status = status | np.where(tracks.flags & np.uint16(flags), np.uint8(bit), np.uint8(0))
    heard = (tracks.icao_address != NO_CODE) | (tracks.mode_3a != NO_CODE)
    return (status | np.where(heard, np.uint8(StatusBit.TRANSPONDER), np.uint8(0))).astype(np.uint8)


def ellipse(covariance: Column) -> tuple[Column, Column, Column]:
    """Return one-sigma half axes in metres and the bearing of the major one in 0..180 deg, NaN where unknown.

    ``covariance`` (n, 21) as in ``Tracks``; eigenvalues of its horizontal 2 x 2 block in closed form.
    """
    east, cross, north = covariance[:, 0], covariance[:, 1], covariance[:, 6]
    mean, half = (east + north) / 2.0, (north - east) / 2.0
    spread = np.hypot(half, cross)
    major = np.sqrt(np.maximum(mean + spread, 0.0))
    minor = np.sqrt(np.maximum(mean - spread, 0.0))
    return major, minor, np.degrees(0.5 * np.arctan2(cross, half)) % 180.0


def _fit(values: Column, least: int, most: int) -> Column:
    """Round to whole numbers and hold them inside the column's range; unknown becomes 0."""
    whole: Column = np.clip(np.rint(np.nan_to_num(values, nan=0.0)), least, most).astype(np.int32)
    return whole
