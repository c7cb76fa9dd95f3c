"""From states to forecasts, track after track: the compiled loop behind ``Predictor``."""

from __future__ import annotations

from math import exp, log
from typing import NamedTuple

import numpy as np
from numba import njit

from sargas.assessment.prediction.blend import Blend, blend_places, weigh_models
from sargas.assessment.prediction.cones import Cones, learn, regime_of
from sargas.assessment.prediction.features import FEATURES, fill_features
from sargas.assessment.prediction.fits import AGE, FITS, LAST, RISE, measure_motion
from sargas.assessment.prediction.frame import geodetic_from_plane
from sargas.assessment.prediction.models import MODELS, predict_models
from sargas.assessment.prediction.outcomes import HORIZONS_S, absorb_state, is_note_due, note_models
from sargas.assessment.prediction.past import T, Track
from sargas.model.columns import Float64, Int64

H, M = len(HORIZONS_S), len(MODELS)
SHORTEST_S, LONGEST_S = HORIZONS_S[0], HORIZONS_S[-1]
LEAST_AGE_S = 3.0
"""A track without velocities has no radius before: none so young took part in training."""
LEVELS_OFF_S = 240.0
"""Time constant with which climb and descent are taken to end."""

TRUSTED_AFTER = 8
"""Outcomes before one model may overrule the blend."""
TRUSTED_FROM, TRUSTED_FULLY = 0.5, 1.2
"""How many times smaller that model's misses are than the blend's, as logarithms: where it counts more, and alone."""


class Room(NamedTuple):
    """Where a forecast is worked out."""

    fits: Float64
    places: Float64
    """(m + 1, 2): of the models and, last, of the blend."""
    weights: Float64
    """(2, m) along and across."""
    longer: Float64
    """(2, m) of the next longer trained horizon."""
    features: Float64


class Answers(NamedTuple):
    """What is filled for n rows and k horizons."""

    forecast: Float64
    """(n, k, 4): latitude, longitude (deg), altitude and radius (m; NaN: not calibrated)."""
    cell: Int64
    """(n,) behind the radius."""
    mixture: Float64
    """(n or 0, k, m, 3): latitude, longitude (deg) and weight of every model."""


def new_room() -> Room:
    """Return room for one forecast after another."""
    return Room(np.zeros(FITS), np.zeros((M + 1, 2)), np.zeros((2, M)), np.zeros((2, M)), np.zeros(FEATURES))


@njit(cache=True, nogil=True, error_model="numpy")
def advance_rows(
    tracks: Track,
    rows: Int64,
    cells: Int64,
    time_ns: Int64,
    places: Float64,
    velocities: Float64,
    blend: Blend,
    cones: Cones,
    horizons_s: Float64,
    room: Room,
    answers: Answers,
) -> None:
    """Add states (n,) of the tracks (``outcomes.TRACK``) named by row, in order, and forecast each at once.

    ``places`` (n, 3) are latitude, longitude (deg) and altitude (m); ``cells`` those of ``cones``, -1: not classified.
    Without states (no ``time_ns``) the tracks are forecast from their last ones.
    """
    judged = np.empty(H)
    for row in range(len(rows)):
        track = tracks[rows[row]]
        is_due = False
        if len(time_ns) > 0:
            if absorb_state(track, time_ns[row], places[row], velocities[row], judged):
                track.cell = cells[row]
                for h in range(H):
                    if not np.isnan(judged[h]) and track.noted_cell[h] >= 0:
                        learn(cones, track.noted_cell[h], h, track.ratio, judged[h])
            is_due = is_note_due(track)
        if not is_due and len(horizons_s) == 0:
            continue
        measure_motion(track, room.fits)
        cell = track.cell if track.cell >= 0 else regime_of(room.fits)
        answers.cell[row] = cell
        now_s = track.last[0, T]
        # first what is noted for the track's own score, then what is asked for
        for k in range((0 if is_due else H), H + len(horizons_s)):
            if k < H:
                if track.next_s[k] <= now_s:
                    spread_m = blend_at(track, blend, HORIZONS_S[k], room)
                    track.noted_cell[k] = cell
                    note_models(track, k, now_s, room.places, spread_m)
                continue
            horizon_s = horizons_s[k - H]
            spread_m = blend_at(track, blend, horizon_s, room)
            _answer(track, cones, cell, horizon_s, spread_m, room, answers.forecast[row, k - H])
            if answers.mixture.shape[0] > 0:
                _tell_mixture(track, room, answers.mixture[row, k - H])


