"""Field-trial figures: what a test of a drone detection and tracking system against flown truth reports.

In the manner of COURAGEOUS and CWA 18150:2024 (De Cubber et al., Standardized Evaluation of Counter-Drone Systems,
Drones 9 (2025) 354; Mohamoud et al., arXiv 2405.04477). The text of the workshop agreement was not at hand: the figures
follow its subjects (detection, tracking, location accuracy, false tracks), not its clauses.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.spatial import cKDTree

from sargas.exercise.scoring.continuity import lives_of
from sargas.exercise.scoring.frames import Frame, report_period_s
from sargas.exercise.scoring.latency import first_waits
from sargas.exercise.scoring.picture_figures import SETTLED_S, Figure, errors
from sargas.geo.wgs84 import ecef_from_geodetic
from sargas.model.columns import Float64

HOUR_S = 3600.0


def field_trial_figures(frames: Sequence[Frame], every: Sequence[Frame], range_m: Float64 | None) -> dict[str, Figure]:
    """Return detection, tracking, accuracy and false tracks; accuracy over ``frames``, the rest over ``every`` frame.

    ``range_m`` (rows of the truth): slant range of each object to the nearest sensor; None: not known. The detection
    range counts objects that came under observation during the run, since the others were already there.
    """
    waits = np.array(list(first_waits(every).values()))
    known = waits[np.isfinite(waits)]
    lives = list(lives_of(every).values())
    location, altitude, velocity = errors(frames)
    ranges = _detection_ranges_m(every, range_m)
    return {
        "objects": len(waits),
        "detected_share": float(np.isfinite(waits).mean()) if len(waits) else None,
        "time_to_first_track_mean_s": float(known.mean()) if len(known) else None,
        "detection_range_objects": len(ranges),
        "detection_range_median_m": float(np.median(ranges)) if len(ranges) else None,
        "detection_range_p10_m": float(np.quantile(ranges, 0.1)) if len(ranges) else None,
        "track_completeness": float(np.mean([life.tracked / life.reports for life in lives])) if lives else None,
        "track_continuity": float(np.mean([1 / (1 + life.gaps + life.changes) for life in lives if life.tracked]))
        if any(life.tracked for life in lives)
        else None,
        "tracks_per_object": float(np.mean([len({*life.numbers} - {None}) for life in lives])) if lives else None,
        "false_tracks_per_hour": _false_tracks_per_hour(every),
        "location_error_mean_m": float(location.mean()) if len(location) else None,
        "location_error_p95_m": float(np.quantile(location, 0.95)) if len(location) else None,
        "altitude_error_mean_m": float(np.abs(altitude).mean()) if len(altitude) else None,
        "altitude_error_p95_m": float(np.quantile(np.abs(altitude), 0.95)) if len(altitude) else None,
        "velocity_error_mean_mps": float(velocity.mean()) if len(velocity) else None,
    }


def false_numbers(frames: Sequence[Frame]) -> set[object]:
    """Return the track numbers that were false at some report and matched with an object at none."""
    false: set[object] = set()
    true: set[object] = set()
    for frame in frames:
        if frame.age_s >= SETTLED_S:
            false.update(frame.tracks[frame.is_false].tolist())
        true.update(frame.tracks[frame.pairs[:, 1]].tolist())
    return false - true


def _false_tracks_per_hour(frames: Sequence[Frame]) -> float | None:
    seconds = sum(frame.age_s >= SETTLED_S for frame in frames) * report_period_s(frames)
    return len(false_numbers(frames)) * HOUR_S / seconds if seconds else None


def _detection_ranges_m(frames: Sequence[Frame], range_m: Float64 | None) -> Float64:
    """Return the slant range to the nearest sensor at the first matched report, of who came under observation."""
    if range_m is None:
        return np.empty(0)
    began = _observable_from(frames)
    newcomers = {name for name, age_s in began.items() if age_s > min(began.values(), default=0.0)}
    found: dict[object, float] = {}
    for frame in frames:
        for i in np.flatnonzero(frame.is_tracked):
            found.setdefault(frame.objects[i], float(range_m[frame.object_rows[i]]))
    return np.array([found[name] for name in newcomers if name in found])


def _observable_from(frames: Sequence[Frame]) -> dict[object, float]:
    began: dict[object, float] = {}
    for frame in frames:
        for i in np.flatnonzero(frame.observable):
            began.setdefault(frame.objects[i], frame.age_s)
    return began


def range_to_nearest_m(
    latitude_deg: Float64, longitude_deg: Float64, altitude_m: Float64, sensors_ecef: Float64
) -> Float64:
    """Return slant ranges (m) of n positions to the nearest of sensors (s, 3; ECEF metres)."""
    nearest: Float64 = cKDTree(sensors_ecef).query(ecef_from_geodetic(latitude_deg, longitude_deg, altitude_m))[0]
    return nearest
