"""Zones and tracks in plane kilometres for the alert tests."""

from __future__ import annotations

from typing import Any

import numpy as np

from sargas.assessment.zone_entry import ZoneEntry
from sargas.geo.plane import RegionPlane
from sargas.model.columns import NS_PER_S
from sargas.model.label import Label
from sargas.model.records import Zone
from sargas.model.tracks import UP_VARIANCE, Tracks, TrackStatus

PLANE = RegionPlane(55.0, 24.0)
NODE = Label(originator="vilnius", releasable_to=("LTU", "LVA"))
SENSORS = Label(originator="LTU", releasable_to=("LTU", "POL"), caveats=("TRIAL",))
START_NS = 1_800_000_000 * NS_PER_S


def square(zone_id: str, kind: str, x_km: float, y_km: float, half_km: float, **fields: Any) -> Zone:
    """Make a square zone around a plane point, km."""
    x = np.array([-1, 1, 1, -1]) * half_km + x_km
    y = np.array([-1, -1, 1, 1]) * half_km + y_km
    latitudes, longitudes = PLANE.geodetic_from_plane(x * 1e3, y * 1e3)
    ring = tuple(zip(longitudes.tolist(), latitudes.tolist(), strict=True))
    return Zone.model_validate({"id": zone_id, "name": zone_id.title(), "kind": kind, "polygon": ring} | fields)


BORDER = square("lithuania", "border", 0, 0, 100)
PLANT = square("plant", "protected", 0, 0, 5, ceiling_m=3000.0)
RANGE = square("range", "restricted", 50, 50, 5)
ZONES = (BORDER, PLANT, RANGE)


def start(zones: tuple[Zone, ...] = ZONES, *, exercise: bool = False) -> ZoneEntry:
    """Start an assessment that knows no track."""
    return ZoneEntry.of(zones, PLANE, node=NODE, exercise=exercise)


def at(seconds: float) -> int:
    """Return the time, UTC ns, some seconds into the test."""
    return START_NS + round(seconds * NS_PER_S)


def tracks_at(seconds: float, *rows: dict[str, Any]) -> Tracks:
    """Make a batch; a row has id, x and y (km), and may have vx, vy (m/s), altitude, height_sigma (m) ..."""
    column = {name: [row.get(name, default) for row in rows] for name, default in _DEFAULTS.items()}
    covariance = np.full((len(rows), 21), np.nan)
    covariance[:, UP_VARIANCE] = np.array(column["height_sigma"], float) ** 2
    latitudes, longitudes = PLANE.geodetic_from_plane(np.array(column["x"], float) * 1e3, np.array(column["y"]) * 1e3)
    return Tracks.of(
        time_ns=np.full(len(rows), at(seconds), np.int64),
        track_id=np.array(column["id"], np.int64),
        latitude_deg=np.asarray(latitudes),
        longitude_deg=np.asarray(longitudes),
        altitude_m=np.array(column["altitude"], float),
        velocity_east_mps=np.array(column["vx"], float),
        velocity_north_mps=np.array(column["vy"], float),
        velocity_up_mps=np.array(column["vz"], float),
        status=np.array(column["status"], np.uint8),
        icao_address=np.array(column["icao"], np.int32),
        mode_3a=np.array(column["mode_3a"], np.int16),
        callsign=np.array(column["callsign"], "S8"),
        flags=np.array(column["flags"], np.uint16),
        covariance=covariance,
        contributing=np.array([[mask] for mask in column["seen_by"]], np.uint64).reshape(-1, 1),
        sensor_ids=("radar-a", "adsb-b"),
        label=SENSORS,
    )


_DEFAULTS: dict[str, Any] = {
    "id": 1,
    "x": 0.0,
    "y": 0.0,
    "altitude": 300.0,
    "height_sigma": np.nan,
    "vx": 0.0,
    "vy": 0.0,
    "vz": 0.0,
    "status": TrackStatus.CONFIRMED,
    "icao": -1,
    "mode_3a": -1,
    "callsign": b"",
    "flags": 0,
    "seen_by": 1,
}
