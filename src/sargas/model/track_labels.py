"""Labels of single tracks of a batch: each that of exactly the plots behind it, where they are not all of one label."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sargas.model.columns import Int64
from sargas.model.label import Label, most_restrictive


@dataclass(frozen=True, slots=True, eq=False)
class TrackLabels:
    """Say of track numbers which label each has; kept by batches whose rows are not all of one label."""

    track_id: Int64
    """Rising."""
    index: Int64
    """Of each track, into ``labels``."""
    labels: tuple[Label, ...]

    def rows(self, numbers: Int64) -> Int64:
        """Return the index of the label of tracks (n,); -1 for those not known."""
        if not len(self.track_id):
            return np.full(len(numbers), -1)
        at = np.minimum(np.searchsorted(self.track_id, numbers), len(self.track_id) - 1)
        return np.where(self.track_id[at] == numbers, self.index[at], -1)

    def of(self, numbers: Int64, otherwise: Label) -> Label:
        """Combine the labels of tracks, ``otherwise`` for those not known or where there are none."""
        found = sorted(set(self.rows(numbers).tolist()))
        return most_restrictive([otherwise if k < 0 else self.labels[k] for k in found] or [otherwise])
