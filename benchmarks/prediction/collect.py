"""Training rows: what the blend is told at moments of flights, and what then came."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from benchmarks.prediction.flights import Floats
from benchmarks.prediction.observe import Seen
from sargas.assessment.prediction.features import FEATURES, REFERENCE, direction_of, fill_features, length_unit_m
from sargas.assessment.prediction.fits import FITS, measure_motion
from sargas.assessment.prediction.frame import geodetic_from_plane, plane_from_geodetic
from sargas.assessment.prediction.models import MODELS, predict_models
from sargas.assessment.prediction.outcomes import (
    BLENDED,
    HORIZONS_S,
    PUT_OUT,
    TRACK,
    absorb_state,
    is_note_due,
    note_models,
)
from sargas.assessment.prediction.past import T, Track
from sargas.model.columns import Float64, Int64

H, M = len(HORIZONS_S), len(MODELS)
WARM_S = 3.0
"""Rows begin so long after the first state."""


@dataclass(frozen=True)
class Rows:
    """Rows of one flight: features (n, h, f), truth along and across from the reference model, unit, age."""

    features: np.ndarray
    truth: np.ndarray
    """(n, h, 2) metres; NaN: the flight was over."""
    unit_m: np.ndarray
    age_s: np.ndarray


def collect_rows(seen: Seen, count: int, generator: np.random.Generator) -> Rows | None:
    """Take up to ``count`` random moments of a flight; none where it is too short."""
    second = seen.second
    possible = np.flatnonzero((second >= WARM_S) & (second + HORIZONS_S[0] <= seen.flight.second[-1]))
    if len(possible) < 3:
        return None
    chosen = np.sort(generator.choice(possible, min(count, len(possible)), replace=False))
    future = np.stack([seen.truth(second[chosen] + horizon_s) for horizon_s in HORIZONS_S], axis=1)
    n = len(chosen)
    features, truth, unit_m = np.zeros((n, H, FEATURES)), np.full((n, H, 2), np.nan), np.zeros(n)
    _collect(
        np.zeros(1, TRACK), seen.time_ns, seen.place, seen.velocity, seen.flight.frame, chosen, future,
        features, truth, unit_m,
    )  # fmt: skip
    return Rows(features.astype(np.float32), truth.astype(np.float32), unit_m.astype(np.float32), second[chosen])


@njit(cache=True, nogil=True, error_model="numpy")
def _collect(
    tracks: Track,
    time_ns: Int64,
    place: Float64,
    velocity: Float64,
    frame: Floats,
    chosen: Int64,
    future: Float64,
    features: Float64,
    truth: Float64,
    unit_m: Float64,
) -> None:
    track = tracks[0]
    fits, places, k = np.zeros(FITS), np.zeros((M + 2, 2)), 0
    judged, ahead = np.zeros((H, 4)), np.zeros((H, M))
    for row in range(len(time_ns)):
        if not absorb_state(track, time_ns[row], place[row], velocity[row], judged, ahead):
            continue
        is_chosen = k < len(chosen) and chosen[k] == row
        if not (is_chosen or is_note_due(track)):
            continue
        measure_motion(track, fits)
        now_s = track.last[0, T]
        ax, ay = direction_of(fits)
        for h in range(H):
            is_due = track.next_s[h] <= now_s
            if not (is_chosen or is_due):
                continue
            predict_models(track, fits, HORIZONS_S[h], places)
            # what the blend scored itself is not among the features
            places[PUT_OUT] = places[BLENDED] = places[REFERENCE]
            if is_chosen:
                fill_features(fits, places, track, h, features[k, h])
                if not np.isnan(future[k, h, 0]):
                    latitude_deg, longitude_deg = geodetic_from_plane(frame, future[k, h, 0], future[k, h, 1])
                    x_m, y_m = plane_from_geodetic(track.frame, latitude_deg, longitude_deg)
                    dx, dy = x_m - places[REFERENCE, 0], y_m - places[REFERENCE, 1]
                    truth[k, h, 0], truth[k, h, 1] = ax * dx + ay * dy, ax * dy - ay * dx
            if is_due:
                note_models(track, h, now_s, places, 1.0, 0)
        if is_chosen:
            unit_m[k] = length_unit_m(fits)
            k += 1
