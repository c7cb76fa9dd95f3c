"""From states to forecasts, track after track: the compiled loop behind ``Predictor``."""

from __future__ import annotations

from math import exp, hypot, log
from typing import NamedTuple

import numpy as np

from sargas.assessment.prediction.blend import Blend, blend_places, weigh_models
from sargas.assessment.prediction.cones import MINUTE, Cones, cell_of, stage_of
from sargas.assessment.prediction.features import FEATURES, fill_features
from sargas.assessment.prediction.fits import AGE, FITS, LAST, LINE, NOISE, RISE, measure_motion
from sargas.assessment.prediction.frame import geodetic_from_plane
from sargas.assessment.prediction.leading import Leads, compare, find_leader
from sargas.assessment.prediction.learning import NOISE_PERIOD_S, learn, learned_of, row_of, true_score
from sargas.assessment.prediction.models import MODELS, predict_models
from sargas.assessment.prediction.outcomes import BLENDED, HORIZONS_S, PUT_OUT, absorb_state, is_note_due, note_models
from sargas.assessment.prediction.past import T, Track
from sargas.assessment.prediction.routes import FOUND, Routes, find_route, follow_route
from sargas.model.columns import Float64, Int64
from sargas.model.kernel import inner_kernel, kernel

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
FOLLOWED_FROM, FOLLOWED_FULLY = 0.8, 0.97
"""Probability of a route from which it counts, and from which it counts alone."""
SPEEDS_UP, NOISES = 1.5, 5.0
"""Mean speed that a track may reach, in its speed now; sigmas by which its last place may be wrong."""
WAY_SHARE = 0.08
"""Spread of the way flown along a route, as a share of it."""


class Room(NamedTuple):
    """Where a forecast is worked out."""

    fits: Float64
    places: Float64
    """(m + 2, 2): of the models, what is put out and the blend as the networks have it."""
    weights: Float64
    """(2, m) along and across."""
    longer: Float64
    """(2, m) of the next longer trained horizon."""
    features: Float64
    line: Float64
    """(c, 2) corners of the route that the track may follow."""
    route: Float64
    """(``routes.FOUND`` + 1,) of ``find_route``; last the number of its corners, 0: none."""


class Answers(NamedTuple):
    """What is filled for n rows and k horizons."""

    forecast: Float64
    """(n, k, 4): latitude, longitude (deg), altitude and radius (m; NaN: not calibrated)."""
    cell: Int64
    """(n,) behind the radius."""
    route: Float64
    """(n, 2): number of the likeliest route, -1: none is near, and the probability that it is followed."""
    velocity: Float64
    """(n, 2) east and north (m/s), fitted over the last 20 s."""
    mixture: Float64
    """(n or 0, k, m + 1, 3): latitude, longitude (deg) and weight of every model and, last, along the route."""


def new_room(routes: Routes) -> Room:
    """Return room for one forecast after another."""
    corners = int(np.diff(routes.first).max(initial=0))
    return Room(
        np.zeros(FITS), np.zeros((M + 2, 2)), np.zeros((2, M)), np.zeros((2, M)), np.zeros(FEATURES),
        np.zeros((corners, 2)), np.zeros(FOUND + 1),
    )  # fmt: skip


