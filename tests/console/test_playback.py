"""A client's own playback over the stream: asked for, moved about in, left; nobody else notices."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.sync.client import ClientConnection

from sargas.console import playing
from sargas.console.frame import FrameFlag, decode_frame
from tests.clock import Clock
from tests.console.node import NOW_NS, ScriptedNode, make_alert, make_configuration, make_node, make_tracks
from tests.console.screen_log.night import Client
from tests.console.test_stream import listening, next_section

S = 1_000_000_000


@pytest.fixture
def node(tmp_path: Path, clock: Clock) -> Iterator[ScriptedNode]:
    """A node that keeps what its screens show."""
    made = make_node(tmp_path, now_ns=clock, screen_folder=tmp_path / "screen")
    yield made
    made.store.close()


def hear(
    connection: ClientConnection, client: Client, until: str, timeout_s: float = 10.0, **expected: object
) -> dict[str, Any]:
    """Take messages until a section of this type has these values, and the frame that follows it."""
    deadline, found = time.monotonic() + timeout_s, None
    while True:
        message = connection.recv(timeout=max(0.01, deadline - time.monotonic()))
        client.sequence = client.sequence if isinstance(message, str) or decode_frame(message).base_sequence else 0
        client.take(message)
        if isinstance(message, str):
            told = json.loads(message)
            if told["type"] == until and all(told[name] == value for name, value in expected.items()):
                found = told
        elif found is not None:
            return dict(found)


def live_for(node: ScriptedNode, clock: Clock, seconds: int) -> None:
    """Let a track fly, and one more appear each second."""
    for second in range(seconds):
        clock.ns += S
        tracks = make_tracks(range(1, second + 2), time_ns=clock.ns, latitude=54.0 + 0.01 * second)
        node.picture.apply([tracks], clock.ns)
        wait_until_shown(node)


def wait_until_shown(node: ScriptedNode) -> None:
    """Wait until the console has told its readers what the picture holds."""
    broadcast, deadline = node.app.state.console.broadcast, time.monotonic() + 10
    while broadcast._revision != node.picture.revision:
        assert time.monotonic() < deadline
        time.sleep(0.005)
    time.sleep(0.01)


def ask(connection: ClientConnection, **request: object) -> None:
    connection.send(json.dumps({"type": "playback", **request}))


def test_a_client_goes_back_sees_what_was_and_comes_back_to_live(
    operator: httpx.Client, node: ScriptedNode, clock: Clock
) -> None:
    node.picture.apply([make_configuration()], clock.ns)
    live_for(node, clock, 10)
    client, other = Client(), Client()
    with listening(operator) as connection, listening(operator) as beside:
        hear(connection, client, "clock")
        assert len(client.rows) == 10
        ask(connection, time_ms=(NOW_NS + 4 * S) / 1e6 + 1, paused=True)
        told = hear(connection, client, "playback", active=True)
        assert (len(client.rows), client.head[0]) == (4, (NOW_NS + 4 * S) / 1e6)
        assert (told["paused"], told["gap_from_ms"], told["fault"]) == (True, None, "")
        assert client.sections["clock"]["replay"]
        live_for(node, clock, 1)
        hear(beside, other, "clock", replay=False)
        assert len(other.rows) == 10, "nobody else is taken along"
        connection.send('{"type":"live"}')
        hear(connection, client, "playback", active=False)
        assert not client.sections["clock"]["replay"]
        assert client.rows.keys() == other.rows.keys()


def test_the_instant_comes_first_and_its_trails_after_it(
    operator: httpx.Client, node: ScriptedNode, clock: Clock
) -> None:
    live_for(node, clock, 20)
    client = Client()
    with listening(operator) as connection:
        hear(connection, client, "clock")
        ask(connection, time_ms=(NOW_NS + 14 * S) / 1e6 + 1, paused=True, trails=True)
        hear(connection, client, "playback", active=True)
        assert (len(client.rows), "trails" in client.sections) == (14, False)
        steps = next_section(connection, "trails")["steps"]
        assert [len(step["track_id"]) for step in steps] == [2, 8]


def test_a_pause_shows_the_very_moment(operator: httpx.Client, node: ScriptedNode, clock: Clock) -> None:
    node.picture.apply([make_configuration()], clock.ns)
    live_for(node, clock, 3)
    client = Client()
    with listening(operator) as connection:
        hear(connection, client, "clock")
        before = client.shown()
        ask(connection, paused=True)
        told = hear(connection, client, "playback", active=True)
        assert told["time_ms"] == clock.ns / 1e6
        assert client.shown()[0] == before[0]
        live_for(node, clock, 1)
        connection.recv(timeout=5)
        assert client.shown()[0] == before[0], "live goes on, this screen does not"


def test_it_plays_on_by_itself_and_says_how_many_alerts_are_new(
    operator: httpx.Client, node: ScriptedNode, clock: Clock
) -> None:
    node.picture.apply([make_configuration(), make_alert("old", 1)], clock.ns)
    live_for(node, clock, 12)
    client = Client()
    with listening(operator) as connection:
        hear(connection, client, "clock")
        ask(connection, time_ms=(NOW_NS + 2 * S) / 1e6 + 1, speed=8)
        first = hear(connection, client, "playback", active=True)
        assert (len(client.rows), first["new_alerts"]) == (2, 0)
        node.picture.apply([make_alert("new", 2), make_alert("held", 3, state="held_back")], clock.ns)
        hear(connection, client, "playback", new_alerts=1, new_critical=1)
        assert [alert["alert_id"] for alert in client.sections["alerts"]["alerts"]] == ["old"]
        deadline = time.monotonic() + 10
        while len(client.rows) < 9:
            assert time.monotonic() < deadline
            hear(connection, client, "clock")


def test_a_client_that_lost_its_thread_gets_its_own_instant_again(
    operator: httpx.Client, node: ScriptedNode, clock: Clock
) -> None:
    live_for(node, clock, 5)
    client = Client()
    with listening(operator) as connection:
        hear(connection, client, "clock")
        ask(connection, time_ms=(NOW_NS + 2 * S) / 1e6 + 1, paused=True)
        hear(connection, client, "playback", active=True)
        connection.send('{"type":"snapshot"}')
        frame = next(decode_frame(m) for m in iter(lambda: connection.recv(timeout=5), None) if isinstance(m, bytes))
        assert frame.base_sequence == 0
        assert frame.flags & FrameFlag.REPLAY
        assert frame.columns["track_id"].tolist() == [1, 2]


@pytest.mark.parametrize(
    "nonsense", ['{"type":"playback","speed":1e9}', '{"type":"playback","time_ms":-1}', '{"type":"live"}']
)
def test_what_makes_no_sense_is_ignored(
    operator: httpx.Client, node: ScriptedNode, clock: Clock, nonsense: str
) -> None:
    live_for(node, clock, 2)
    client = Client()
    with listening(operator) as connection:
        connection.send(nonsense)
        hear(connection, client, "clock")
        live_for(node, clock, 2)
        next_section(connection, "clock")
        assert "playback" not in client.sections
        assert not client.sections["clock"]["replay"]


def test_playbacks_are_few_at_a_time_and_one_that_leaves_makes_room(
    operator: httpx.Client, node: ScriptedNode, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(playing, "MOST_PLAYBACKS", 1)
    live_for(node, clock, 2)
    with listening(operator) as one:
        ask(one, paused=True)
        assert next_section(one, "playback")["active"]
        with listening(operator) as other:
            ask(other, paused=True)
            refused = next_section(other, "playback")
            assert (refused["active"], "at most 1" in refused["fault"]) == (False, True)
            assert not next_section(other, "clock")["replay"]
    deadline = time.monotonic() + 10
    while node.app.state.console.playbacks:
        assert time.monotonic() < deadline, "a playback ends with its stream"
        time.sleep(0.01)
    with listening(operator) as one:
        ask(one, paused=True)
        assert next_section(one, "playback")["active"]


def test_a_node_that_keeps_nothing_says_so_and_stays_live(operator: httpx.Client, node: ScriptedNode) -> None:
    node.app.state.console.screen_log = None
    with listening(operator) as connection:
        ask(connection, paused=True)
        told = next_section(connection, "playback")
        assert not told["active"]
        assert "screen_log.keep_hours" in told["fault"]
        assert not next_section(connection, "clock")["replay"]
