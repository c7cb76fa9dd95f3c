"""From states to forecasts, track after track: the compiled loops behind ``Predictor``."""

from __future__ import annotations

from math import exp, log

import numpy as np
from numba import njit

from sargas.assessment.prediction.blend import Blend, blend_places, weigh_models
from sargas.assessment.prediction.cones import Cones, learn, regime_of
from sargas.assessment.prediction.features import FEATURES, fill_features
from sargas.assessment.prediction.fits import FITS, RISE, measure_motion
from sargas.assessment.prediction.frame import geodetic_from_plane
from sargas.assessment.prediction.models import MODELS, predict_models
from sargas.assessment.prediction.outcomes import (
    HORIZONS_S,
    Outcomes,
    absorb_state,
    is_note_due,
    note_models,
)
from sargas.assessment.prediction.past import T, Past
from sargas.model.columns import Float64, Int64

M = len(MODELS)
SHORTEST_S, LONGEST_S = HORIZONS_S[0], HORIZONS_S[-1]
LEVELS_OFF_S = 240.0
"""Time constant with which climb and descent are taken to end."""


@njit(cache=True, nogil=True, error_model="numpy")
def absorb_rows(
    past: Past,
    outcomes: Outcomes,
    blend: Blend,
    cones: Cones,
    tracks: Int64,
    cells: Int64,
    time_ns: Int64,
    places: Float64,
    velocities: Float64,
    horizons_s: Float64,
    out: Float64,
    used: Int64,
) -> None:
    """Add states (n,) of the tracks named by index, in order, and forecast each at once.

    ``places`` (n, 3) are latitude, longitude (deg) and altitude (m); ``cells`` those of ``cones``, -1: not classified;
    ``out`` (n, horizons, 4) becomes latitude, longitude (deg), altitude and radius (m; NaN: not calibrated), ``used``
    (n,) the cell behind the radius.
    """
    fits, judged, scratch = np.zeros(FITS), np.empty(len(HORIZONS_S)), new_scratch()
    for row in range(len(tracks)):
        i = tracks[row]
        place = places[row]
        if absorb_state(
            past, outcomes, i, time_ns[row], place[0], place[1], place[2], velocities[row], judged
        ):
            outcomes.cell[i] = cells[row]
            _learn(outcomes, cones, i, judged)
        is_due = is_note_due(past, outcomes, i)
        if is_due or len(horizons_s) > 0:
            measure_motion(past, i, fits)
        if is_due:
            _note(past, outcomes, blend, i, fits, scratch)
        if len(horizons_s) > 0:
            used[row] = cell_of(outcomes, i, fits)
            _forecast(past, outcomes, blend, cones, i, fits, used[row], horizons_s, scratch, out[row])


@njit(cache=True, nogil=True, error_model="numpy")
def forecast_rows(
    past: Past,
    outcomes: Outcomes,
    blend: Blend,
    cones: Cones,
    tracks: Int64,
    horizons_s: Float64,
    out: Float64,
    used: Int64,
) -> None:
    """Forecast tracks from their last states; ``out`` and ``used`` as in ``absorb_rows``."""
    fits, scratch = np.zeros(FITS), new_scratch()
    for row in range(len(tracks)):
        measure_motion(past, tracks[row], fits)
        used[row] = cell_of(outcomes, tracks[row], fits)
        _forecast(past, outcomes, blend, cones, tracks[row], fits, used[row], horizons_s, scratch, out[row])


@njit(cache=True, nogil=True, error_model="numpy")
def mix_rows(
    past: Past,
    outcomes: Outcomes,
    blend: Blend,
    tracks: Int64,
    horizons_s: Float64,
    places: Float64,
    weights: Float64,
) -> None:
    """Fill the models' places (n, horizons, m, 2: latitude, longitude) and their weights (n, horizons, m)."""
    fits, scratch = np.zeros(FITS), new_scratch()
    for row in range(len(tracks)):
        i = tracks[row]
        measure_motion(past, i, fits)
        for k in range(len(horizons_s)):
            blend_at(past, outcomes, blend, i, fits, horizons_s[k], scratch)
            for e in range(M):
                place = scratch[0][e]
                places[row, k, e] = geodetic_from_plane(past.frame[i], place[0], place[1])
                weights[row, k, e] = 0.5 * (scratch[1][0, e] + scratch[1][1, e])


@njit(cache=True, nogil=True, error_model="numpy")
def new_scratch() -> tuple[Float64, Float64, Float64, Float64]:
    """Return room for places (m + 1, 2), two sets of weights (2, m) and features."""
    return np.empty((M + 1, 2)), np.empty((2, M)), np.empty((2, M)), np.empty(FEATURES)


