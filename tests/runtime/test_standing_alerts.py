"""An alert that a person acknowledged outlives the node under its id; the replay of it is the live run."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from sargas.model.columns import NS_PER_S
from sargas.model.records import Alert, StandingAlert
from sargas.runtime.clock import SystemClock
from sargas.runtime.config import Settings
from sargas.runtime.history import HistoryWriter
from sargas.runtime.journal import Journal
from sargas.runtime.node import Node
from sargas.runtime.standing_alerts import standing_alerts
from sargas.runtime.store import Store, open_store
from tests.runtime.history_cases import make_tracks
from tests.runtime.store_cases import make_alert, make_decision
from tests.runtime.test_standing_warnings import crash_with, replay_of, settings_of


async def run_until(settings: Settings, holds: Callable[[dict[str, Alert]], bool]) -> tuple[str, dict[str, Alert]]:
    """Run a node until its alerts, by id, are as wanted; return the digest of what it put out, and them."""
    node = Node(settings)
    running = asyncio.create_task(node.run())
    found = dict[str, Alert]()
    for _ in range(2400):
        await asyncio.sleep(0.05)
        found = {one.alert_id: one for one in node.picture.snapshot().alerts}
        if running.done() or (node.is_loaded and holds(found)):
            break
    node.stop()
    await asyncio.wait_for(running, 60)
    return node.state.digest.hex(), found


def write_history(data_dir: Path, time_ns: int, *numbers: int) -> None:
    history = HistoryWriter(data_dir / "history")
    there = np.full(len(numbers), 24.0)
    history.append(make_tracks(time_ns, numbers, longitude_deg=there, velocity_east_mps=there))
    history.close()


def test_alerts_go_on_over_a_restart_as_they_were_and_those_that_cannot_end(tmp_path: Path) -> None:
    settings, now_ns = settings_of(tmp_path), time.time_ns()
    asyncio.run(run_until(settings, lambda _: True))
    acknowledged = make_alert(1, now_ns, "acknowledged", acknowledged_by="rasa", id="alert-1:7")
    gone = make_alert(2, now_ns - NS_PER_S, id="alert-2:3")
    store = open_store(settings.store_url())
    store.write([acknowledged, gone])
    store.close()
    write_history(tmp_path / "data", time.time_ns(), 1)
    digest, alerts = asyncio.run(
        run_until(settings, lambda found: {"alert-1", "alert-2"} <= {*found} and found["alert-2"].state == "ended")
    )
    stands, ended = alerts["alert-1"], alerts["alert-2"]
    assert (stands.state, stands.acknowledged_by, stands.id) == ("acknowledged", "rasa", "alert-1:8")
    assert (ended.state, ended.id) == ("ended", "alert-2:5")
    assert replay_of(tmp_path / "data") == digest
    store = open_store(settings.store_url())
    assert [(one.alert_id, one.state) for one in store.alerts(active_only=True)] == [("alert-1", "acknowledged")]
    store.close()


def hand_in(store: Store, data_dir: Path, now_ns: int) -> list[object]:
    with Journal.open(data_dir / "journal", clock=SystemClock(), fsync_interval_ms=0, segment_bytes=1 << 20) as journal:
        return list(standing_alerts(store, journal, data_dir / "history", "node", now_ns))


def test_a_picture_starts_with_where_the_tracks_of_an_alert_were_last_and_what_was_decided_just_before(
    tmp_path: Path,
) -> None:
    settings, now_ns = settings_of(tmp_path), time.time_ns()
    asyncio.run(run_until(settings, lambda _: True))
    decision = make_decision(1, now_ns)
    crash_with(tmp_path / "data", make_alert(1, now_ns, track_ids=(1, 2, 3)), decision)
    write_history(tmp_path / "data", now_ns - 3 * NS_PER_S, 1, 2)
    write_history(tmp_path / "data", now_ns - NS_PER_S, 1)
    write_history(tmp_path / "data", now_ns - 500 * NS_PER_S, 3)
    store = open_store(settings.store_url())
    stands, decided = hand_in(store, tmp_path / "data", now_ns)
    assert isinstance(stands, StandingAlert)
    assert [(one.track_id, now_ns - one.time_ns) for one in stands.members] == [(1, NS_PER_S), (2, 3 * NS_PER_S)]
    assert decided == decision
    store.close()


def test_of_ended_alerts_those_go_on_that_wait_for_an_answer(tmp_path: Path) -> None:
    settings, now_ns = settings_of(tmp_path), time.time_ns()
    asyncio.run(run_until(settings, lambda _: True))
    ended = {"state": "ended", "ended_ns": now_ns}
    store = open_store(settings.store_url())
    store.write(
        [
            make_alert(1, now_ns - NS_PER_S, **ended),
            make_alert(2, now_ns - NS_PER_S, **ended, acknowledged_by="rasa"),
            make_alert(3, now_ns - NS_PER_S, **ended, merged_into="alert-1"),
            make_alert(4, now_ns - NS_PER_S, **ended, was_shown=False),
            make_alert(5, now_ns - 4000 * NS_PER_S, **ended),
        ]
    )
    found = hand_in(store, tmp_path / "data", now_ns)
    assert [one.alert.alert_id for one in found if isinstance(one, StandingAlert)] == ["alert-1"]
    store.close()
