"""Real flights with labels, cut into pieces: frozen before the first training; nothing was fitted to them.

Labels by file: glider_franconia is a glider, samu31 and rega_zh are helicopters, radiosonde files are balloons,
uav_rot is a multirotor (it hovers, stops and turns on the spot), calibration_bornholm is a twin turboprop: light
aircraft. In the Swiss hours and the Stone Soup states an airliner is whose callsign is three letters and a number
and who flies faster than 100 m/s at some time; all others there have no label. Fire-fighting is mixed and left out.
Cut where more than 60 s are missing (balloons: 120 s), then into pieces of 180 s; each piece is a track that begins
anew. A flight (one aircraft in one file) is what figures are drawn again by.
"""

from __future__ import annotations

import csv
import gzip
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from sargas.model.columns import Float64

FOOT_M, KNOT_MPS = 0.3048, 0.514444
PIECE_S, SHORTEST_S = 180.0, 20.0
MOST_PIECES = 3
"""Of one airliner: there are hundreds."""
AIRLINE = re.compile(r"^[A-Z]{3}\d+[A-Z]{0,2}$")
GLIDER, HELICOPTER, TWIN = "glider", "helicopter", "light_aircraft"


@dataclass(frozen=True)
class Piece:
    """One stretch of a real flight: states (n, 7) of time s, latitude, longitude, altitude m, velocity."""

    label: str
    flight: str
    states: Float64


def read_pieces(folder: Path) -> list[Piece]:
    """Read every labelled piece of ``shared/data/real``."""
    return [piece for label, flight, states in _flights(folder) for piece in _cut(label, flight, states)]


def _flights(folder: Path) -> Iterator[tuple[str, str, Float64]]:
    named = {
        "glider_franconia": GLIDER, "ambulances__samu31": HELICOPTER, "ambulances__rega_zh": HELICOPTER,
        "calibration_bornholm": TWIN,
    }  # fmt: skip
    for name, label in named.items():
        for aircraft, states, _ in _tables(folder / "adsb" / f"{name}.json.gz"):
            yield label, f"{name}/{aircraft}", states
    swiss = [("switzerland", *row) for row in _tables(folder / "adsb/switzerland.json.gz")]
    for name, aircraft, states, callsign in [*swiss, *(("opensky", *row) for row in _opensky(folder))]:
        speed = np.hypot(states[:, 4], states[:, 5])
        if AIRLINE.match(callsign) and np.nanmax(speed, initial=0.0) > 100.0:
            yield "airliner", f"{name}/{aircraft}", states[~(speed < 40.0)]
    yield "multirotor", "uav_rot", _drone(folder / "drone/uav_rot.csv")
    for path in sorted((folder / "balloon").glob("*.csv.gz")):
        yield "balloon", path.name, _balloon(path)


def _tables(path: Path) -> Iterator[tuple[str, Float64, str]]:
    rows = json.loads(gzip.decompress(path.read_bytes()))
    groups: dict[str, list[dict[str, object]]] = {}
    for row in rows:
        if not row.get("onground"):
            groups.setdefault(row["icao24"], []).append(row)
    for aircraft, group in sorted(groups.items()):
        columns = [
            _velocities(
                [row["timestamp"] for row in group], 1e-3, [row["latitude"] for row in group],
                [row["longitude"] for row in group], [row["altitude"] for row in group], FOOT_M,
                [row["groundspeed"] for row in group], KNOT_MPS, [row["track"] for row in group],
                [row["vertical_rate"] for row in group], FOOT_M / 60.0,
            )
        ]  # fmt: skip
        callsigns = [str(row["callsign"]) for row in group if row["callsign"]]
        yield aircraft, columns[0], max(set(callsigns), key=callsigns.count).strip() if callsigns else ""


def _opensky(folder: Path) -> Iterator[tuple[str, Float64, str]]:
    groups: dict[str, list[dict[str, str]]] = {}
    with (folder / "adsb/opensky_plane_states.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            if row["onground"] == "False":
                groups.setdefault(row["icao24"], []).append(row)
    for aircraft, group in sorted(groups.items()):
        pick = {name: [row[name] or None for row in group] for name in group[0]}
        yield aircraft, _velocities(
            pick["time"], 1.0, pick["lat"], pick["lon"], pick["baroaltitude"], 1.0, pick["velocity"], 1.0,
            pick["heading"], pick["vertrate"], 1.0,
        ), group[0]["callsign"].strip()  # fmt: skip


def _velocities(
    time: list[Any], second: float, latitude: list[Any], longitude: list[Any], altitude: list[Any], metre: float,
    speed: list[Any], mps: float, track: list[Any], climb: list[Any], climb_mps: float,
) -> Float64:  # fmt: skip
    columns = [np.array(values, float) for values in (time, latitude, longitude, altitude, speed, track, climb)]
    angle = np.deg2rad(columns[5])
    states = np.column_stack(
        [
            columns[0] * second, columns[1], columns[2], columns[3] * metre, columns[4] * mps * np.sin(angle),
            columns[4] * mps * np.cos(angle), columns[6] * climb_mps,
        ]
    )  # fmt: skip
    return states[np.isfinite(states[:, 1]) & np.isfinite(states[:, 2])]


def _drone(path: Path) -> Float64:
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    table = np.array([[float(r[k]) for k in ("timestamp", "latitude", "longitude", "altitude (m)")] for r in rows])
    return np.column_stack([table, np.full((len(table), 3), np.nan)])


def _balloon(path: Path) -> Float64:
    with gzip.open(path, "rt", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    table = np.array(
        [
            [
                datetime.fromisoformat(row["DateTime"]).replace(tzinfo=UTC).timestamp(), float(row["Latitude"]),
                float(row["Longitude"]), float(row["Altitude"]),
            ]
            for row in rows
            if row["Latitude"] and row["Altitude"]
        ]
    )  # fmt: skip
    return np.column_stack([table, np.full((len(table), 3), np.nan)])


def _cut(label: str, flight: str, states: Float64) -> Iterator[Piece]:
    states = states[np.argsort(states[:, 0], kind="stable")]
    states = states[np.concatenate([[True], np.diff(states[:, 0]) > 1e-3])]
    gap_s = 120.0 if label == "balloon" else 60.0
    pieces = []
    for run in np.split(states, np.flatnonzero(np.diff(states[:, 0]) > gap_s) + 1):
        number = ((run[:, 0] - run[0, 0]) // PIECE_S).astype(int)
        pieces += [part for k in range(number[-1] + 1) if len(part := run[number == k]) > 3]
    pieces = [part for part in pieces if part[-1, 0] - part[0, 0] >= SHORTEST_S]
    if label == "airliner":
        pieces = pieces[:: max(1, len(pieces) // MOST_PIECES)][:MOST_PIECES]
    return (Piece(label, flight, part) for part in pieces)
