"""Plots of one shared sensor as few octets, and back. Columns, steps and rounding: spec/release.md, Plots."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from sargas.formats.release.octets import Octets, ReleaseError, plane_octets, varints_octets
from sargas.formats.release.track_wire import (
    ALTITUDE_FLOOR_M,
    ALTITUDE_UNKNOWN,
    LATITUDE_STEP_DEG,
    LONGITUDE_STEP_DEG,
)
from sargas.model.columns import Float64, PlotFlag
from sargas.model.label import Label
from sargas.model.plots import Plots

KIND = 2
POLAR, PLACE = 1, 2
MOST_PLOTS = 5_000
MS = 1_000_000
RANGE_STEP_M, AZIMUTH_STEP_DEG, ELEVATION_STEP_DEG = 0.5, 360.0 / (1 << 16), 180.0 / (1 << 16)
RATE_STEP_MPS, LEVEL_STEP_FT, NONE = 0.1, 25.0, -32_768
_KEPT_FLAGS = int(PlotFlag.SIMULATED | PlotFlag.TEST | PlotFlag.FIELD_MONITOR | PlotFlag.ON_GROUND)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sensor stands, WGS84."""

    latitude_deg: float
    longitude_deg: float
    height_m: float


def pack_plots(plots: Plots, place: Place | None) -> bytes:
    """Write the plots of one sensor: as measured (range, azimuth, elevation) with its place, else as positions.

    Identities, strengths and claims are not written. Raises ReleaseError for rows that fit no column.
    """
    n, polar = len(plots), place is not None
    if not n or n > MOST_PLOTS:
        raise ReleaseError(f"expected 1 to {MOST_PLOTS} plots a message, was {n}: send them in parts")
    base_ns, base_scan = int(plots.time_ns.max()), int(plots.scan.min())
    parts = [
        bytes((KIND, (POLAR | PLACE) if polar else 0)),
        n.to_bytes(2, "little"),
        base_ns.to_bytes(8, "little"),
        base_scan.to_bytes(8, "little", signed=True),
        varints_octets(((base_ns - plots.time_ns) // MS).tolist()),
        varints_octets((plots.scan - base_scan).tolist()),
        plane_octets(_steps(plots.flight_level_ft, LEVEL_STEP_FT)),
        (plots.flags & _KEPT_FLAGS).astype(np.uint8).tobytes(),
    ]
    if place is None:
        parts += _positions(plots)
    else:
        corner = (place.latitude_deg, place.longitude_deg, place.height_m)
        parts += [np.array(corner, "<f8").tobytes(), *_measured(plots)]
    return b"".join(parts)


def unpack_plots(body: bytes, sensor_id: str, receive_time_ns: int, label: Label) -> tuple[Plots, Place | None]:
    """Read plots of one sensor, and its place where it is told. Raises ReleaseError."""
    octets = Octets(body)
    kind, mask = octets.whole(1, "kind of body"), octets.whole(1, "mask")
    if kind != KIND or mask not in (0, POLAR | PLACE):
        raise ReleaseError(f"expected a body of plots (kind {KIND}, mask 0 or 3), was {kind}, {mask}: update this node")
    n, base_ns, base_scan = octets.whole(2, "plots"), octets.whole(8, "time"), octets.whole(8, "scan")
    if not 1 <= n <= MOST_PLOTS or base_ns >= 1 << 62 or base_scan >= 1 << 62:
        raise ReleaseError(f"expected 1 to {MOST_PLOTS} plots of a time before 2116, was {n} at {base_ns}")
    late = np.array([min(octets.varint("lateness"), 1 << 40) for _ in range(n)], np.int64) * MS
    scans = np.array([min(octets.varint("scan"), 1 << 40) for _ in range(n)], np.int64)
    columns: dict[str, Any] = {
        "flight_level_ft": _values(octets.numbers(n, "<i2", "flight level"), LEVEL_STEP_FT),
        "flags": (octets.numbers(n, "u1", "flags") & np.uint8(_KEPT_FLAGS)).astype(np.uint16),
    }
    place = None
    if mask & POLAR:
        place = _read_place(octets)
        columns |= _read_measured(octets, n)
    else:
        columns |= _read_positions(octets, n)
    octets.end()
    plots = Plots.of(
        time_ns=base_ns - late,
        receive_time_ns=np.full(n, receive_time_ns, np.int64),
        sensor_ids=(sensor_id,),
        scan=base_scan + scans,
        label=label,
        **columns,
    )
    return plots, place


def _measured(plots: Plots) -> list[bytes]:
    if not (np.isfinite(plots.range_m).all() and np.isfinite(plots.azimuth_deg).all()):
        raise ReleaseError("expected range and azimuth of every plot, was unknown: leave the row out")
    ranges = np.clip(np.rint(plots.range_m / RANGE_STEP_M), 0, (1 << 24) - 1).astype("<u4")
    azimuth = (np.rint(plots.azimuth_deg / AZIMUTH_STEP_DEG).astype(np.int64) % (1 << 16)).astype("<u2")
    return [
        plane_octets(ranges, 3),
        plane_octets(azimuth),
        plane_octets(_steps(plots.elevation_deg, ELEVATION_STEP_DEG)),
        plane_octets(_steps(plots.range_rate_mps, RATE_STEP_MPS)),
    ]


def _positions(plots: Plots) -> list[bytes]:
    if not (np.isfinite(plots.latitude_deg).all() and np.isfinite(plots.longitude_deg).all()):
        raise ReleaseError("expected a position of every plot, was unknown: leave the row out")
    latitude = np.clip(np.floor((plots.latitude_deg + 90.0) / LATITUDE_STEP_DEG), 0, (1 << 24) - 1)
    longitude = np.floor((plots.longitude_deg + 180.0) % 360.0 / LONGITUDE_STEP_DEG).astype(np.int64) % (1 << 24)
    altitude = np.clip(np.rint(plots.altitude_m - ALTITUDE_FLOOR_M), 0, ALTITUDE_UNKNOWN - 1)
    altitude = np.where(np.isnan(plots.altitude_m), ALTITUDE_UNKNOWN, altitude)
    return [
        plane_octets(latitude.astype("<u4"), 3),
        plane_octets(longitude.astype("<u4"), 3),
        plane_octets(altitude.astype("<u2")),
    ]


def _read_measured(octets: Octets, n: int) -> dict[str, Float64]:
    return {
        "range_m": octets.triples(n, "range") * RANGE_STEP_M,
        "azimuth_deg": octets.numbers(n, "<u2", "azimuth") * AZIMUTH_STEP_DEG,
        "elevation_deg": _values(octets.numbers(n, "<i2", "elevation"), ELEVATION_STEP_DEG),
        "range_rate_mps": _values(octets.numbers(n, "<i2", "range rate"), RATE_STEP_MPS),
    }


def _read_positions(octets: Octets, n: int) -> dict[str, Float64]:
    latitude = (octets.triples(n, "latitude") + 0.5) * LATITUDE_STEP_DEG - 90.0
    longitude = (octets.triples(n, "longitude") + 0.5) * LONGITUDE_STEP_DEG - 180.0
    altitude = octets.numbers(n, "<u2", "altitude")
    known = np.where(altitude == ALTITUDE_UNKNOWN, np.nan, altitude + ALTITUDE_FLOOR_M)
    return {"latitude_deg": latitude, "longitude_deg": longitude, "altitude_m": known}


def _read_place(octets: Octets) -> Place:
    latitude, longitude, height = np.frombuffer(octets.take(24, "place of the sensor"), "<f8").tolist()
    if not (abs(latitude) <= 90 and abs(longitude) <= 180 and -1000 <= height <= 100_000):
        raise ReleaseError("expected the sensor's place on the earth, was elsewhere: report it to the partner")
    return Place(latitude, longitude, height)


def _steps(values: Float64, step: float) -> np.ndarray[Any, Any]:
    steps = np.clip(np.rint(np.nan_to_num(values) / step), NONE + 1, -NONE - 1)
    return np.where(np.isnan(values), NONE, steps).astype("<i2")


def _values(steps: np.ndarray[Any, Any], step: float) -> Float64:
    found: Float64 = np.where(steps == NONE, np.nan, steps * step)
    return found
