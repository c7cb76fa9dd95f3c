"""Labels of single tracks of a batch."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sargas.model.label import Classification, Label, most_restrictive
from sargas.model.track_labels import TrackLabels
from sargas.model.tracks import Tracks

OPEN = Label(releasable_to=("LVA",), originator="LTU")
SECRET = Label(classification=Classification.SECRET, originator="LTU")
BOTH = most_restrictive((OPEN, SECRET))


def tracks(*numbers: int) -> Tracks:
    zeros = np.zeros(len(numbers))
    return Tracks.of(
        time_ns=np.zeros(len(numbers), np.int64), track_id=np.array(numbers), latitude_deg=zeros, longitude_deg=zeros,
        altitude_m=zeros, velocity_east_mps=zeros, velocity_north_mps=zeros, velocity_up_mps=zeros, label=BOTH,
    )  # fmt: skip


MIXED = replace(
    tracks(1, 2, 3), track_labels=TrackLabels(np.array([1, 2, 3, 9]), np.array([0, 1, 0, 1]), (OPEN, SECRET))
)


def test_a_track_has_the_label_of_its_own_plots_and_several_the_strictest() -> None:
    assert MIXED.label_of(1) == MIXED.label_of(3) == MIXED.label_of(1, 3) == OPEN
    assert MIXED.label_of(2) == MIXED.label_of(9) == SECRET
    assert MIXED.label_of(1, 2) == BOTH


def test_a_track_nothing_is_known_of_has_the_label_of_all() -> None:
    assert MIXED.label_of(4) == MIXED.label_of() == BOTH
    assert (
        replace(MIXED, track_labels=TrackLabels(np.zeros(0, np.int64), np.zeros(0, np.int64), ())).label_of(1) == BOTH
    )


def test_a_batch_of_two_labels_is_told_as_two_and_one_of_one_as_itself() -> None:
    parts = MIXED.split()
    assert [(part.track_id.tolist(), part.label, part.track_labels) for part in parts] == [
        ([1, 3], OPEN, None),
        ([2], SECRET, None),
    ]
    alone = tracks(1, 2)
    assert alone.split() == (alone,)
    assert [part.label for part in MIXED.take(np.array([1])).split()] == [SECRET]


def test_a_track_that_no_row_is_about_has_the_label_it_is_known_by_elsewhere() -> None:
    ended = TrackLabels(np.array([1, 7]), np.array([1, 1]), (OPEN, SECRET))
    batch = replace(tracks(1, 2), track_labels=TrackLabels(np.array([1, 2]), np.array([0, 0]), (OPEN,), ended))
    assert batch.label_of(1) == OPEN, "a row of the batch counts before what ended"
    assert batch.label_of(7) == SECRET
    assert batch.label_of(8) == batch.label
    assert batch.label_of(2, 7) == BOTH
    assert [part.label for part in batch.split()] == [OPEN]
