"""Who is in the sky: how many of each kind, where they start, what they are called, and who replaces who has left."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from sargas.exercise.fleet import Fleet, Mask
from sargas.exercise.routes import (
    FIELD_SPREAD_M,
    GATE_SPREAD_M,
    OUTSIDE_M,
    WayIn,
    draw_over_land,
    find_ways_in,
    plane_points,
)
from sargas.exercise.tables import KINDS, PLACES, Kind
from sargas.exercise.wind import Wind
from sargas.model.columns import NO_CODE, Float64, Int64
from sargas.model.label import Nation

FIXED_COUNTS = {"friendly_drone": 1, "weather_echo": 4}
"""Objects a night has whatever its size: one drone of our own, one shower seen as four echoes."""
FIRST_CROSSING_S = 60.0
CROSSING_EVERY_S = 150.0
ALL_CROSS_WITHIN_S = 2400.0
LEAD_S = 2000.0
"""An intruder is in the air for at most so long before it crosses."""
OLDEST_BALLOON_S = 4000.0
FIRST_ADDRESS = 0xF00000
"""Addresses of no state's block, so that no simulated report names a real aircraft."""
AIRLINES = ("AMB", "BLT", "NMN", "VST", "DZK", "KRS", "GNT", "LDS")
"""Invented designators."""

_LOWEST_M, _HIGHEST_M = (np.array([kind.height_m[side] for kind in KINDS]) for side in (0, 1))


