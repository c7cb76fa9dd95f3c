"""Zones are asked at most ten times a second, about every track that was touched, by labels apart."""

from dataclasses import replace

from sargas.model.columns import NS_PER_S
from sargas.model.label import Label
from sargas.picture.crowd import CROWD
from sargas.picture.touched import ASSESS_A_CROWD_EVERY_NS, ASSESS_EVERY_NS, TouchedTracks
from tests.console.node import make_tracks


def test_nothing_is_due_before_there_are_tracks() -> None:
    assert not TouchedTracks().is_due(NS_PER_S, 1)


def test_the_first_tracks_are_due_at_once_and_the_next_a_tenth_of_a_second_later() -> None:
    touched = TouchedTracks()
    touched.add(make_tracks([1]))
    assert touched.is_due(NS_PER_S, 1)
    touched.take(NS_PER_S)
    touched.add(make_tracks([2]))
    assert not touched.is_due(NS_PER_S + ASSESS_EVERY_NS - 1, CROWD)
    assert touched.is_due(NS_PER_S + ASSESS_EVERY_NS, CROWD)


def test_those_of_a_crowd_are_due_three_tenths_of_a_second_later() -> None:
    touched = TouchedTracks()
    touched.take(NS_PER_S)
    touched.add(make_tracks([2]))
    assert not touched.is_due(NS_PER_S + ASSESS_A_CROWD_EVERY_NS - 1, CROWD + 1)
    assert touched.is_due(NS_PER_S + ASSESS_A_CROWD_EVERY_NS, CROWD + 1)


def test_batches_of_one_label_come_together_and_others_apart() -> None:
    touched, ours = TouchedTracks(), make_tracks([1, 2])
    theirs = replace(ours, label=Label(originator="LVA"))
    for tracks in (ours, theirs, make_tracks([2, 3])):
        touched.add(tracks)
    first, second = touched.take(NS_PER_S)
    assert first.track_id.tolist() == [1, 2, 2, 3]
    assert (second.track_id.tolist(), second.label.originator) == ([1, 2], "LVA")
    assert touched.take(NS_PER_S) == ()
