"""A batch of tracks as a part of a snapshot, bit by bit."""

from __future__ import annotations

from typing import Any

from sargas.model.label import Label
from sargas.model.parts import pack, unpack
from sargas.model.tracks import COLUMN_NAMES, Tracks

MARK = b"SARGAS-BATCH-1\n"


def pack_tracks(tracks: Tracks) -> bytes:
    """Write a batch with its label and the names of its sensors."""
    header = {"label": tracks.label.model_dump(mode="json"), "sensor_ids": tracks.sensor_ids}
    return pack(MARK, header, [getattr(tracks, name) for name in COLUMN_NAMES])


def unpack_tracks(data: bytes) -> Tracks:
    """Read what ``pack_tracks`` wrote. Raises ValueError for other bytes."""
    header, columns = unpack(MARK, data, len(COLUMN_NAMES))
    label, sensor_ids = Label.model_validate(header["label"]), tuple(header["sensor_ids"])
    named: dict[str, Any] = dict(zip(COLUMN_NAMES, columns, strict=True))
    return Tracks(**named, label=label, sensor_ids=sensor_ids)
