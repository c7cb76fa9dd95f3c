"""The predictor: keeps every track's past and says where each will be, with the radius that holds nine of ten."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import NamedTuple

import numpy as np

from sargas.assessment.prediction.blend import Blend, read_blend
from sargas.assessment.prediction.cones import Cones, read_cones
from sargas.assessment.prediction.course import Answers, advance_rows, new_room
from sargas.assessment.prediction.leading import Leads, no_leads
from sargas.assessment.prediction.models import MODELS
from sargas.assessment.prediction.outcomes import TRACK
from sargas.assessment.prediction.past import T, Track
from sargas.assessment.prediction.routes import routes_of
from sargas.model.columns import NS_PER_S, Float64, Int64
from sargas.model.parts import pack, unpack
from sargas.model.records import Route
from sargas.model.rising import are_among, missing_from
from sargas.model.tracks import Tracks

MARK = b"sargas-prediction-5\n"
ROOM = 16_384
"""Tracks that there is room for from the start."""


class Forecasts(NamedTuple):
    """Where n tracks will be after each of k horizons; columns (n, k)."""

    latitude_deg: Float64
    longitude_deg: Float64
    altitude_m: Float64
    radius_90_m: Float64
    """Of the horizontal circle that holds the true place with 90 %; NaN: not calibrated."""
    cell: Int64
    """(n,) the cell of ``CELLS`` that the radius is calibrated by."""
    route: Int64
    """(n,) the likeliest of the predictor's routes; -1: none is near."""
    route_probability: Float64
    """(n,) that it is followed."""
    velocity: Float64
    """(n, 2) east and north (m/s), fitted over the last 20 s, whether velocities were told or not."""


class Mixture(NamedTuple):
    """What a forecast is made of: places of the models of ``MODELS`` and, last, along the likeliest route; weights.

    The weight of the route is the probability that it is followed, 0 where none is near; all weights sum to 1.
    """

    latitude_deg: Float64
    """(n, k, m + 1)."""
    longitude_deg: Float64
    weight: Float64


@dataclass(frozen=True, slots=True)
class States:
    """n states of tracks, in order of time for each track; ``cell`` is the index of the class, -1: not classified."""

    track_id: Int64
    time_ns: Int64
    place: Float64
    """(n, 3): latitude, longitude (deg), altitude (m; NaN: not known)."""
    velocity: Float64
    """(n, 3): east, north, up (m/s); NaN: not known."""
    cell: Int64


@cache
def shipped_blend() -> Blend:
    """Read the networks that come with the package."""
    return read_blend(resources.files(__package__).joinpath("blend.npz").read_bytes())


def shipped_cones() -> Cones:
    """Read the cones that come with the package; each caller has its own, for they learn."""
    return read_cones(resources.files(__package__).joinpath("cones.json").read_text("utf-8"))


