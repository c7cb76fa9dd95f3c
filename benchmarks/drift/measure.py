"""Run one night through the product's drifting and say what became of its words."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import shapely
from numpy.typing import NDArray

from sargas.assessment.drift.drifters import MOST_A_TICK
from sargas.geo.plane import RegionPlane
from sargas.model.columns import NS_PER_S, Float64
from sargas.model.drift_records import WindLevel, WindTable
from sargas.model.label import Label
from sargas.model.records import ClosureAdvice, ClosureRule, Configuration, DriftForecast, LaunchEstimate, Zone
from sargas.model.tracks import CLASSES, Tracks
from sargas.picture import drifting as in_picture
from sargas.picture.drifting import Drifting

from .filter import Row, track
from .nights import LEVELS_M, STEP_S, Night, make_night

AIRPORT = (54.634, 25.286)
START_NS = 1_790_020_800 * NS_PER_S
CEILING_M = 3000.0
RUNWAY_DEG = 12.0
TELL_S = 30.0
"""The product is asked so often here; live each drifter has its turn every 10 s, of thirty every 30 s."""
Marks = NDArray[np.bool_]
Covered = tuple[float, bool, float, int, float, int]
Launched = tuple[float, bool, bool, bool, int]


def volume() -> shapely.Polygon:
    """Return the protected volume's ring, metres of the airport: a circle of 8 km and two funnels of 20 km."""
    along = np.array([np.sin(np.deg2rad(RUNWAY_DEG)), np.cos(np.deg2rad(RUNWAY_DEG))])
    side = np.array([along[1], -along[0]])
    parts = [shapely.Point(0.0, 0.0).buffer(8000.0, quad_segs=6)]
    for way in (1.0, -1.0):
        corners = [1000.0 * side, -1000.0 * side, way * 20_000.0 * along - 3500.0 * side]
        parts.append(shapely.Polygon([*corners, way * 20_000.0 * along + 3500.0 * side]))
    return shapely.union_all(parts)


VOLUME = volume()
PLANE = RegionPlane(*AIRPORT)


def tell_seldom() -> None:
    """Let forecasts be told, and judged, each 120 s in this process; live each 30 s, of the same ensembles."""
    in_picture.TOLD_EVERY_NS = 120 * NS_PER_S


def configuration(rule: ClosureRule | None = None) -> Configuration:
    """Return a node with one airport."""
    x, y = np.asarray(VOLUME.exterior.coords)[:-1].T
    latitude, longitude = PLANE.geodetic_from_plane(x, y)
    zone = Zone(
        id="EYVI", name="Vilnius", kind="protected", closes=True, floor_m=-100.0, ceiling_m=CEILING_M,
        polygon=tuple(zip(longitude.tolist(), latitude.tolist(), strict=True)),
    )  # fmt: skip
    return Configuration(
        id="c", time_ns=0, origin="bench", label=Label(), node="bench", nation="LTU", exercise=True,
        origin_latitude_deg=AIRPORT[0], origin_longitude_deg=AIRPORT[1], zones=(zone,), closure=rule or ClosureRule(),
    )  # fmt: skip


def table_of(night: Night) -> WindTable:
    """Return the forecast the node is given: the wind without what it does not know, its sigma always 2.5 m/s."""
    east, north = night.wind.table_mps
    levels = zip(LEVELS_M.tolist(), east.tolist(), north.tolist(), strict=True)
    return WindTable(
        id="w", time_ns=START_NS, origin="bench", label=Label(), table_id="forecast", source="forecast",
        valid_ns=START_NS + 3600 * NS_PER_S,
        levels=tuple(WindLevel(altitude_m=z, east_mps=u, north_mps=v, sigma_mps=2.5) for z, u, v in levels),
    )  # fmt: skip


@dataclass
class Told:
    """What the product told of a night."""

    night: Night
    forecasts: list[DriftForecast] = field(default_factory=list)
    launches: list[LaunchEstimate] = field(default_factory=list)
    advice: list[ClosureAdvice] = field(default_factory=list)
    balloon_of: dict[int, int] = field(default_factory=dict)
    first_seen: dict[int, tuple[float, float]] = field(default_factory=dict)
    tracked_m: list[tuple[float, np.ndarray]] = field(default_factory=list)
    """By second: places (n, 3) of all tracks."""
    cpu_s: float = 0.0
    drifters: list[int] = field(default_factory=list)


