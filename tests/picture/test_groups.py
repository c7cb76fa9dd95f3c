"""A swarm becomes a group in the picture: events, the column of its members, labels, digest."""

from __future__ import annotations

import numpy as np

from sargas.model.records import TrackEvent
from sargas.model.tracks import Tracks
from tests.picture.aircraft import LABEL, START_S, Sky


def fly(sky: Sky, seconds: range, parting_mps: float = 0.0) -> None:
    for s in seconds:
        apart = 300.0 + parting_mps * (s - seconds[0])
        swarm = {f"x4ca00{i}": (i * apart, 50.0 * s, i * parting_mps, 50.0) for i in range(3)}
        sky.hear(START_S + s, **swarm, x4ca009=(20_000.0, 50.0 * s, 0.0, 50.0))
        sky.tick(START_S + s)


def test_three_together_become_a_group_and_stay_three_tracks() -> None:
    sky = Sky(first_track_number=41)
    fly(sky, range(1, 60))
    (formed,) = [m for m in sky.messages if isinstance(m, TrackEvent)]
    assert (formed.event, formed.group_id, len(formed.track_ids)) == ("group_formed", 41, 3)
    assert (formed.count_low, formed.count_high) == (3, 3)
    assert formed.label == LABEL
    last = [m for m in sky.messages if isinstance(m, Tracks) and len(m) == 4][-1]
    grouped = last.track_id[last.group_id == 41]
    assert sorted(grouped.tolist()) == list(formed.track_ids)
    assert (last.group_id == -1).sum() == 1


def test_members_are_told_at_the_tick_that_forms_the_group() -> None:
    sky = Sky()
    fly(sky, range(1, 60))
    formed = next(m for m in sky.messages if isinstance(m, TrackEvent))
    told = [m for m in sky.messages if isinstance(m, Tracks) and (m.time_ns == formed.time_ns).all() and len(m) == 3]
    assert any(np.all(tracks.group_id == formed.group_id) for tracks in told)


def test_a_swarm_that_parts_ends_its_group_and_replay_agrees() -> None:
    runs = []
    for _ in range(2):
        sky = Sky()
        fly(sky, range(1, 60))
        fly(sky, range(60, 120), parting_mps=20.0)
        runs.append(sky)
    events = [m.event for m in runs[0].messages if isinstance(m, TrackEvent)]
    assert events[0] == "group_formed"
    assert events[-1] == "group_ended"
    assert runs[0].state.digest.hex() == runs[1].state.digest.hex()