@dataclass(slots=True)
class Population:
    """Make and renew the fleets of one night; ``nations`` bound where objects live and which ways in exist."""

    nations: tuple[Nation, ...]
    wind: Wind
    ways_in: tuple[WayIn, ...] = field(init=False)
    next_object_id: int = 0
    across: bool = False
    """Intruders fly on over borders between nations."""

    def __post_init__(self) -> None:
        self.ways_in = find_ways_in(self.nations, self.across)

    def make_intruders(self, targets: int, rng: np.random.Generator) -> Fleet:
        """Make the one-way drones; object ids count from 0."""
        kinds = [index for index, kind in enumerate(KINDS) if kind.behaviour == "intrude"]
        shares = np.array([KINDS[index].share for index in kinds])
        count = max(4, round(targets * float(shares.sum()))) if self.ways_in else 0
        fleet = self._make(rng.choice(kinds, count, p=shares / shares.sum()), rng)
        every_s = min(CROSSING_EVERY_S, ALL_CROSS_WITHIN_S / max(count, 1))
        for row in range(count):
            in_pair = row % 5 == 4
            crossing_s = FIRST_CROSSING_S + row * every_s - (0.8 * every_s if in_pair else 0.0)
            self._send_intruder(fleet, row, (row - in_pair) * self._way_stride(), crossing_s, rng)
        return fleet

    def make_traffic(self, targets: int, rng: np.random.Generator) -> Fleet:
        """Make everything that is no intruder."""
        counts = [
            FIXED_COUNTS.get(kind.kind, round(targets * kind.share)) if kind.behaviour != "intrude" else 0
            for kind in KINDS
        ]
        fleet = self._make(np.repeat(np.arange(len(KINDS)), counts), rng)
        rows = np.arange(len(fleet))
        self._start_routes(fleet, rows[fleet.behaves("route")], rng, anywhere=True)
        self._start_wanderers(fleet, rows[fleet.behaves("wander")], rng)
        self._start_drifters(fleet, rows[fleet.behaves("drift")], rng, anywhere=True)
        return fleet

    def renew(self, fleet: Fleet, gone: Mask, time_s: float, rng: np.random.Generator) -> None:
        """Replace objects whose flight is over by new ones of the same kind, with new identities."""
        rows = np.flatnonzero(gone)
        if not len(rows):
            return
        self._name(fleet, rows, rng)
        routes, drifters, intruders = (
            rows[fleet.behaves(behaviour)[rows]] for behaviour in ("route", "drift", "intrude")
        )
        self._start_routes(fleet, routes, rng, anywhere=False)
        self._start_drifters(fleet, drifters, rng, anywhere=False)
        fleet.start_s[routes] = time_s + rng.uniform(0.0, 60.0, len(routes))
        for row in intruders.tolist():
            way = int(rng.integers(len(self.ways_in)))
            self._send_intruder(fleet, row, way, time_s + float(rng.uniform(300.0, 1500.0)), rng, after_s=time_s)

    def _way_stride(self) -> int:
        """Return a step that visits every way in before it visits one twice, far apart one after the other."""
        return next(step for step in (7, 5, 3, 2, 1) if step == 1 or len(self.ways_in) % step)

    def _make(self, kinds: Int64, rng: np.random.Generator) -> Fleet:
        n = len(kinds)
        lows, highs = (np.array([kind.speed_mps[side] for kind in KINDS])[kinds] for side in (0, 1))
        fleet = Fleet(
            kind=np.array(kinds, np.int64),
            object_id=np.zeros(n, np.int64),
            **{name: np.zeros(n) for name in _REAL_COLUMNS},
            lands=np.zeros(n, bool),
            icao_address=np.full(n, NO_CODE, np.int32),
            mode_3a=np.full(n, NO_CODE, np.int16),
            callsign=np.zeros(n, "S8"),
            sends_adsb=np.zeros(n, bool),
            answers=np.zeros(n, bool),
        )
        fleet.cruise_mps[:] = rng.uniform(lows, highs)
        fleet.speed_mps[:] = fleet.cruise_mps
        fleet.heading_rad[:] = rng.uniform(-np.pi, np.pi, n)
        fleet.goal_height_m[:] = rng.uniform(_LOWEST_M[fleet.kind], _HIGHEST_M[fleet.kind])
        fleet.height_m[:] = fleet.goal_height_m
        self._name(fleet, np.arange(n), rng)
        return fleet

    def _name(self, fleet: Fleet, rows: Int64, rng: np.random.Generator) -> None:
        """Give new identities: object id, radar cross-section, and what a transponder would say."""
        draws = rng.random((2, len(rows)))
        codes = rng.integers(0o1000, 0o7000, len(rows))
        fleet.object_id[rows] = self.next_object_id + np.arange(len(rows))
        self.next_object_id += len(rows)
        for place, row in enumerate(rows.tolist()):
            kind = KINDS[fleet.kind[row]]
            fleet.answers[row] = draws[0, place] < kind.transponder
            fleet.sends_adsb[row] = fleet.answers[row] and draws[1, place] * kind.transponder < kind.adsb
            answers = bool(fleet.answers[row])
            object_id = int(fleet.object_id[row])
            fleet.icao_address[row] = FIRST_ADDRESS + object_id % 0xFFFFF if answers else NO_CODE
            fleet.mode_3a[row] = codes[place] if answers else NO_CODE
            fleet.callsign[row] = _callsign(kind, object_id) if answers else b""
            fleet.rcs_dbsm[row] = rng.uniform(*kind.rcs_dbsm)

    def _start_routes(self, fleet: Fleet, rows: Int64, rng: np.random.Generator, *, anywhere: bool) -> None:
        """Start airliners between gates and airports, small aircraft between fields; or put them along their way."""
        is_large = _LOWEST_M[fleet.kind[rows]] > 5000.0
        legs = rng.choice(3, len(rows), p=(0.45, 0.3, 0.25))
        from_gate, to_gate = is_large & (legs < 2), is_large & (legs != 1)
        origin = _draw_ends(rng, is_large, from_gate)
        goal = _draw_ends(rng, is_large, to_gate)
        way = goal - origin
        share = rng.uniform(0.02, 0.9, len(rows)) if anywhere else np.zeros(len(rows))
        fleet.x_m[rows], fleet.y_m[rows] = (origin + way * share[:, None]).T
        fleet.goal_x_m[rows], fleet.goal_y_m[rows] = goal.T
        fleet.next_x_m[rows], fleet.next_y_m[rows] = goal.T
        fleet.heading_rad[rows] = np.arctan2(way[:, 0], way[:, 1])
        fleet.lands[rows] = ~to_gate
        flown_m, left_m = np.hypot(*way.T) * share, np.hypot(*way.T) * (1 - share)
        goal_height = rng.uniform(_LOWEST_M[fleet.kind[rows]], _HIGHEST_M[fleet.kind[rows]])
        climbed = np.where(from_gate, goal_height, np.minimum(goal_height, 50.0 + 0.045 * flown_m))
        coming_down = np.where(to_gate, goal_height, np.minimum(goal_height, 50.0 + 0.05 * left_m))
        fleet.goal_height_m[rows] = goal_height
        fleet.height_m[rows] = np.minimum(climbed, coming_down)

    def _start_wanderers(self, fleet: Fleet, rows: Int64, rng: np.random.Generator) -> None:
        home = draw_over_land(rng, self.nations, len(rows))
        own = np.array([KINDS[kind].kind == "friendly_drone" for kind in fleet.kind[rows]], bool)
        if self.ways_in:
            home[own] = self.ways_in[0].border + (self.ways_in[0].goal - self.ways_in[0].border) * 0.4
        fleet.goal_x_m[rows], fleet.goal_y_m[rows] = home.T
        fleet.next_x_m[rows], fleet.next_y_m[rows] = home.T
        fleet.x_m[rows], fleet.y_m[rows] = (home + rng.normal(0.0, 2500.0, home.shape)).T

    def _start_drifters(self, fleet: Fleet, rows: Int64, rng: np.random.Generator, *, anywhere: bool) -> None:
        """Launch balloons beyond the border; at the start of the night they have been drifting for a while."""
        is_weather = np.array([KINDS[kind].kind == "weather_echo" for kind in fleet.kind[rows]], bool)
        borders = np.array([way.border for way in self.ways_in]) if self.ways_in else np.zeros((1, 2))
        outward = np.array([(way.start - way.border) / OUTSIDE_M for way in self.ways_in]) if self.ways_in else borders
        from_way = rng.integers(len(borders), size=len(rows))
        place = borders[from_way] + outward[from_way] * rng.uniform(8e3, 50e3, (len(rows), 1))
        place += rng.normal(0.0, 5000.0, place.shape)
        age_s = rng.uniform(0.0, OLDEST_BALLOON_S, len(rows)) if anywhere else np.zeros(len(rows))
        age_s[is_weather] = 0.0
        goal_height = fleet.goal_height_m[rows]
        climb_mps = np.array([max(KINDS[kind].climb_mps, 0.1) for kind in fleet.kind[rows]])
        height = np.where(is_weather, goal_height, np.minimum(goal_height, climb_mps * age_s + 20.0))
        east, north = self.wind.at(0.6 * height)
        place += np.stack([east, north], axis=-1) * age_s[:, None]
        place[is_weather] = _PLACE_OF_SHOWER + rng.normal(0.0, 2500.0, (int(is_weather.sum()), 2))
        fleet.x_m[rows], fleet.y_m[rows] = place.T
        fleet.height_m[rows] = height
        fleet.speed_mps[rows], fleet.heading_rad[rows] = np.hypot(east, north), np.arctan2(east, north)

    def _send_intruder(
        self,
        fleet: Fleet,
        row: int,
        way_index: int,
        crossing_s: float,
        rng: np.random.Generator,
        after_s: float = 0.0,
    ) -> None:
        """Put an intruder on a way in so that it crosses at a time, not before ``after_s``; the first goes straight."""
        way = self.ways_in[way_index % len(self.ways_in)]
        speed_mps = float(fleet.cruise_mps[row])
        lead_s = min(crossing_s - after_s, LEAD_S, way.crossing_m / speed_mps)
        aside = np.zeros(2) if row == 0 and after_s == 0.0 else rng.normal(0.0, 800.0, 2)
        begin_m = way.crossing_m - speed_mps * lead_s
        start = way.points_at(np.array([begin_m]))[0] + aside
        border, goal = way.border + aside, way.goal + aside
        ahead = border if begin_m < OUTSIDE_M else goal
        fleet.x_m[row], fleet.y_m[row] = start
        fleet.goal_x_m[row], fleet.goal_y_m[row] = ahead
        fleet.next_x_m[row], fleet.next_y_m[row] = goal
        fleet.heading_rad[row] = np.arctan2(ahead[0] - start[0], ahead[1] - start[1])
        fleet.speed_mps[row] = speed_mps
        fleet.height_m[row] = fleet.goal_height_m[row]
        fleet.start_s[row] = crossing_s - lead_s


