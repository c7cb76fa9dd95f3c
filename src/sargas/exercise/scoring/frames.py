"""Frames: objects and tracks of one report time, matched; every figure is drawn from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from sargas.exercise.scoring.assignment import CUT_OFF_M, NEAR_M, Rows, assign
from sargas.exercise.scoring.columns import Picture, Truth, Words, plane_for
from sargas.model.columns import NS_PER_S, Float64

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Frame:
    """Hold n objects and m tracks of one report time, and who belongs to whom.

    ``object_states`` (n, 5) and ``track_states`` (m, 5): x, y (m), altitude (m), velocity east and north (m/s).
    ``object_rows`` and ``track_rows`` are their rows in the columns they came from.
    """

    age_s: float
    """Since the first report time."""
    object_rows: Rows
    objects: Words
    kinds: Words
    observable: Mask
    object_states: Float64
    track_rows: Rows
    tracks: Words
    track_states: Float64
    pairs: Rows
    """(k, 2) rows of objects and tracks matched one to one within the cut-off."""
    distance_m: Float64
    """(k,) horizontal distance of each pair."""
    is_false: Mask
    """(m,) Tracks that nothing explains: unmatched, and no object that is not yet observable within the cut-off."""
    nearest: Rows
    """(m,) Row of the nearest object."""
    nearest_m: Float64
    """(m,) Its distance; infinite where there is no object."""

    @property
    def is_tracked(self) -> Mask:
        """Say of each object whether a track is matched with it."""
        return _mask(len(self.objects), self.pairs[:, 0])

    @property
    def is_missed(self) -> Mask:
        """Say of each object whether it is observable and without a track."""
        return self.observable & ~self.is_tracked

    @property
    def counted(self) -> Mask:
        """Say of each pair whether its object is observable; the others are neither good nor bad."""
        return self.observable[self.pairs[:, 0]]

    def of_kind(self, kind: str) -> Self:
        """Keep the objects of one kind and the tracks that are about them; false tracks are of no kind."""
        keep = self.kinds == kind
        chosen = keep[self.pairs[:, 0]]
        used = _mask(len(self.tracks), self.pairs[:, 1])
        about = _mask(len(self.tracks), self.pairs[chosen, 1])
        if len(self.objects):
            about |= ~used & (self.nearest_m < NEAR_M) & keep[self.nearest]
        new_object, new_track = np.cumsum(keep) - 1, np.cumsum(about) - 1
        nearest, nearest_m = _nearest(self.object_states[keep], self.track_states[about])
        return replace(
            self,
            object_rows=self.object_rows[keep],
            objects=self.objects[keep],
            kinds=self.kinds[keep],
            observable=self.observable[keep],
            object_states=self.object_states[keep],
            track_rows=self.track_rows[about],
            tracks=self.tracks[about],
            track_states=self.track_states[about],
            pairs=np.c_[new_object[self.pairs[chosen, 0]], new_track[self.pairs[chosen, 1]]],
            distance_m=self.distance_m[chosen],
            is_false=np.zeros(int(about.sum()), bool),
            nearest=nearest,
            nearest_m=nearest_m,
        )


def build_frames(truth: Truth, picture: Picture, until_s: float = np.inf) -> tuple[Frame, ...]:
    """Match the tracks with the objects at each time of the truth up to ``until_s`` after its first."""
    plane = plane_for(truth)
    objects, tracks = truth.states.in_plane(plane), picture.states.in_plane(plane)
    time_ns = truth.states.time_ns
    frames = []
    for now in np.unique(time_ns):
        age_s = float((now - time_ns.min()) / NS_PER_S)
        if age_s <= until_s:
            object_rows, track_rows = np.flatnonzero(time_ns == now), np.flatnonzero(picture.states.time_ns == now)
            frames.append(_match(truth, picture, age_s, object_rows, track_rows, objects, tracks))
    return tuple(frames)


def report_period_s(frames: Sequence[Frame]) -> float:
    """Return the time between reports, s; that of the benchmark when there is one report only."""
    ages = [frame.age_s for frame in frames]
    return float(np.median(np.diff(ages))) if len(ages) > 1 else 4.0


def _match(
    truth: Truth, picture: Picture, age_s: float, object_rows: Rows, track_rows: Rows, objects: Float64, tracks: Float64
) -> Frame:
    x, p = objects[object_rows], tracks[track_rows]
    observable = truth.observable[object_rows]
    pairs, distance_m = assign(x[:, :2], p[:, :2])
    is_false = ~_mask(len(p), pairs[:, 1])
    if is_false.any() and (~observable).any():
        far, _ = cKDTree(x[~observable, :2]).query(p[is_false, :2])
        is_false[is_false] = far > CUT_OFF_M
    nearest, nearest_m = _nearest(x, p)
    return Frame(
        age_s=age_s,
        object_rows=object_rows,
        objects=truth.object_id[object_rows],
        kinds=truth.kind[object_rows],
        observable=observable,
        object_states=x,
        track_rows=track_rows,
        tracks=picture.track_id[track_rows],
        track_states=p,
        pairs=pairs,
        distance_m=distance_m,
        is_false=is_false,
        nearest=nearest,
        nearest_m=nearest_m,
    )


def _nearest(objects: Float64, tracks: Float64) -> tuple[Rows, Float64]:
    if not len(objects) or not len(tracks):
        return np.zeros(len(tracks), np.intp), np.full(len(tracks), np.inf)
    distance_m, row = cKDTree(objects[:, :2]).query(tracks[:, :2])
    return row, distance_m


def _mask(n: int, rows: Rows) -> Mask:
    mask = np.zeros(n, bool)
    mask[rows] = True
    return mask
