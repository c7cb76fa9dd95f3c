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
    others: TrackLabels | None = None
    """Of tracks that no row of the batch is about, such as those that ended lately; made once for many batches."""

    def rows(self, numbers: Int64) -> Int64:
        """Return the index of the label of tracks (n,); -1 for those not known."""
        if not len(self.track_id):
            return np.full(len(numbers), -1)
        at = np.minimum(np.searchsorted(self.track_id, numbers), len(self.track_id) - 1)
        return np.where(self.track_id[at] == numbers, self.index[at], -1)

    def one(self, number: int, otherwise: Label) -> Label:
        """Return the label of one track, ``otherwise`` where it is not known; asked for each claim of a tick."""
        at = int(self.track_id.searchsorted(number))
        if at < len(self.track_id) and self.track_id[at] == number:
            return self.labels[self.index[at]]
        return otherwise if self.others is None else self.others.one(number, otherwise)

    def of(self, numbers: Int64, otherwise: Label) -> Label:
        """Combine the labels of tracks, ``otherwise`` for those not known or where there are none."""
        rows = self.rows(numbers)
        found = [self.labels[k] for k in sorted(set(rows[rows >= 0].tolist()))]
        unknown = numbers[rows < 0]
        if len(unknown) and self.others is not None:
            found.append(self.others.of(unknown, otherwise))
        elif len(unknown) or not found:
            found.append(otherwise)
        return most_restrictive(found)