_REAL_COLUMNS = (
    "x_m", "y_m", "height_m", "heading_rad", "speed_mps", "climb_mps", "cruise_mps", "goal_x_m", "goal_y_m",
    "next_x_m", "next_y_m", "goal_height_m", "start_s", "rcs_dbsm",
)  # fmt: skip
_GATES, _AIRPORTS, _FIELDS = plane_points(PLACES.gates), plane_points(PLACES.airports), plane_points(PLACES.fields)
_PLACE_OF_SHOWER = np.array([45e3, -5e3])


def _draw_ends(rng: np.random.Generator, is_large: Mask, at_gate: Mask) -> Float64:
    """Draw one end of each route: a gate or an airport for what is large, else an airfield."""
    n = len(is_large)
    gates = _GATES[rng.integers(len(_GATES), size=n)] + rng.normal(0.0, GATE_SPREAD_M, (n, 2))
    airports = _AIRPORTS[rng.integers(len(_AIRPORTS), size=n)]
    fields = _FIELDS[rng.integers(len(_FIELDS), size=n)] + rng.normal(0.0, FIELD_SPREAD_M, (n, 2))
    return np.where(is_large[:, None], np.where(at_gate[:, None], gates, airports), fields)


def _callsign(kind: Kind, object_id: int) -> bytes:
    if kind.kind == "friendly_drone":
        return b"GUARD1"
    if kind.kind == "airliner":
        return f"{AIRLINES[object_id % len(AIRLINES)]}{100 + object_id % 9000}".encode()
    letters = "".join(chr(ord("A") + object_id // 26**power % 26) for power in (2, 1, 0))
    return f"LY{letters}".encode()
