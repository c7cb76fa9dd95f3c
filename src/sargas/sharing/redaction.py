"""What of a track may be told: new columns out of a list of allowed ones; all others are never looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sargas.formats.release.accuracy import ellipse_of
from sargas.formats.release.track_wire import MOST_SENSORS, Detail, ToldTracks
from sargas.model.columns import Float64, Int64, PlotFlag
from sargas.model.label import Label
from sargas.model.tracks import EXCHANGE_SCHEMA, Tracks
from sargas.sharing.agreement import Agreement
from sargas.sharing.policy.words import Verdict

TOLD = (
    *EXCHANGE_SCHEMA.names,
    "status",
    "update_time_ns",
    "network_id",
    "network_since_ns",
)
"""Columns told as they are; covariance, class and flags are told coarser."""
FIELDS_TOLD = (*TOLD, "accuracy class", "class", "danger tier", "flags")
FIELDS_GRANTED = {
    "full_accuracy": "error ellipse",
    "sensor_identity": "contributing_sensors",
    "performance": "rcs_dbsm",
}
NEVER_TOLD = (
    "icao_address",
    "mode_3a",
    "callsign",
    "uas_id",
    "existence",
    "consistency",
    "group_id",
    "radial_speed_spread_mps",
)
NOT_REAL = int(PlotFlag.SIMULATED | PlotFlag.TEST | PlotFlag.FIELD_MONITOR)
_TOLD_FLAGS = np.uint16(NOT_REAL | PlotFlag.ON_GROUND)
_ERRORS = (0, 1, 6, 11, 15, 18, 20)
"""Entries of the covariance that full accuracy tells."""
METRES_PER_DEGREE = 111_195.0


@dataclass(frozen=True, slots=True)
class Redacted:
    """Tracks of one label as a nation may be told them."""

    told: ToldTracks
    detail: Detail
    label: Label

    def take(self, rows: Any) -> Redacted:
        """Select rows."""
        return Redacted(ToldTracks(self.told.tracks.take(rows), self.told.danger[rows]), self.detail, self.label)


def redact_tracks(tracks: Tracks, verdict: Verdict, agreement: Agreement, tiers: Mapping[int, int]) -> Redacted:
    """Build anew what may be told of tracks; ``tiers`` holds the danger tier of each number that has one.

    What no rule grants is absent: sensors behind a track, their performance, the shape of its error.
    """
    names = tracks.sensor_ids if verdict.grants("sensor_identity") and len(tracks.sensor_ids) <= MOST_SENSORS else ()
    detail = Detail(
        full_accuracy=verdict.grants("full_accuracy") and not agreement.position_grid_m,
        sensor_names=bool(names),
        echo=verdict.grants("performance"),
    )
    columns: dict[str, Any] = {name: getattr(tracks, name) for name in TOLD}
    columns["latitude_deg"], columns["longitude_deg"] = _on_grid(tracks, agreement.position_grid_m)
    columns["covariance"] = _errors(tracks, agreement, full=detail.full_accuracy)
    columns["class_probabilities"] = _best_class(tracks)
    columns["flags"] = tracks.flags & _TOLD_FLAGS
    if names:
        columns["contributing"] = tracks.contributing
    if detail.echo:
        columns["rcs_dbsm"] = tracks.rcs_dbsm
    danger = np.array([tiers.get(number, 0) for number in tracks.track_id.tolist()], np.uint8)
    return Redacted(
        ToldTracks(Tracks.of(**columns, sensor_ids=names, label=tracks.label), danger), detail, tracks.label
    )


def merge(parts: Sequence[Redacted], label: Label) -> tuple[ToldTracks, Detail]:
    """Join rows of several labels under the strictest: a detail that one of them does not grant is told of none."""
    names = {part.told.tracks.sensor_ids for part in parts}
    detail = Detail(
        full_accuracy=all(part.detail.full_accuracy for part in parts),
        sensor_names=len(names) == 1 and all(part.detail.sensor_names for part in parts),
        echo=all(part.detail.echo for part in parts),
    )
    if not parts:
        return ToldTracks(Tracks.none(label), np.zeros(0, np.uint8)), Detail()
    batches = [part.told.tracks for part in parts]
    kept = [*TOLD, "covariance", "class_probabilities", "flags", *(["rcs_dbsm"] if detail.echo else [])]
    if detail.sensor_names:
        kept.append("contributing")
    columns: dict[str, Any] = {name: np.concatenate([getattr(b, name) for b in batches]) for name in kept}
    sensor_ids = batches[0].sensor_ids if detail.sensor_names else ()
    tracks = Tracks.of(**columns, sensor_ids=sensor_ids, label=label)
    return ToldTracks(tracks, np.concatenate([part.told.danger for part in parts])), detail


def is_tellable(tracks: Tracks, *, exercise: bool) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Say which rows have what must be told, and are as real as they should be: no test target in a live picture."""
    columns = (tracks.latitude_deg, tracks.longitude_deg, tracks.velocity_east_mps, tracks.velocity_north_mps)
    whole = np.all([np.isfinite(column) for column in columns], axis=0) & (tracks.track_id >= 0)
    real = (tracks.flags & NOT_REAL) == 0
    found: np.ndarray[Any, np.dtype[np.bool_]] = whole & (real | exercise)
    return found


def _on_grid(tracks: Tracks, grid_m: float) -> tuple[Float64, Float64]:
    if not grid_m:
        return tracks.latitude_deg, tracks.longitude_deg
    step = grid_m / METRES_PER_DEGREE
    latitude = np.clip((np.floor(tracks.latitude_deg / step) + 0.5) * step, -90.0, 90.0)
    across = step / np.maximum(np.cos(np.radians(latitude)), 0.01)
    longitude = (np.floor(tracks.longitude_deg / across) + 0.5) * across
    return latitude, (longitude + 180.0) % 360.0 - 180.0


def _errors(tracks: Tracks, agreement: Agreement, *, full: bool) -> Float64:
    """Return covariances that say no more than was agreed: round unless granted, never below the floor."""
    found = np.full((len(tracks), 21), np.nan)
    found[:, _ERRORS] = tracks.covariance[:, _ERRORS]
    floor = agreement.accuracy_floor_m**2
    if full:
        scale = np.fmax(1.0, floor / np.fmax(ellipse_of(tracks.covariance).minor_m ** 2, 1e-6)) if floor else 1.0
        found[:, (0, 1, 6)] *= np.reshape(scale, (-1, 1))
        return found
    major = ellipse_of(tracks.covariance).major_m ** 2
    widest = np.where(np.isnan(major), np.nan, np.maximum(major, floor) + agreement.position_grid_m**2 / 12.0)
    found[:, 0] = found[:, 6] = widest
    found[:, 1] = np.where(np.isnan(widest), np.nan, 0.0)
    return found


def _best_class(tracks: Tracks) -> np.ndarray[Any, np.dtype[np.float32]]:
    """Keep the probability of the best class; the others share the rest alike."""
    chances = tracks.class_probabilities
    known = ~np.isnan(chances).any(axis=1)
    found = np.full(chances.shape, np.nan, np.float32)
    rows: Int64 = np.flatnonzero(known)
    if len(rows):
        best = chances[rows].argmax(axis=1)
        chance = chances[rows, best]
        found[rows] = ((1 - chance) / (chances.shape[1] - 1))[:, None]
        found[rows, best] = chance
    return found
