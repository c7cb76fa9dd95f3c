"""Labels of what others than a track's own plots say of it: persons, microphones, radio direction finders, permissions.

What a track is thought to be inherits from them, where it is and flies does not: filters never hear of it.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from sargas.model.columns import Int64
from sargas.model.label import Label, most_restrictive
from sargas.model.parts import pack, unpack

MARK = b"SARGAS-EVIDENCE-1\n"


class EvidenceLabels:
    """Remember of each live track the most restrictive label of what is said of it: it only rises."""

    def __init__(self) -> None:
        self._of: dict[int, Label] = {}

    def note(self, track_id: int, label: Label) -> None:
        """Note that something of a label was said of a track."""
        before = self._of.get(track_id)
        self._of[track_id] = label if before is None else most_restrictive((before, label))

    def of(self, track_id: int) -> Label | None:
        """Return the label of all that is said of a track; None: nothing is."""
        return self._of.get(track_id)

    def numbers(self) -> Int64:
        """Return the tracks of which anything is said, rising."""
        return np.array(sorted(self._of), np.int64)

    def raised(self, track_id: int, label: Label) -> Label:
        """Return the label of what follows from a track of a label and from what is said of it."""
        said = self._of.get(track_id)
        return label if said is None else most_restrictive((label, said))

    def forget(self, track_ids: Iterable[int]) -> None:
        """Forget tracks that are no more."""
        for track_id in track_ids:
            self._of.pop(track_id, None)

    def snapshot(self) -> bytes:
        """Return the whole state as bytes; equal states give equal bytes."""
        return pack(MARK, {"of": [[number, label.model_dump(mode="json")] for number, label in self._of.items()]})

    def restore(self, data: bytes) -> None:
        """Go on from a snapshot. Raises ValueError for bytes that are none."""
        header, _ = unpack(MARK, data, 0)
        self._of = {number: Label.model_validate(fields) for number, fields in header["of"]}