@njit(cache=True, nogil=True, error_model="numpy")
def blend_at(track: Track, blend: Blend, horizon_s: float, room: Room) -> float:
    """Fill the places of the models and of the blend at any horizon, and the weights; return the spread (m).

    Between two trained horizons weights and log spread are interpolated; beyond them the nearest network is asked.
    """
    places, weights, fits = room.places, room.weights, room.fits
    h, share = bracket(horizon_s)
    spread_m = 0.0
    # the longer horizon first, so that the weights of the shorter one are those at hand
    for step in range(2 if share > 0.0 else 1):
        at = h + 1 - step if share > 0.0 else h
        predict_models(track, fits, HORIZONS_S[at], places)
        fill_features(fits, places, track, at, room.features)
        found_m = weigh_models(blend, at, room.features, weights)
        if share > 0.0 and step == 0:
            for e in range(M):
                room.longer[0, e], room.longer[1, e] = weights[0, e], weights[1, e]
            spread_m = share * log(found_m)
        elif share > 0.0:
            spread_m = exp(spread_m + (1.0 - share) * log(found_m))
            for e in range(M):
                for w in range(2):
                    weights[w, e] = (1.0 - share) * weights[w, e] + share * room.longer[w, e]
        else:
            spread_m = found_m
    _trust_winner(track, h, weights)
    if horizon_s != HORIZONS_S[h]:
        predict_models(track, fits, horizon_s, places)
    blend_places(fits, weights, places)
    return spread_m


@njit(cache=True, nogil=True, error_model="numpy")
def _trust_winner(track: Track, h: int, weights: Float64) -> None:
    """Shift the weights to the model that did far better than the blend itself on this track.

    The networks never saw motion as regular as a machine's can be; the track's own score has.
    """
    if track.judged[h] < TRUSTED_AFTER:
        return
    best = 0
    for e in range(1, M):
        if track.scores[h, e, 1] < track.scores[h, best, 1]:
            best = e
    ahead = track.scores[h, M, 1] - track.scores[h, best, 1]
    trust = min(max((ahead - TRUSTED_FROM) / (TRUSTED_FULLY - TRUSTED_FROM), 0.0), 1.0)
    for w in range(2):
        for e in range(M):
            weights[w, e] = (1.0 - trust) * weights[w, e] + (trust if e == best else 0.0)


@njit(cache=True, nogil=True, error_model="numpy")
def bracket(horizon_s: float) -> tuple[int, float]:
    """Return h and a share: the horizon lies that share of the way from h to h + 1, by logarithm."""
    if horizon_s <= SHORTEST_S:
        return 0, 0.0
    for h in range(1, H):
        if horizon_s <= HORIZONS_S[h]:
            share = log(horizon_s / HORIZONS_S[h - 1]) / log(HORIZONS_S[h] / HORIZONS_S[h - 1])
            return (h, 0.0) if share > 1.0 - 1e-9 else (h - 1, share)
    return H - 1, 0.0


@njit(cache=True, nogil=True, error_model="numpy")
def _answer(track: Track, cones: Cones, cell: int, horizon_s: float, spread_m: float, room: Room, out: Float64) -> None:
    fits = room.fits
    out[0], out[1] = geodetic_from_plane(track.frame, room.places[M, 0], room.places[M, 1])
    out[2] = fits[RISE] + fits[RISE + 2] * LEVELS_OFF_S * (1.0 - exp(-horizon_s / LEVELS_OFF_S))
    out[3] = np.nan
    if horizon_s < SHORTEST_S or horizon_s > LONGEST_S:
        return
    if fits[AGE] < LEAST_AGE_S and np.isnan(fits[LAST + 2]):
        return  # a place alone says nothing of what comes
    h, share = bracket(horizon_s)
    # NaN where a horizon beside it is not calibrated
    grown = (1.0 - share) * (log(cones.factor[cell, h]) + cones.learned[cell, h] + track.ratio[h])
    if share > 0.0:
        grown += share * (log(cones.factor[cell, h + 1]) + cones.learned[cell, h + 1] + track.ratio[h + 1])
    out[3] = spread_m * exp(grown)


@njit(cache=True, nogil=True, error_model="numpy")
def _tell_mixture(track: Track, room: Room, out: Float64) -> None:
    for e in range(M):
        out[e, 0], out[e, 1] = geodetic_from_plane(track.frame, room.places[e, 0], room.places[e, 1])
        out[e, 2] = 0.5 * (room.weights[0, e] + room.weights[1, e])