def tracks_of(rows: Sequence[Row], time_s: float) -> Tracks:
    """Put the filter's rows on the globe."""
    n = len(rows)
    x = np.array([row.x for row in rows]).reshape(n, 6)
    latitude, longitude = PLANE.geodetic_from_plane(x[:, 0], x[:, 1])
    upper = np.triu_indices(6)
    probabilities = np.full((n, len(CLASSES)), 0.2 / (len(CLASSES) - 1), np.float32)
    probabilities[:, CLASSES.index("balloon")] = [0.8 if row.age_s > 60.0 else 0.3 for row in rows]
    now = np.full(n, START_NS + round(time_s * NS_PER_S))
    return Tracks.of(
        time_ns=now,
        update_time_ns=now - np.array([round(row.missed_s * NS_PER_S) for row in rows], np.int64).reshape(n),
        track_id=np.array([row.number for row in rows], np.int64).reshape(n),
        latitude_deg=latitude, longitude_deg=longitude, altitude_m=x[:, 2], velocity_east_mps=x[:, 3],
        velocity_north_mps=x[:, 4], velocity_up_mps=x[:, 5], label=Label(),
        covariance=np.array([row.p[upper] for row in rows]).reshape(n, 21),
        class_probabilities=probabilities, existence=np.full(n, 0.98, np.float32),
    )  # fmt: skip