@kernel
def advance_rows(
    tracks: Track,
    rows: Int64,
    cells: Int64,
    time_ns: Int64,
    places: Float64,
    velocities: Float64,
    blend: Blend,
    cones: Cones,
    leads: Leads,
    routes: Routes,
    horizons_s: Float64,
    room: Room,
    answers: Answers,
) -> None:
    """Add states (n,) of the tracks (``outcomes.TRACK``) named by row, in order, and forecast each at once.

    ``places`` (n, 3) are latitude, longitude (deg) and altitude (m); ``cells`` are classes, -1: not classified.
    Without states (no ``time_ns``) the tracks are forecast from their last ones.
    """
    judged, ahead = np.empty((H, 4)), np.empty((H, M))
    for row in range(len(rows)):
        track = tracks[rows[row]]
        is_due = False
        if len(time_ns) > 0:
            if absorb_state(track, time_ns[row], places[row], velocities[row], judged, ahead):
                track.cell = cells[row]
                _learn_all(cones, leads, track, judged, ahead)
            is_due = is_note_due(track)
        if not is_due and len(horizons_s) == 0:
            continue
        measure_motion(track, room.fits)
        track.noise_m = room.fits[NOISE] if room.fits[AGE + 1] <= NOISE_PERIOD_S else 0.0
        room.route[FOUND] = find_route(routes, track, room.fits, room.line, room.route)
        is_on_route = trust_in(room.route) >= 0.5
        cell = cell_of(room.fits, track.cell, is_on_route)
        if is_on_route and np.isnan(cones.factor[cell, 0, 0]):
            # no cone is calibrated for its class on a route: that of all classes
            cell = cell_of(room.fits, -1, True)
        if is_on_route and np.isnan(cones.factor[cell, 0, 0]):
            # no cone is calibrated for routes: that of the class, and its width
            is_on_route, cell = False, cell_of(room.fits, track.cell, False)
        answers.cell[row] = cell
        is_near = room.route[FOUND] > 0.0
        answers.route[row, 0], answers.route[row, 1] = room.route[5] if is_near else -1.0, room.route[0]
        answers.velocity[row, 0], answers.velocity[row, 1] = room.fits[LINE + 10], room.fits[LINE + 11]
        now_s = track.last[0, T]
        # first what is noted for the track's own score, then what is asked for
        for k in range((0 if is_due else H), H + len(horizons_s)):
            if k < H:
                if track.next_s[k] <= now_s:
                    spread_m = forecast_at(track, blend, leads, cell, HORIZONS_S[k], is_on_route, room)
                    note_models(track, k, now_s, room.places, spread_m, cell)
                continue
            horizon_s = horizons_s[k - H]
            spread_m = forecast_at(track, blend, leads, cell, horizon_s, is_on_route, room)
            _answer(track, cones, cell, horizon_s, spread_m, room, answers.forecast[row, k - H])
            if answers.mixture.shape[0] > 0:
                _tell_mixture(track, room, horizon_s, answers.mixture[row, k - H])


@inner_kernel
def _learn_all(cones: Cones, leads: Leads, track: Track, judged: Float64, ahead: Float64) -> None:
    """Learn from the forecasts that came due (``absorb_state``)."""
    for h in range(H):
        if np.isnan(judged[h, 0]):
            continue
        if not np.isnan(cones.factor[int(judged[h, 2]), 0, h]):  # otherwise nobody keeps count of what it has taught
            compare(leads, int(judged[h, 2]), judged[h, 3], h, track.taught, ahead[h])
        score = true_score(judged[h, 0], track.noise_m, judged[h, 1])
        learn(cones, int(judged[h, 2]), judged[h, 3], h, track.ratio, track.taught, score)


@inner_kernel
def trust_in(route: Float64) -> float:
    """Return how much a forecast goes by the route found: not at all while it is unlikely, alone when it is sure."""
    if route[FOUND] == 0.0:
        return 0.0
    return min(max((route[0] - FOLLOWED_FROM) / (FOLLOWED_FULLY - FOLLOWED_FROM), 0.0), 1.0)


@inner_kernel
def forecast_at(
    track: Track, blend: Blend, leads: Leads, cell: int, horizon_s: float, is_on_route: bool, room: Room
) -> float:
    """Fill the places of the models and the forecast, by the route where one is likely; return the spread (m).

    With ``is_on_route`` the spread is that of who follows a route.
    """
    spread_m = blend_at(track, blend, leads, cell, horizon_s, room)
    trust = trust_in(room.route)
    if trust > 0.0:
        place = np.empty(2)
        way_m = _along_route(room, horizon_s, place)
        for c in range(2):
            room.places[PUT_OUT, c] += trust * (place[c] - room.places[PUT_OUT, c])
        if is_on_route:
            on_route_m = hypot(0.5 * room.route[4], WAY_SHARE * way_m) + room.fits[NOISE]
            spread_m = exp((1.0 - trust) * log(spread_m) + trust * log(on_route_m))
    return spread_m


@inner_kernel
def _along_route(room: Room, horizon_s: float, out: Float64) -> float:
    """Set the place along the route found and return the way there (m), at the mean speed of the last 20 s and 60 s."""
    fits = room.fits
    near, far = hypot(fits[LINE + 10], fits[LINE + 11]), hypot(fits[MINUTE], fits[MINUTE + 1])
    way_m = (0.5 * (near + far) if far > 0.8 * near else near) * horizon_s
    follow_route(room.line, int(room.route[FOUND]), room.route, way_m, out)
    return way_m


@inner_kernel
def blend_at(track: Track, blend: Blend, leads: Leads, cell: int, horizon_s: float, room: Room) -> float:
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
    if horizon_s != HORIZONS_S[h]:
        predict_models(track, fits, horizon_s, places)
    blend_places(fits, weights, places, BLENDED)
    leader, trust = find_leader(leads, cell, h)
    _hand_over(weights, leader, trust)
    winner, trust = _find_winner(track, h)
    _hand_over(weights, winner, trust)
    blend_places(fits, weights, places, PUT_OUT)
    return spread_m


