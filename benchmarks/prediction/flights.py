"""Flights with truth: the recorded ones of shared/data, cut at gaps, and simulated ones; each with its class."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import os
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.prediction.motions import TRAINED_WANDERING, WANDERING, simulate_motion
from sargas.assessment.prediction.frame import FRAME, geodetic_from_plane, plane_from_geodetic, set_frame

KNOT_MPS, FOOT_M = 0.514444, 0.3048
Floats = np.ndarray[Any, np.dtype[np.float64]]
LEAST_STATES, LEAST_S = 12, 120.0
FARTHEST_M = 500e3


@dataclass(frozen=True)
class Flight:
    """One flight without gaps: its true places in a plane of its own, and what was reported of its velocity."""

    source: str
    name: str
    kind: str
    """Class of ``sargas.model.tracks.CLASSES``."""
    second: Floats
    place: Floats
    """(n, 3) x, y (m, in the plane of ``frame``), altitude (m)."""
    velocity: Floats
    """(n, 3) east, north, up (m/s); NaN: not reported."""
    frame: Floats

    @property
    def period_s(self) -> float:
        """Time between two states."""
        return float(np.median(np.diff(self.second)))

    def part(self) -> int:
        """Return 0 to 9 by name alone: which part of a split the flight is in, whatever else there is."""
        return int(hashlib.sha256(f"{self.source}/{self.name}".encode()).hexdigest(), 16) % 10

    def scaled(self, factor: float) -> Flight:
        """Return a flight of the same shape on another scale."""
        place = self.place * np.array([factor, factor, 1.0])
        return replace(self, place=place, velocity=self.velocity * factor)


def shared_data() -> Path | None:
    """Find the folder of recorded samples; none where there is none."""
    named = os.environ.get("SARGAS_SHARED")
    for folder in [Path(named)] if named else [p / "shared" for p in Path(__file__).resolve().parents]:
        if (folder / "data" / "real").is_dir():
            return folder / "data" / "real"
    return None


def recorded_flights(folder: Path) -> list[Flight]:
    """Read every recorded flight; sources keep their order, so that equal files give equal lists."""
    adsb = folder / "adsb"
    tables = (
        ("ambulances__rega_zh", "helicopter", 20.0),
        ("ambulances__samu31", "helicopter", 20.0),
        ("calibration_bornholm", "light_aircraft", 30.0),
        ("firefighting_calfire", "light_aircraft", 70.0),
        ("glider_franconia", "glider", 40.0),
        ("switzerland", "airliner", 30.0),
    )
    flights: list[Flight] = []
    for name, kind, gap_s in tables:
        flights += _state_table(adsb / f"{name}.json.gz", name, kind, gap_s)
    flights += _opensky(adsb / "opensky_plane_states.csv")
    flights += _readsb(adsb / "readsb_trace_ac671b.json")
    flights += _drone(folder / "drone" / "uav_rot.csv")
    for path in sorted((folder / "balloon").glob("*.csv.gz")):
        flights += _balloon(path)
    return flights


def simulated_flight(
    kind: str, duration_s: int, generator: np.random.Generator, wandering: float | None = None
) -> Flight:
    """Fly one object of a kind somewhere in Europe; ``wandering`` is that of ``motions``, of the kind where none is."""
    share = WANDERING.get(kind, TRAINED_WANDERING) if wandering is None else wandering
    motion = simulate_motion(kind, duration_s, generator, share)
    frame = np.zeros(FRAME)
    set_frame(frame, generator.uniform(40.0, 60.0), generator.uniform(0.0, 30.0))
    return Flight(f"simulated {kind}", "", kind, motion[:, 0], motion[:, 1:4], motion[:, 4:7], frame)


def _cut(source: str, name: str, kind: str, gap_s: float, rows: Sequence[tuple[float, ...]]) -> Iterator[Flight]:
    """Sort rows of (second, latitude, longitude, altitude, east, north, up) and cut them at gaps."""
    table = np.array(rows, np.float64)
    table = table[np.isfinite(table[:, :3]).all(axis=1)]
    table = table[np.argsort(table[:, 0], kind="stable")]
    table = table[np.r_[True, np.diff(table[:, 0]) > 0.0]]
    pieces = [
        piece for part in np.split(table, np.flatnonzero(np.diff(table[:, 0]) > gap_s) + 1) for piece in _near(part)
    ]
    for number, part in enumerate(pieces):
        if len(part) < LEAST_STATES or part[-1, 0] - part[0, 0] < LEAST_S:
            continue
        frame = np.zeros(FRAME)
        set_frame(frame, part[0, 1], part[0, 2])
        plane = np.array([plane_from_geodetic(frame, latitude, longitude) for latitude, longitude in part[:, 1:3]])
        yield Flight(
            source, f"{name}/{number}", kind, part[:, 0] - part[0, 0], np.column_stack([plane, part[:, 3]]),
            part[:, 4:7], frame,
        )  # fmt: skip


def _near(part: Floats) -> Iterator[Floats]:
    """Cut where a flight leaves the part of its plane that is true to metres."""
    while len(part):
        east = np.radians(part[:, 2] - part[0, 2]) * np.cos(np.radians(part[0, 1]))
        far = np.flatnonzero(np.hypot(east, np.radians(part[:, 1] - part[0, 1])) * 6_371e3 > FARTHEST_M)
        end = int(far[0]) if len(far) else len(part)
        yield part[:end]
        part = part[end:]


def _over_ground(speed_mps: float, course_deg: float) -> tuple[float, float]:
    course = np.radians(course_deg)
    return float(speed_mps * np.sin(course)), float(speed_mps * np.cos(course))


def _number(value: Any) -> float:
    return float("nan") if value in (None, "", "ground") else float(value)


def _state_table(path: Path, source: str, kind: str, gap_s: float) -> Iterator[Flight]:
    groups: dict[str, list[tuple[float, ...]]] = defaultdict(list)
    for row in json.loads(gzip.decompress(path.read_bytes())):
        velocity = _over_ground(_number(row["groundspeed"]) * KNOT_MPS, _number(row["track"]))
        groups[f"{row['icao24']}{row.get('flight_id', '')}"].append(
            (row["timestamp"] / 1e3, _number(row["latitude"]), _number(row["longitude"]),
             _number(row["altitude"]) * FOOT_M, *velocity, _number(row["vertical_rate"]) * FOOT_M / 60.0)
        )  # fmt: skip
    for name, rows in groups.items():
        yield from _cut(source, name, kind, gap_s, rows)


def _opensky(path: Path) -> Iterator[Flight]:
    groups: dict[str, list[tuple[float, ...]]] = defaultdict(list)
    with path.open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            if row["time"] == "time" or not row["lat"] or row["onground"] == "True":
                continue
            velocity = _over_ground(_number(row["velocity"]), _number(row["heading"]))
            groups[row["icao24"]].append(
                (_number(row["lastposupdate"]), _number(row["lat"]), _number(row["lon"]), _number(row["baroaltitude"]),
                 *velocity, _number(row["vertrate"]))
            )  # fmt: skip
    for name, rows in groups.items():
        yield from _cut("opensky", name, "airliner", 40.0, rows)


def _readsb(path: Path) -> Iterator[Flight]:
    rows = [
        (row[0], row[1], row[2], _number(row[3]) * FOOT_M, *_over_ground(_number(row[4]) * KNOT_MPS, _number(row[5])),
         _number(row[7]) * FOOT_M / 60.0)
        for row in json.loads(path.read_text(encoding="utf-8"))["trace"]
    ]  # fmt: skip
    yield from _cut("readsb", "ac671b", "airliner", 60.0, rows)


def _drone(path: Path) -> Iterator[Flight]:
    with path.open(encoding="utf-8") as lines:
        rows = [
            (_number(row["timestamp"]), _number(row["latitude"]), _number(row["longitude"]),
             _number(row["altitude (m)"]), _number(row["Vx m/s"]), _number(row["Vy m/s"]), float("nan"))
            for row in csv.DictReader(lines)
        ]  # fmt: skip
    yield from _cut("uav_rot", "uav_rot", "multirotor", 20.0, rows)


def _balloon(path: Path) -> Iterator[Flight]:
    text = io.StringIO(gzip.decompress(path.read_bytes()).decode("utf-8"))
    rows = [
        (datetime.fromisoformat(row["DateTime"] + "+00:00").timestamp(), _number(row["Latitude"]),
         _number(row["Longitude"]), _number(row["Altitude"]),
         *_over_ground(_number(row["Speed"]) / 3.6, _number(row["Course"])), float("nan"))
        for row in csv.DictReader(text, delimiter=";")
    ]  # fmt: skip
    yield from _cut("radiosonde", path.name.partition(".")[0], "balloon", 60.0, rows)


def places_on_earth(frame: Floats, plane: Floats) -> Floats:
    """Return latitude and longitude (n, 2) of points of a flight's plane."""
    return np.array([geodetic_from_plane(frame, x, y) for x, y in plane])