def run_night(seed: int, *, with_table: bool = True, rule: ClosureRule | None = None) -> Told:
    """Run a night."""
    tell_seldom()
    told = Told(make_night(seed))
    drifting = Drifting.of(configuration(rule), PLANE)
    if with_table:
        drifting.hear(table_of(told.night), START_NS)
    for time_s, rows in track(told.night):
        tracks = tracks_of(rows, time_s)
        for row in rows:
            told.balloon_of[row.number] = row.balloon
            told.first_seen.setdefault(row.balloon, (time_s, row.x[2]))
        told.tracked_m.append((time_s, np.array([row.x[:3] for row in rows]).reshape(-1, 3)))
        if time_s % TELL_S:
            continue
        began = time.process_time()
        messages = list(drifting.tick(tracks, START_NS + round(time_s * NS_PER_S)))
        for second in range(1, -(-len(drifting.drifters.by_track) // MOST_A_TICK)):
            # the ticks between, where the others have their turn
            messages += drifting.tick(tracks, START_NS + round((time_s + second) * NS_PER_S))
        told.cpu_s += time.process_time() - began
        told.drifters.append(len(drifting.drifters.by_track))
        told.forecasts += [one for one in messages if isinstance(one, DriftForecast)]
        told.launches += [one for one in messages if isinstance(one, LaunchEstimate)]
        told.advice += [one for one in messages if isinstance(one, ClosureAdvice)]
    return told


def truth_m(night: Night, balloon: int, time_s: float) -> Float64 | None:
    """Return where a balloon truly is, east and north m; None when the night is over."""
    at = time_s / STEP_S
    k = int(at)
    if k + 1 >= len(night.place):
        return None
    return night.place[k, balloon] + (at - k) * (night.place[k + 1, balloon] - night.place[k, balloon])


def coverage(told: Told) -> list[Covered]:
    """Return rows of (horizon s, is within, area km2, phase, miss m, balloon) of every forecast that can be judged."""
    rows = []
    for forecast in told.forecasts:
        if forecast.state != "current":
            continue
        time_s = (forecast.time_ns - START_NS) / NS_PER_S
        balloon = told.balloon_of[forecast.track_id]
        phase = int(told.night.phase[int(time_s / STEP_S), balloon])
        for place in forecast.places:
            true = truth_m(told.night, balloon, time_s + place.ahead_s)
            if true is None:
                continue
            inside = bool(shapely.contains_xy(_on_plane(place.region_90), true[0], true[1]))
            mx, my = PLANE.plane_from_geodetic(place.latitude_deg, place.longitude_deg)
            miss = float(np.hypot(mx - true[0], my - true[1]))
            rows.append((place.ahead_s, inside, place.area_km2, phase, miss, balloon))
    return rows


def launches(told: Told) -> list[Launched]:
    """Return rows of (error m, in the 50 % region, in the 90 % region, time in its window, balloons)."""
    rows = []
    latest = {one.launch_id: one for one in told.launches}
    for one in latest.values():
        balloons = sorted({told.balloon_of[number] for number in one.track_ids})
        site = told.night.launch_m[balloons].mean(axis=0)
        x, y = (float(v) for v in PLANE.plane_from_geodetic(one.latitude_deg, one.longitude_deg))
        half, most = (bool(shapely.contains_xy(_on_plane(ring), *site)) for ring in (one.region_50, one.region_90))
        times = told.night.launch_s[balloons]
        first_s, last_s = ((t - START_NS) / NS_PER_S for t in (one.earliest_ns, one.latest_ns))
        is_time = bool(first_s - 60.0 <= times.min() and times.max() <= last_s + 60.0)
        rows.append((float(np.hypot(x - site[0], y - site[1])), half, most, is_time, len(balloons)))
    return rows


def _on_plane(ring: Sequence[tuple[float, float]]) -> shapely.Polygon:
    points = np.array(ring)
    return shapely.Polygon(np.column_stack(PLANE.plane_from_geodetic(points[:, 1], points[:, 0])))


@dataclass
class Closed:
    """Minutes closed, entries, and entries of which the airport was open or told too late."""

    minutes: float
    entries: int
    missed: int
    short_notice: int
    spans: int


def inside_volume(night: Night) -> Marks:
    """Return (steps, n): which balloons are truly in the volume, in the air."""
    z = np.nan_to_num(night.place[..., 2], nan=-1.0)
    flat = shapely.contains_xy(VOLUME, np.nan_to_num(night.place[..., 0], nan=1e9), np.nan_to_num(night.place[..., 1]))
    return flat & (night.phase > 0) & (z <= CEILING_M)


def judge_closures(night: Night, closed: np.ndarray, told_at: np.ndarray, lead_s: float) -> Closed:
    """Judge a night's closed steps; ``told_at``: when each step's closure had been told, s."""
    inside = inside_volume(night)
    entries = missed = short = 0
    for k in range(inside.shape[1]):
        for step in np.flatnonzero(inside[1:, k] & ~inside[:-1, k]) + 1:
            entries += 1
            missed += not closed[step]
            short += bool(closed[step] and step * STEP_S - told_at[step] < lead_s)
        # open again while one is still inside is missed as well
        missed += int(np.any(inside[1:, k] & inside[:-1, k] & ~closed[1:] & closed[:-1]))
    spans = int(np.sum(closed[1:] & ~closed[:-1]) + closed[0])
    return Closed(float(closed.sum() * STEP_S / 60.0), entries, missed, short, spans)


def advised(told: Told) -> tuple[Marks, Float64]:
    """Return which steps are closed as advised, and when that was told."""
    steps = len(told.night.place)
    times = told.night.times_s
    closed, told_at = np.zeros(steps, bool), np.full(steps, np.inf)
    open_from: float | None = None
    since, first_told = 0.0, np.inf
    for one in told.advice:
        now_s = (one.time_ns - START_NS) / NS_PER_S
        if open_from is not None and one.state in ("close", "closed", "reopen", "called_off"):
            mark = (times >= open_from) & (times < now_s) & (times >= since)
            closed |= mark
            told_at[mark & ~np.isfinite(told_at)] = first_told
        if one.state in ("close", "closed"):
            first_told = now_s if open_from is None else first_told
            open_from, since = max((one.from_ns - START_NS) / NS_PER_S, 0.0), now_s if open_from is None else since
            since = min(since, now_s)
        else:
            open_from = None
    if open_from is not None:
        mark = times >= max(open_from, since)
        closed |= mark
        told_at[mark & ~np.isfinite(told_at)] = first_told
    return closed, told_at


def plot_driven(told: Told, radius_m: float, after_s: float) -> Marks:
    """Return which steps a plot-driven rule closes: any track within a radius of the volume, and so long after."""
    steps = len(told.night.place)
    closed = np.zeros(steps, bool)
    wide = VOLUME.buffer(radius_m)
    shapely.prepare(wide)
    last = -np.inf
    for step, (time_s, places) in enumerate(told.tracked_m):
        if len(places) and shapely.contains_xy(wide, places[:, 0], places[:, 1]).any():
            last = time_s
        closed[step] = time_s - last <= after_s
    return closed
