"""Seeded scenes: a dozen objects with intents that nobody is told, three assets, a border, two radars, ADS-B.

What flies here knows nothing of how danger is judged. Drones go by way points and detours for an asset, past it, or
around it; all else flies as ``sargas.exercise.flights`` has it, put anywhere in the scene.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import atan2, cos, hypot, pi, sin

import numpy as np

from sargas.exercise.flights.fly import fly
from sargas.exercise.flights.kinds import KINDS, Kind
from sargas.geo.plane import RegionPlane
from sargas.model.columns import Float64
from sargas.model.records import Zone

SEEN_S, AHEAD_S = 105, 600
"""For how long sensors look, and how far beyond what happens is known."""
SECONDS = SEEN_S + AHEAD_S + 1
HALF_M = 35_000.0
INTENTS = ("attack", "stray", "recon", "traffic", "friend", "nature")
HARM = {"attack": 1.0, "stray": 0.5, "recon": 0.2}
"""What an entry of each intent does, of the worth of the asset; all else does none."""
TRAFFIC = ("light_aircraft", "circuit_aircraft", "twin_aircraft", "helicopter_transit", "helicopter_work",
           "airliner_cruise", "airliner_climb", "airliner_approach", "glider", "camera_multirotor")  # fmt: skip
NATURE = ("soaring_bird", "flapping_bird", "migrating_flock", "local_flock", "smuggler_balloon", "hot_air_balloon",
          "weather")  # fmt: skip
ANSWERS = {"airliner": 1.0, "light_aircraft": 0.7, "helicopter": 0.8, "glider": 0.4}
"""Share of a class that sends ADS-B."""
_KIND = {kind.kind: kind for kind in KINDS}


@dataclass(frozen=True)
class Flyer:
    """One object: what it is, what it wants, and where it is each second (n, 6: plane x, y, height m; rates m/s)."""

    kind: Kind
    intent: str
    states: Float64
    sends: bool
    rcs_dbsm: float


@dataclass(frozen=True)
class Scene:
    """All that is there, and the seconds at which each object is in each asset."""

    seed: int
    plane: RegionPlane
    assets: tuple[Zone, ...]
    border: Zone
    places: Float64
    """(assets, 3): plane x, y and radius, m."""
    flyers: tuple[Flyer, ...]

    def first_entry_s(self, flyer: Flyer, asset: int, from_s: int) -> float:
        """Return how long after a second the object is first inside an asset; infinite: not within what is known."""
        x, y, radius_m = self.places[asset]
        states = flyer.states[from_s : from_s + AHEAD_S + 1]
        inside = np.hypot(states[:, 0] - x, states[:, 1] - y) <= radius_m
        inside &= states[:, 2] <= self.assets[asset].ceiling_m
        return float(inside.argmax()) if inside.any() else float("inf")


def make_scene(seed: int) -> Scene:
    """Draw a scene."""
    rng = np.random.default_rng([seed, 77])
    plane = RegionPlane(float(rng.uniform(54.0, 58.5)), float(rng.uniform(21.5, 27.5)))
    bearing = rng.uniform(0.0, 2.0 * pi, 3) + np.arange(3) * 2.1
    centres = np.stack([np.sin(bearing), np.cos(bearing)], axis=1) * rng.uniform(4e3, 18e3, (3, 1))
    places = np.column_stack([centres, rng.uniform(1.5e3, 6e3, 3)])
    values = np.round(rng.uniform(1.0, 5.0, 3), 1)
    assets = tuple(
        Zone(id=f"asset-{k}", name=f"Asset {k}", kind="protected", value=float(values[k]), ceiling_m=3000.0,
             centre=_lon_lat(plane, places[k, 0], places[k, 1]), radius_m=float(places[k, 2]))
        for k in range(3)
    )  # fmt: skip
    flyers = [_drone("attack", places, rng) for _ in range(int(rng.integers(0, 4)))]
    flyers += [_drone("stray", places, rng) for _ in range(int(rng.integers(0, 2)))]
    flyers += [_drone("recon", places, rng) for _ in range(int(rng.integers(0, 2)))]
    flyers += [_other(_KIND[str(rng.choice(TRAFFIC))], "traffic", rng) for _ in range(int(rng.integers(3, 6)))]
    flyers += [_other(_KIND[str(rng.choice(NATURE))], "nature", rng) for _ in range(int(rng.integers(2, 5)))]
    flyers += [_drone("friend", places, rng) for _ in range(int(rng.integers(0, 2)))]
    return Scene(seed, plane, assets, _border(plane, rng), places, tuple(flyers))


def _lon_lat(plane: RegionPlane, x_m: float, y_m: float) -> tuple[float, float]:
    latitude, longitude = plane.geodetic_from_plane(np.array([x_m]), np.array([y_m]))
    return float(longitude[0]), float(latitude[0])


def _border(plane: RegionPlane, rng: np.random.Generator) -> Zone:
    """Draw a country that holds all assets and ends 22 to 30 km from the middle on one side."""
    angle, edge_m = rng.uniform(0.0, 2.0 * pi), rng.uniform(22e3, 30e3)
    ahead, aside = np.array([cos(angle), sin(angle)]), np.array([-sin(angle), cos(angle)])
    corners = [edge_m * ahead - 90e3 * aside, edge_m * ahead + 90e3 * aside, -90e3 * ahead + 90e3 * aside,
               -90e3 * ahead - 90e3 * aside]  # fmt: skip
    return Zone(id="border", name="Country", kind="border", polygon=tuple(_lon_lat(plane, *c) for c in corners))


def _drone(intent: str, places: Float64, rng: np.random.Generator) -> Flyer:
    """Fly a drone: to an asset by detours, straight through the scene, around an asset, or on a task of our own."""
    goal = places[rng.integers(len(places))]
    bearing = rng.uniform(0.0, 2.0 * pi)
    away_m = rng.uniform(8e3, 38e3)
    start = goal[:2] + away_m * np.array([cos(bearing), sin(bearing)])
    if intent == "attack":
        kind = _KIND[str(rng.choice(("shahed", "gerbera", "geran_jet"), p=(0.55, 0.35, 0.1)))]
        points = _detour(start, goal[:2], rng)
    elif intent == "stray":
        kind = _KIND[str(rng.choice(("shahed", "gerbera")))]
        aside = goal[:2] + rng.normal(0.0, 9e3, 2)
        points = [start, aside, aside + (aside - start) / np.linalg.norm(aside - start) * 90e3]
    else:
        kind = _KIND["recce_wing" if intent == "recon" else "mapping_wing"]
        radius_m = goal[2] * rng.uniform(0.3, 2.5) + 1500.0
        turns = bearing + np.arange(60) * (1.1 if rng.random() < 0.5 else -1.1)
        points = [start, *(goal[:2] + radius_m * np.stack([np.cos(turns), np.sin(turns)], axis=1))]
    low, high = kind.height_m
    height_m = low + (min(high, 1500.0) - low) * rng.random() ** 2
    speed_mps = rng.uniform(*kind.cruise_mps)
    states = _fly_points(points, float(speed_mps), float(height_m), rng)
    return Flyer(kind, intent, states, intent == "friend", float(rng.uniform(*kind.rcs_dbsm)))


def _detour(start: Float64, goal: Float64, rng: np.random.Generator) -> list[Float64]:
    """Draw up to three way points aside of the straight way; the drone flies on over its goal."""
    along = goal - start
    across = np.array([-along[1], along[0]])
    stops = np.sort(rng.uniform(0.1, 0.9, int(rng.integers(0, 4))))
    points = [start + s * along + across * float(np.clip(rng.normal(0.0, 0.12), -0.33, 0.33)) for s in stops]
    return [start, *points, goal, goal + along / np.linalg.norm(along) * 300.0]


def _fly_points(points: list[Float64], speed_mps: float, height_m: float, rng: np.random.Generator) -> Float64:
    """Fly by way points; what arrived at the last one stays there, on the ground."""
    turn = np.radians(rng.uniform(2.0, 6.0))
    (x, y), heading = points[0], atan2(points[1][1] - points[0][1], points[1][0] - points[0][0])
    rows, k, speed = [], 1, speed_mps
    for _ in range(SECONDS):
        if k < len(points) and hypot(points[k][0] - x, points[k][1] - y) < max(0.6 * speed / turn, 1.5 * speed):
            k += 1
        if k >= len(points):
            rows.append((x, y, 0.0, 0.0, 0.0, 0.0))
            continue
        off = (atan2(points[k][1] - y, points[k][0] - x) - heading + pi) % (2.0 * pi) - pi
        heading += min(max(off, -turn), turn) + np.radians(0.2) * rng.normal()
        speed += 0.05 * (speed_mps - speed) + 0.15 * rng.normal()
        rows.append((x, y, height_m, speed * cos(heading), speed * sin(heading), 0.0))
        x, y = x + speed * cos(heading), y + speed * sin(heading)
    return np.array(rows)


def _other(kind: Kind, intent: str, rng: np.random.Generator) -> Flyer:
    """Put a flight of a kind anywhere, its heading as it comes."""
    paths = fly(kind, 1, SECONDS, rng)
    states = np.column_stack([paths.position_m[0], paths.velocity_mps[0]])
    states[:, :2] += rng.uniform(-HALF_M, HALF_M, 2) - states[SEEN_S // 2, :2]
    sends = bool(rng.random() < ANSWERS.get(kind.flight_class, 0.0))
    return Flyer(kind, intent, states, sends, float(rng.uniform(*kind.rcs_dbsm)))