@njit(cache=True, nogil=True, error_model="numpy")
def _learn(outcomes: Outcomes, cones: Cones, i: int, judged: Float64) -> None:
    for h in range(len(HORIZONS_S)):
        if not np.isnan(judged[h]) and outcomes.noted_cell[i, h] >= 0:
            learn(cones, outcomes.noted_cell[i, h], h, outcomes.ratio[i], judged[h])


@njit(cache=True, nogil=True, error_model="numpy")
def cell_of(outcomes: Outcomes, i: int, fits: Float64) -> int:
    """Return the cell of a track: its class when one is known, else how it moves."""
    return outcomes.cell[i] if outcomes.cell[i] >= 0 else regime_of(fits)


@njit(cache=True, nogil=True, error_model="numpy")
def _note(
    past: Past,
    outcomes: Outcomes,
    blend: Blend,
    i: int,
    fits: Float64,
    scratch: tuple[Float64, Float64, Float64, Float64],
) -> None:
    now_s = past.last[i, 0, T]
    for h in range(len(HORIZONS_S)):
        if outcomes.next_s[i, h] <= now_s:
            spread_m = blend_at(past, outcomes, blend, i, fits, HORIZONS_S[h], scratch)
            outcomes.noted_cell[i, h] = cell_of(outcomes, i, fits)
            note_models(outcomes, i, h, now_s, scratch[0], spread_m)


@njit(cache=True, nogil=True, error_model="numpy")
def bracket(horizon_s: float) -> tuple[int, float]:
    """Return h and a share: the horizon lies that share of the way from h to h + 1, by logarithm."""
    if horizon_s <= SHORTEST_S:
        return 0, 0.0
    for h in range(1, len(HORIZONS_S)):
        if horizon_s <= HORIZONS_S[h]:
            share = log(horizon_s / HORIZONS_S[h - 1]) / log(HORIZONS_S[h] / HORIZONS_S[h - 1])
            return (h, 0.0) if share > 1.0 - 1e-9 else (h - 1, share)
    return len(HORIZONS_S) - 1, 0.0


@njit(cache=True, nogil=True, error_model="numpy")
def blend_at(
    past: Past,
    outcomes: Outcomes,
    blend: Blend,
    i: int,
    fits: Float64,
    horizon_s: float,
    scratch: tuple[Float64, Float64, Float64, Float64],
) -> float:
    """Fill the places of the models and of the blend at any horizon, and the weights; return the spread (m).

    Between two trained horizons weights and log spread are interpolated; beyond them the nearest network is asked.
    """
    places, weights, other, features = scratch
    h, share = bracket(horizon_s)
    predict_models(past, i, fits, HORIZONS_S[h], places)
    fill_features(fits, places, outcomes, i, h, features)
    spread_m = weigh_models(blend, h, features, weights)
    if share > 0.0:
        predict_models(past, i, fits, HORIZONS_S[h + 1], places)
        fill_features(fits, places, outcomes, i, h + 1, features)
        longer_m = weigh_models(blend, h + 1, features, other)
        spread_m = exp((1.0 - share) * log(spread_m) + share * log(longer_m))
        weights[:] = (1.0 - share) * weights + share * other
    if horizon_s != HORIZONS_S[h]:
        predict_models(past, i, fits, horizon_s, places)
    blend_places(fits, weights, places)
    return spread_m


@njit(cache=True, nogil=True, error_model="numpy")
def _forecast(
    past: Past,
    outcomes: Outcomes,
    blend: Blend,
    cones: Cones,
    i: int,
    fits: Float64,
    cell: int,
    horizons_s: Float64,
    scratch: tuple[Float64, Float64, Float64, Float64],
    out: Float64,
) -> None:
    for k in range(len(horizons_s)):
        horizon_s = horizons_s[k]
        spread_m = blend_at(past, outcomes, blend, i, fits, horizon_s, scratch)
        places = scratch[0]
        out[k, 0], out[k, 1] = geodetic_from_plane(past.frame[i], places[M, 0], places[M, 1])
        risen_m = fits[RISE + 2] * LEVELS_OFF_S * (1.0 - exp(-horizon_s / LEVELS_OFF_S))
        out[k, 2] = fits[RISE] + risen_m
        out[k, 3] = np.nan
        if SHORTEST_S <= horizon_s <= LONGEST_S:
            out[k, 3] = spread_m * _factor(outcomes, cones, i, cell, horizon_s)


@njit(cache=True, nogil=True, error_model="numpy")
def _factor(outcomes: Outcomes, cones: Cones, i: int, cell: int, horizon_s: float) -> float:
    """Return what the spread is multiplied by; NaN when a horizon beside it is not calibrated."""
    h, share = bracket(horizon_s)
    total = 0.0
    for k in range(2):
        weight = share if k == 1 else 1.0 - share
        if weight == 0.0:
            continue
        total += weight * (
            log(cones.factor[cell, h + k]) + cones.learned[cell, h + k] + outcomes.ratio[i, h + k]
        )
    return exp(total)
