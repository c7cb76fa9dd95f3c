"""Plots of a crowd are tracked ten times a second, at ticks at the latest; those of few tracks with each datagram."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sargas.model.columns import NS_PER_S
from sargas.model.label import Label
from sargas.model.plots import Plots
from sargas.model.tracks import Tracks
from sargas.picture import unheard
from sargas.picture.crowd import CROWD
from sargas.picture.snapshot import dump_state, load_state
from sargas.picture.state import State
from sargas.picture.step import Outputs, step
from sargas.picture.unheard import HEAR_EVERY_NS, UnheardPlots
from tests.picture.test_step import night_inputs, whole_night


def test_few_tracks_are_heard_at_once_and_a_crowd_a_tenth_of_a_second_after_the_last_time() -> None:
    waiting = UnheardPlots()
    assert not waiting.is_due(NS_PER_S, 1)
    waiting.add(make_plots(1), NS_PER_S)
    assert waiting.is_due(NS_PER_S, CROWD + 1)
    waiting.take(NS_PER_S)
    waiting.add(make_plots(1), NS_PER_S + 1)
    assert waiting.is_due(NS_PER_S + 1, CROWD)
    assert not waiting.is_due(NS_PER_S + HEAR_EVERY_NS - 1, CROWD + 1)
    assert waiting.is_due(NS_PER_S + HEAR_EVERY_NS, CROWD + 1)


def test_batches_of_one_label_come_together_and_how_long_the_first_plot_waited_is_known() -> None:
    waiting, theirs = UnheardPlots(), replace(make_plots(4), label=Label(originator="LVA"))
    for k, plots in enumerate((make_plots(2), theirs, make_plots(3))):
        waiting.add(plots, NS_PER_S + k)
    ours, others = waiting.take(NS_PER_S + 50)
    assert (len(ours), len(others), others.label.originator) == (5, 4, "LVA")
    assert waiting.waited_ns == 50
    assert waiting.take(NS_PER_S + 60) == ()
    assert waiting.waited_ns == 0


def make_plots(n: int) -> Plots:
    times = np.arange(n, dtype=np.int64)
    return Plots.of(time_ns=times, receive_time_ns=times, sensor_ids=("radar",), label=Label())


def steps(state: State) -> list[Outputs]:
    return [step(state, envelope) for envelope in night_inputs()]


def rows(outputs: list[Outputs]) -> list[tuple[int, int, float]]:
    """Return the last row told of each track: number, time, latitude."""
    last = {}
    for output in outputs:
        for tracks in (message for message in output.messages if isinstance(message, Tracks)):
            for number, time_ns, latitude in zip(tracks.track_id, tracks.time_ns, tracks.latitude_deg, strict=True):
                last[int(number)] = (int(number), int(time_ns), float(latitude))
    return sorted(last.values())


def test_a_crowd_is_heard_less_often_and_comes_to_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    _, at_once = whole_night()
    monkeypatch.setattr(unheard, "CROWD", -1)
    together = steps(State())
    assert rows(together) == rows(at_once)
    counts = [sum(isinstance(one, Tracks) for output in run for one in output.messages) for run in (together, at_once)]
    assert counts[0] < counts[1]
    assert max(output.waited_ns for output in at_once) == 0
    assert 0 < max(output.waited_ns for output in together) <= NS_PER_S


def test_what_nobody_has_heard_is_in_a_snapshot(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unheard, "CROWD", -1)
    state, cut_ns, given = State(), None, iter(night_inputs())
    for envelope in given:
        step(state, envelope)
        assert state.picture is not None
        if state.picture.unheard.is_due(envelope.receive_time_ns + NS_PER_S, CROWD):
            cut_ns, data = envelope.receive_time_ns, dump_state(state, envelope.sequence)
            break
    assert cut_ns is not None
    later = [one for one in given if one.receive_time_ns <= cut_ns + 20 * NS_PER_S]
    resumed, _ = load_state(data)
    for envelope in later:
        step(state, envelope)
        step(resumed, envelope)
    assert resumed.digest.hex() == state.digest.hex()