@inner_kernel
def _find_winner(track: Track, h: int) -> tuple[int, float]:
    """Return the model that did far better than the blend on this track, and how much it counts.

    The networks never saw motion as regular as a machine's can be; the track's own score has.
    """
    if track.judged[h] < TRUSTED_AFTER:
        return 0, 0.0
    best = 0
    for e in range(1, M):
        if track.scores[h, e, 1] < track.scores[h, best, 1]:
            best = e
    ahead = track.scores[h, BLENDED, 1] - track.scores[h, best, 1]
    return best, min(max((ahead - TRUSTED_FROM) / (TRUSTED_FULLY - TRUSTED_FROM), 0.0), 1.0)


@inner_kernel
def _hand_over(weights: Float64, model: int, trust: float) -> None:
    """Shift the weights to a model: not at all at a trust of 0, wholly at 1."""
    for w in range(2):
        for e in range(M):
            weights[w, e] = (1.0 - trust) * weights[w, e] + (trust if e == model else 0.0)


@inner_kernel
def bracket(horizon_s: float) -> tuple[int, float]:
    """Return h and a share: the horizon lies that share of the way from h to h + 1, by logarithm."""
    if horizon_s <= SHORTEST_S:
        return 0, 0.0
    for h in range(1, H):
        if horizon_s <= HORIZONS_S[h]:
            share = log(horizon_s / HORIZONS_S[h - 1]) / log(HORIZONS_S[h] / HORIZONS_S[h - 1])
            return (h, 0.0) if share > 1.0 - 1e-9 else (h - 1, share)
    return H - 1, 0.0


@inner_kernel
def _answer(track: Track, cones: Cones, cell: int, horizon_s: float, spread_m: float, room: Room, out: Float64) -> None:
    fits = room.fits
    out[0], out[1] = geodetic_from_plane(track.frame, room.places[PUT_OUT, 0], room.places[PUT_OUT, 1])
    out[2] = fits[RISE] + fits[RISE + 2] * LEVELS_OFF_S * (1.0 - exp(-horizon_s / LEVELS_OFF_S))
    out[3] = np.nan
    if horizon_s < SHORTEST_S or horizon_s > LONGEST_S:
        return
    if fits[AGE] < LEAST_AGE_S and np.isnan(fits[LAST + 2]):
        return  # a place alone says nothing of what comes
    (h, share), age_s = bracket(horizon_s), track.last[0, T]
    factor, row = cones.factor[cell, stage_of(age_s)], row_of(cell, age_s)
    # NaN where a horizon beside it is not calibrated
    grown = (1.0 - share) * (log(factor[h]) + learned_of(cones, row, h) + track.ratio[h])
    if share > 0.0:
        grown += share * (log(factor[h + 1]) + learned_of(cones, row, h + 1) + track.ratio[h + 1])
    radius_m, most_m = spread_m * exp(grown), _furthest(cones.fastest[cell], horizon_s, room)
    out[3] = most_m if radius_m > most_m else radius_m


@inner_kernel
def _furthest(fastest_mps: float, horizon_s: float, room: Room) -> float:
    """Return how far from the forecast (m) a track may be found at all: the spread of one just seen may be any."""
    fits, place = room.fits, room.places[PUT_OUT]
    from_here_m = hypot(place[0] - fits[LAST], place[1] - fits[LAST + 1])
    speed_mps = max(fastest_mps, SPEEDS_UP * hypot(fits[LINE + 10], fits[LINE + 11]))
    return from_here_m + speed_mps * horizon_s + NOISES * fits[NOISE]


@inner_kernel
def _tell_mixture(track: Track, room: Room, horizon_s: float, out: Float64) -> None:
    likely = room.route[0] if room.route[FOUND] > 0.0 else 0.0
    for e in range(M):
        out[e, 0], out[e, 1] = geodetic_from_plane(track.frame, room.places[e, 0], room.places[e, 1])
        out[e, 2] = (1.0 - likely) * 0.5 * (room.weights[0, e] + room.weights[1, e])
    place = room.places[PUT_OUT].copy()
    if likely > 0.0:
        _along_route(room, horizon_s, place)
    out[M, 0], out[M, 1] = geodetic_from_plane(track.frame, place[0], place[1])
    out[M, 2] = likely
