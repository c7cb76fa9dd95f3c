"""Frames cut to what one reader looks at: what lies in its box, and whatever has an alert or is selected.

A reader of a thin line says its box (spec/track-feed.md). It keeps the sequence of all readers: a cut frame is the one
that all get, without the rows outside; what moves out of the box is deleted for this reader.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

import numpy as np

from sargas.console.broadcast import Update
from sargas.console.frame import Column, FrameFlag, encode_frame
from sargas.console.messages import ViewRequest
from sargas.console.names import names_section
from sargas.console.shown import ShownPicture
from sargas.model.columns import Int64

Mask: TypeAlias = np.ndarray[Any, np.dtype[np.bool_]]


def holds(view: ViewRequest, columns: dict[str, Column]) -> Mask:
    """Say of each row of a frame whether it belongs to a view."""
    if view.box is None:
        return np.ones(len(columns["track_id"]), np.bool_)
    west, south, east, north = view.box
    longitude, latitude = columns["longitude_deg"], columns["latitude_deg"]
    if west <= east:
        inside = (longitude >= west) & (longitude <= east)
    else:
        inside = (longitude >= west) | (longitude <= east)
    inside &= (latitude >= south) & (latitude <= north)
    wanted: Mask = inside | (columns["threat"] > 0) | np.isin(columns["track_id"], view.selected)
    return wanted


@dataclass(slots=True)
class Cut:
    """What one reader was sent of its view."""

    view: ViewRequest
    known: Int64 = field(default_factory=lambda: np.zeros(0, np.int64))
    """Tracks it has, rising."""

    def update(self, update: Update, picture: ShownPicture) -> tuple[str | None, bytes]:
        """Cut an update that is a snapshot, or is based on the last that this reader got: its names and its frame."""
        frame = update.table
        rows = holds(self.view, frame.columns)
        ids = np.asarray(frame.columns["track_id"], np.int64)
        inside = ids[rows]
        if frame.base_sequence == 0:
            before, gone = np.zeros(0, np.int64), np.zeros(0, np.int64)
        else:
            before = self.known
            gone = np.intersect1d(np.union1d(np.asarray(frame.deleted, np.int64), ids[~rows]), before)
        self.known = np.union1d(np.setdiff1d(before, gone), inside)
        new = np.setdiff1d(inside, before)
        named = np.union1d(new, np.intersect1d(update.named, self.known))
        cut = replace(
            frame,
            flags=frame.flags | FrameFlag.TRUNCATED,
            columns={name: column[rows] for name, column in frame.columns.items()},
            deleted=gone,
        )
        return _names(named, picture, snapshot=frame.base_sequence == 0), encode_frame(cut)


def _names(track_id: Int64, picture: ShownPicture, *, snapshot: bool) -> str | None:
    tracks = picture.rows_of(track_id)
    return names_section(tracks, snapshot=snapshot).model_dump_json() if len(tracks) or snapshot else None
