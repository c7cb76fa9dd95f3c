"""A batch of tracks as a part of a snapshot, bit by bit."""

from __future__ import annotations

from typing import Any

from sargas.model.label import Label
from sargas.model.parts import pack, unpack
from sargas.model.track_labels import TrackLabels
from sargas.model.tracks import COLUMN_NAMES, Tracks

MARK = b"SARGAS-BATCH-2\n"


def pack_tracks(tracks: Tracks) -> bytes:
    """Write a batch with its label, those of single tracks, and the names of its sensors."""
    single = tracks.track_labels
    header = {
        "label": tracks.label.model_dump(mode="json"),
        "sensor_ids": tracks.sensor_ids,
        "track_labels": None if single is None else [label.model_dump(mode="json") for label in single.labels],
    }
    of_tracks = () if single is None else (single.track_id, single.index)
    return pack(MARK, header, [*(getattr(tracks, name) for name in COLUMN_NAMES), *of_tracks])


def unpack_tracks(data: bytes) -> Tracks:
    """Read what ``pack_tracks`` wrote. Raises ValueError for other bytes."""
    header, columns = unpack(MARK, data)
    label, sensor_ids = Label.model_validate(header["label"]), tuple(header["sensor_ids"])
    track_labels = None
    if header["track_labels"] is not None:
        labels = tuple(Label.model_validate(fields) for fields in header["track_labels"])
        track_id, index = columns[len(COLUMN_NAMES) :]
        track_labels = TrackLabels(track_id, index, labels)
    named: dict[str, Any] = dict(zip(COLUMN_NAMES, columns[: len(COLUMN_NAMES)], strict=True))
    return Tracks(**named, label=label, sensor_ids=sensor_ids, track_labels=track_labels)
