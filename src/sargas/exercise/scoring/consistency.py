"""Consistency: whether the errors of the tracks are as large as the tracks say."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.special import gammaincinv  # scipy.stats takes a second to import

from sargas.exercise.scoring.columns import Picture, States, Truth
from sargas.exercise.scoring.frames import Frame
from sargas.geo.enu import rotation_at
from sargas.geo.wgs84 import ecef_from_geodetic
from sargas.model.columns import Float64

CONFIDENCE = 0.95
POSITION, VELOCITY, HORIZONTAL = (0, 1, 2), (3, 4, 5), (0, 1)
_UPPER = np.triu_indices(6)


def consistency_figures(frames: Sequence[Frame], truth: Truth, picture: Picture) -> dict[str, object] | None:
    """Return NEES of position and velocity with its 95 % band, and how often the truth is inside the 95 % ellipse.

    NEES = e' P^-1 e over pairs of observable objects, 3 dimensions each; at every report time its mean over the n
    objects has the band chi-square(3 n) / n if the filter is consistent. ``inside_band_share`` is the share of times
    at which it is inside: expected 0.95. None where the picture has no covariance. Source: Bar-Shalom, Li, Kirubarajan
    2001, section 5.4.
    """
    if picture.covariance is None:
        return None
    errors, covariances, times = _errors(frames, truth, picture)
    if not len(errors):
        return None
    squares = nees(errors, covariances, HORIZONTAL)
    return {
        "pairs": len(errors),
        "position_nees": _banded(nees(errors, covariances, POSITION), times),
        "velocity_nees": _banded(nees(errors, covariances, VELOCITY), times),
        "inside_95_ellipse_share": float((squares <= _chi_square(CONFIDENCE, 2)).mean()),
    }


def nees(errors: Float64, covariances: Float64, axes: tuple[int, ...]) -> Float64:
    """Return the normalised squared errors (n,) of errors (n, 6) with covariances (n, 6, 6) in some of the axes."""
    e, p = errors[:, axes], covariances[:, axes][:, :, axes]
    return np.einsum("ij,ij->i", e, np.linalg.solve(p, e[:, :, None])[:, :, 0])


def band(n: int, dimensions: int = 3) -> tuple[float, float]:
    """Return the two-sided 95 % band of the mean of n NEES."""
    tail = (1.0 - CONFIDENCE) / 2.0
    return _chi_square(tail, n * dimensions) / n, _chi_square(1.0 - tail, n * dimensions) / n


def _chi_square(probability: float, degrees: int) -> float:
    """Return the value that chi-square of so many degrees of freedom stays below with the probability."""
    return 2.0 * float(gammaincinv(degrees / 2.0, probability))


def error_enu(truth: States, track: States) -> Float64:
    """Return (n, 6): track minus truth, east, north, up at the track (m) and their rates (m/s)."""
    here, there = (
        ecef_from_geodetic(states.latitude_deg, states.longitude_deg, states.altitude_m) for states in (track, truth)
    )
    rotation = rotation_at(track.latitude_deg, track.longitude_deg)
    turned = rotation @ np.swapaxes(rotation_at(truth.latitude_deg, truth.longitude_deg), -1, -2)
    velocity = _velocity(track) - np.einsum("nij,nj->ni", turned, _velocity(truth))
    return np.c_[np.einsum("nij,nj->ni", rotation, here - there), velocity]


def _errors(frames: Sequence[Frame], truth: Truth, picture: Picture) -> tuple[Float64, Float64, Float64]:
    good = [(frame, frame.pairs[frame.counted]) for frame in frames]
    object_rows = np.concatenate([np.empty(0, np.intp), *(f.object_rows[pairs[:, 0]] for f, pairs in good)])
    track_rows = np.concatenate([np.empty(0, np.intp), *(f.track_rows[pairs[:, 1]] for f, pairs in good)])
    assert picture.covariance is not None
    upper = picture.covariance[track_rows]
    known = np.isfinite(upper).all(axis=1)
    object_rows, track_rows, upper = object_rows[known], track_rows[known], upper[known]
    full = np.empty((len(upper), 6, 6))
    full[:, _UPPER[0], _UPPER[1]] = upper
    full[:, _UPPER[1], _UPPER[0]] = upper
    times = truth.states.time_ns[object_rows]
    return error_enu(_take(truth.states, object_rows), _take(picture.states, track_rows)), full, times


def _banded(values: Float64, times: Float64) -> dict[str, float]:
    _, group = np.unique(times, return_inverse=True)
    count = np.bincount(group)
    means = np.bincount(group, values) / count
    bands = [band(int(n)) for n in count]
    inside = [low <= mean <= high for mean, (low, high) in zip(means, bands, strict=True)]
    low, high = band(int(np.median(count)))
    return {
        "mean": float(values.mean()),
        "median": float(np.median(values)),
        "band_low": low,
        "band_high": high,
        "inside_band_share": float(np.mean(inside)),
    }


def _velocity(states: States) -> Float64:
    return np.c_[states.velocity_east_mps, states.velocity_north_mps, states.velocity_up_mps]


def _take(states: States, rows: np.ndarray[tuple[int], np.dtype[np.intp]]) -> States:
    return States(**{name: getattr(states, name)[rows] for name in States.__dataclass_fields__})
