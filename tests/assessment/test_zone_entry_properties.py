"""Whatever flies, alerts keep their rules: one a cause, the same again in replay, none for what is not real."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sargas.assessment.zone_entry import ZoneEntry
from sargas.model.columns import PlotFlag
from sargas.model.records import Alert
from sargas.model.tracks import TrackStatus
from tests.assessment.flights import RANGE, ZONES, at, start, tracks_at

rows = st.fixed_dictionaries(
    {
        "id": st.integers(1, 4),
        "x": st.sampled_from([-130.0, -99.0, -8.0, 0.0, 4.0, 12.0, 50.0, 99.0, 130.0]),
        "y": st.sampled_from([-8.0, 0.0, 50.0]),
        "vx": st.sampled_from([-230.0, -50.0, 0.0, 50.0]),
        "altitude": st.sampled_from([100.0, 2900.0, 9000.0, float("nan")]),
        "status": st.sampled_from([*TrackStatus, TrackStatus.CONFIRMED, TrackStatus.CONFIRMED]),
        "icao": st.sampled_from([-1, 0x4CA123]),
        "flags": st.sampled_from([0, 0, 0, int(PlotFlag.SIMULATED)]),
    }
)
steps = st.lists(st.tuples(st.sampled_from([1.0, 4.0, 15.0, 31.0, 70.0]), st.lists(rows, max_size=4)), max_size=14)
Steps = list[tuple[float, list[dict[str, Any]]]]


def run(entry: ZoneEntry, flight: Steps, seconds: float = 0.0) -> list[Alert]:
    told: list[Alert] = []
    for step_s, batch in flight:
        seconds += step_s
        told += entry.assess(tracks_at(seconds, *batch), at(seconds))
    return told


@given(steps)
@settings(max_examples=60)
def test_the_messages_of_an_alert_tell_a_lawful_life(flight: Steps) -> None:
    entry = start(exercise=True)
    told = run(entry, flight)
    latest: dict[str, Alert] = {}
    for alert in told:
        before = latest.get(alert.alert_id)
        if before is None:
            assert alert.state == "raised"
            assert alert.alert_id.startswith(f"{alert.rule}:{alert.zone_id}:{alert.track_ids[0]}:")
        else:
            assert alert.time_ns >= before.time_ns
            assert (alert.tier, alert.raised_ns) == (before.tier, before.raised_ns)
            assert before.acknowledged_by is None or alert.acknowledged_by == before.acknowledged_by
        assert (alert.state == "ended") == (alert.ended_ns is not None)
        assert alert.state != "acknowledged" or alert.acknowledged_by
        assert alert.eta_ns is None or alert.rule == "zone_predicted"
        assert alert.tier == "critical" or alert.rule == "zone_predicted" or alert.zone_id == "lithuania"
        latest[alert.alert_id] = alert
    assert len({alert.id for alert in told}) == len(told)
    live = [alert for alert in latest.values() if alert.state != "ended"]
    assert sorted(live, key=lambda alert: alert.alert_id) == list(entry.active())
    assert len({(alert.rule, alert.zone_id, alert.track_ids) for alert in live}) == len(live)


@given(steps, st.randoms(use_true_random=False))
@settings(max_examples=40)
def test_the_order_of_tracks_in_a_batch_does_not_matter(flight: Steps, random: Any) -> None:
    flight = [(step_s, list({row["id"]: row for row in batch}.values())) for step_s, batch in flight]
    shuffled = [(step_s, random.sample(batch, len(batch))) for step_s, batch in flight]
    assert run(start(), flight) == run(start(), shuffled)


@given(steps, steps)
@settings(max_examples=40)
def test_a_restored_assessment_goes_on_as_if_nothing_had_happened(one: Steps, other: Steps) -> None:
    entry = start(exercise=True)
    run(entry, one)
    snapshot = entry.snapshot()
    restored = start(exercise=True)
    restored.restore(snapshot)
    assert restored.snapshot() == snapshot
    assert restored.active() == entry.active()
    later = sum(step_s for step_s, _ in one)
    assert run(restored, other, later) == run(entry, other, later)
    assert restored.snapshot() == entry.snapshot()


@given(steps)
@settings(max_examples=40)
def test_simulated_tracks_change_nothing_live(flight: Steps) -> None:
    real = [
        (step_s, [row for row in batch if not row["flags"]]) for step_s, batch in flight
    ]  # fmt: skip
    marked = [(step_s, [row | {"id": row["id"] + 100, "flags": 1} for row in batch]) for step_s, batch in flight]
    both = [(step_s, one + other) for (step_s, one), (_, other) in zip(real, marked, strict=True)]
    assert run(start(), both) == run(start(), real)


def test_a_snapshot_serves_a_node_whose_zones_have_changed() -> None:
    entry = start()
    entry.assess(tracks_at(0, {"id": 1, "x": 120.0}, {"id": 2}, {"id": 3, "x": 50.0, "y": 50.0}), at(0))
    fewer = start((RANGE, ZONES[0].model_copy(update={"id": "latvia"})))
    fewer.restore(entry.snapshot())
    (ended,) = fewer.assess(tracks_at(4), at(4))
    assert (ended.zone_id, ended.reasons[0]) == ("plant", "the zone was removed")
    assert [alert.zone_id for alert in fewer.active()] == ["range"]
    assert fewer.assess(tracks_at(8, {"id": 1, "x": 90.0}), at(8)) == ()


def test_many_tracks_together_agree_with_each_alone() -> None:
    random = np.random.default_rng(3)
    begin, end = random.uniform(-140, 140, (2, 120, 2))
    flights = [({"id": i, "x": b[0], "y": b[1]}, {"id": i, "x": e[0], "y": e[1]}) for i, (b, e) in
               enumerate(zip(begin, end, strict=True))]  # fmt: skip
    together = start()
    together.assess(tracks_at(0, *[one for one, _ in flights]), at(0))
    found = together.assess(tracks_at(4, *[other for _, other in flights]), at(4))
    alone: list[Alert] = []
    for one, other in flights:
        entry = start()
        entry.assess(tracks_at(0, one), at(0))
        alone += entry.assess(tracks_at(4, other), at(4))
    assert list(found) == sorted(alone, key=lambda alert: alert.alert_id)
    assert len(found) > 20


def test_zones_of_one_id_are_refused() -> None:
    with pytest.raises(ValueError, match="expected zone ids to be unique"):
        start((RANGE, RANGE))