class Predictor:
    """Follow tracks and forecast them: state by track id, in arrays; equal inputs give equal outputs.

    It learns from what becomes of its own forecasts, per track and per class; nothing but the states given counts.
    """

    def __init__(self, blend: Blend | None = None, cones: Cones | None = None, routes: Sequence[Route] = ()) -> None:
        self._blend = shipped_blend() if blend is None else blend
        self._cones = shipped_cones() if cones is None else cones
        self._leads = no_leads()
        self._ids = np.zeros(0, np.int64)
        """Sorted; beside each the index of its track in the arrays."""
        self._at = np.zeros(0, np.int64)
        # 27 KB a track: room that nobody has used costs no memory, and a copy of a full sky would hold up the plots
        self._tracks = np.zeros(ROOM, TRACK)
        self._free = list(range(ROOM - 1, -1, -1))
        self._routes = routes_of(routes)
        self._room = new_room(self._routes)

    def __len__(self) -> int:
        return len(self._ids)

    @property
    def cones(self) -> Cones:
        """The factors of the cones and what was learned of them since."""
        return self._cones

    def update(self, tracks: Tracks) -> None:
        """Add the states of tracks; states no later than the last of their track are passed over.

        Dropped tracks are forgotten.
        """
        is_dropped = tracks.is_dropped
        alive = tracks.take(~is_dropped) if is_dropped.any() else tracks
        self.follow(states_of(alive))
        self.forget(tracks.track_id[is_dropped])

    def follow(self, states: States, horizons_s: Float64 | None = None) -> Forecasts:
        """Add states and forecast each from itself and what was before; without horizons nothing is forecast."""
        self._make_place(states.track_id)
        horizons = np.zeros(0) if horizons_s is None else horizons_s
        return _forecasts(self._advance(self._rows(states.track_id), states, horizons))

    def forecast(self, track_id: Int64, horizons_s: Float64) -> Forecasts:
        """Forecast tracks from their last states. Raises KeyError for a track of which none is known."""
        return _forecasts(self._advance(self._known_rows(track_id), _NO_STATES, horizons_s))

    def peek(self, track_id: Int64, horizons_s: Float64) -> tuple[Int64, Forecasts]:
        """Forecast as ``forecast`` does, on copies: the state is as if nobody had asked.

        Returns also the times of the states forecast from, UTC ns (n,). Raises KeyError for a track of which none is
        known.
        """
        copies = self._tracks[self._known_rows(track_id)]
        found = _forecasts(self._advance(np.arange(len(copies)), _NO_STATES, horizons_s, tracks=copies))
        seconds = copies["last"][:, 0, T]
        return copies["epoch_ns"] + np.rint(seconds * NS_PER_S).astype(np.int64), found

    def mixture(self, track_id: Int64, horizons_s: Float64) -> Mixture:
        """Tell what forecasts are blended of. Raises KeyError for a track of which no state is known."""
        found = self._advance(self._known_rows(track_id), _NO_STATES, horizons_s, is_mixture=True).mixture
        return Mixture(*(np.ascontiguousarray(found[..., k]) for k in range(3)))

    def forget(self, track_id: Int64) -> None:
        """Drop tracks; those not known are passed over."""
        if not len(track_id):
            return
        gone = are_among(self._ids, np.sort(track_id))
        self._free.extend(self._at[gone].tolist())
        self._tracks["fine_count"][self._at[gone]] = 0
        self._ids, self._at = self._ids[~gone], self._at[~gone]

    def silent_since(self, time_ns: int) -> Int64:
        """List the tracks last heard of before a time."""
        last_s = self._tracks["last"][self._at, 0, T]
        return self._ids[self._tracks["epoch_ns"][self._at] + last_s * NS_PER_S < time_ns]

    def snapshot(self) -> bytes:
        """Return the whole state as bytes; equal states give equal bytes."""
        return pack(MARK, {"tracks": len(self._ids)}, [self._ids, self._tracks[self._at], *self._cones, *self._leads])

    def restore(self, data: bytes) -> None:
        """Go on from a snapshot. Raises ValueError for bytes that are none."""
        _, arrays = unpack(MARK, data, 2 + len(Cones._fields) + len(Leads._fields))
        n = len(arrays[0])
        self._ids, self._at = arrays[0], np.arange(n)
        learned = 2 + len(Cones._fields)
        self._tracks, self._cones = np.zeros(max(ROOM, n), TRACK), Cones(*arrays[2:learned])
        self._leads = Leads(*arrays[learned:])
        self._tracks[:n] = arrays[1]
        self._free = list(range(len(self._tracks) - 1, n - 1, -1))

    def _advance(
        self,
        rows: Int64,
        states: States,
        horizons_s: Float64,
        *,
        is_mixture: bool = False,
        tracks: Track | None = None,
    ) -> Answers:
        """Advance rows of the tracks kept, or of others."""
        n, horizons = len(rows), np.ascontiguousarray(horizons_s, np.float64)
        answers = Answers(
            np.empty((n, len(horizons), 4)),
            np.full(n, -1, np.int64),
            np.tile([-1.0, 0.0], (n, 1)),
            np.full((n, 2), np.nan),
            np.empty((n if is_mixture else 0, len(horizons), len(MODELS) + 1, 3)),
        )
        advance_rows(
            self._tracks if tracks is None else tracks, rows, states.cell, states.time_ns, states.place,
            states.velocity, self._blend, self._cones, self._leads, self._routes, horizons, self._room, answers,
        )  # fmt: skip
        return answers

    def _make_place(self, track_id: Int64) -> None:
        """Make room for tracks that are new."""
        new = missing_from(self._ids, track_id)
        if not len(new):
            return
        lacking = len(new) - len(self._free)
        if lacking > 0:
            n, more = len(self._tracks), max(lacking, len(self._tracks), 16)
            self._tracks = np.concatenate([self._tracks, np.zeros(more, TRACK)])
            self._free = [*range(n + more - 1, n - 1, -1), *self._free]
        at = np.array([self._free.pop() for _ in range(len(new))], np.int64)
        places = np.searchsorted(self._ids, new)
        self._ids, self._at = np.insert(self._ids, places, new), np.insert(self._at, places, at)

    def _rows(self, track_id: Int64) -> Int64:
        return self._at[np.searchsorted(self._ids, track_id)]

    def _known_rows(self, track_id: Int64) -> Int64:
        unknown = missing_from(self._ids, track_id)
        if len(unknown):
            raise KeyError(f"expected tracks that were updated before, was {unknown[0]}")
        return self._rows(track_id)


def states_of(tracks: Tracks) -> States:
    """Take what a forecast needs of tracks; the class is the most probable one, an open height is none."""
    known = ~np.isnan(tracks.class_probabilities).any(axis=1)
    cell = np.full(len(tracks), -1, np.int64)
    cell[known] = np.argmax(tracks.class_probabilities[known], axis=1)
    return States(
        tracks.track_id,
        tracks.time_ns,
        np.column_stack([tracks.latitude_deg, tracks.longitude_deg, tracks.known_altitude_m]),
        np.column_stack([tracks.velocity_east_mps, tracks.velocity_north_mps, tracks.known_velocity_up_mps]),
        cell,
    )


_NO_STATES = States(
    np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros((0, 3)), np.zeros((0, 3)), np.zeros(0, np.int64)
)


def _forecasts(answers: Answers) -> Forecasts:
    latitude_deg, longitude_deg, altitude_m, radius_m = (
        np.ascontiguousarray(answers.forecast[..., k]) for k in range(4)
    )
    route, probability = answers.route[:, 0].astype(np.int64), answers.route[:, 1].copy()
    return Forecasts(
        latitude_deg, longitude_deg, altitude_m, radius_m, answers.cell, route, probability, answers.velocity
    )
