"""The WebSocket: who may listen, what a reader gets, and that a slow one gets the newest and harms nobody."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from sargas.console import stream
from sargas.console.frame import TrackFrame, decode_frame
from sargas.console.sessions import COOKIE
from sargas.console.stream import CLOSE_FULL, CLOSE_NO_SESSION
from tests.console.node import (
    NOW_NS,
    ScriptedNode,
    make_alert,
    make_configuration,
    make_node,
    make_tracks,
    open_client,
    serve,
)

MESSAGE_TOO_BIG = 1009


@contextmanager
def listening(client: httpx.Client, **options: Any) -> Iterator[ClientConnection]:
    headers = {"Cookie": f"{COOKIE}={client.cookies.get(COOKIE, '')}", **options.pop("headers", {})}
    url = str(client.base_url).replace("http", "ws").rstrip("/") + "/stream"
    with connect(url, additional_headers=headers, compression=None, max_size=None, **options) as connection:
        yield connection


def next_frame(connection: ClientConnection) -> TrackFrame:
    while True:
        message = connection.recv(timeout=5)
        if isinstance(message, bytes):
            return decode_frame(message)


def next_section(connection: ClientConnection, name: str) -> dict[str, Any]:
    while True:
        message = connection.recv(timeout=5)
        if isinstance(message, str) and json.loads(message)["type"] == name:
            section: dict[str, Any] = json.loads(message)
            return section


def hear_out(connection: ClientConnection) -> None:
    """Listen until the node closes the connection."""
    while True:
        try:
            connection.recv(timeout=5)
        except ConnectionClosed:
            return


def test_without_a_session_there_is_no_picture(client: httpx.Client) -> None:
    with listening(client) as connection, pytest.raises(ConnectionClosed):
        connection.recv(timeout=5)
    assert connection.close_code == CLOSE_NO_SESSION


def test_another_sites_page_does_not_even_get_a_handshake(operator: httpx.Client) -> None:
    with pytest.raises(InvalidStatus), listening(operator, origin="https://elsewhere.example"):
        pass


def test_the_own_page_is_served(operator: httpx.Client, node: ScriptedNode) -> None:
    with listening(operator, origin=node.url) as connection:
        assert next_frame(connection).base_sequence == 0


def test_a_new_reader_gets_everything_and_then_what_changes(operator: httpx.Client, node: ScriptedNode) -> None:
    node.picture.apply([make_configuration(), make_tracks([1, 2]), make_alert("a", 1)], NOW_NS)
    with listening(operator) as connection:
        seen: dict[str, Any] = {}
        while isinstance(message := connection.recv(timeout=5), str):
            seen[json.loads(message)["type"]] = json.loads(message)
        first = decode_frame(message)
        assert first.columns["track_id"].tolist() == [1, 2]
        assert seen["configuration"]["configuration"]["node"] == "LTU-1"
        assert [alert["alert_id"] for alert in seen["alerts"]["alerts"]] == ["a"]
        assert seen["names"]["track_id"] == [1, 2]
        node.picture.apply([make_tracks([2, 3])], NOW_NS)
        second = next_frame(connection)
        assert second.columns["track_id"].tolist() == [2, 3]
        assert second.base_sequence == first.sequence


def test_a_clock_comes_though_nothing_happens(operator: httpx.Client) -> None:
    with listening(operator) as connection:
        assert next_section(connection, "clock")["frame_version"] == 2
        started = time.monotonic()
        next_section(connection, "clock")
        assert time.monotonic() - started < 3


@pytest.mark.parametrize("request_text", ['{"type":"snapshot"}', '{"type": "snapshot"}', ' {\n"type" : "snapshot"}'])
def test_a_reader_that_asks_gets_a_snapshot(operator: httpx.Client, node: ScriptedNode, request_text: str) -> None:
    """However a program writes JSON."""
    node.picture.apply([make_tracks([1, 2])], NOW_NS)
    with listening(operator) as connection:
        first = next_frame(connection)
        connection.send("nonsense")
        connection.send(b"\x00 nor what is no text")
        connection.send(request_text)
        again = next_frame(connection)
        assert again.base_sequence == 0
        assert again.columns["track_id"].tolist() == first.columns["track_id"].tolist() == [1, 2]


def test_all_readers_get_the_same_bytes(operator: httpx.Client, node: ScriptedNode) -> None:
    with listening(operator) as one, listening(operator) as other:
        next_frame(one), next_frame(other)
        node.picture.apply([make_tracks([7])], NOW_NS)
        first, second = next_frame(one), next_frame(other)
        assert (first.sequence, first.send_time_ms) == (second.sequence, second.send_time_ms)


def test_a_reader_that_stops_reading_gets_the_newest_and_delays_nobody(
    operator: httpx.Client, node: ScriptedNode
) -> None:
    """A stuck reader's socket fills; others go on; when it reads again it skips to the newest by one snapshot."""
    count, steps = 20_000, 40
    ids = np.arange(1, count + 1)
    host, port = node.url.removeprefix("http://").split(":")
    small = socket.socket()
    small.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    small.connect((host, int(port)))
    with listening(operator, sock=small, max_queue=1) as stuck, listening(operator) as quick:
        next_frame(quick)
        sequences = []
        for step in range(steps):
            node.picture.apply([make_tracks(ids.tolist(), latitude=-2000.0 + step)], NOW_NS + step)
            sequences.append(next_frame(quick).sequence)
        assert len(sequences) == steps, "the quick reader got every step"
        received = [next_frame(stuck)]
        while received[-1].sequence < sequences[-1]:
            received.append(next_frame(stuck))
        assert len(received) < steps, "the stuck reader's frames were not queued"
        jump = received[-1]
        assert jump.base_sequence == 0
        assert jump.columns["latitude_deg"][0] == -2000.0 + steps - 1


def test_a_stream_ends_with_its_session(operator: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "SESSION_CHECK_INTERVAL_S", 0.05)
    with listening(operator) as connection:
        next_frame(connection)
        operator.delete("/api/session")
        hear_out(connection)
    assert connection.close_code == CLOSE_NO_SESSION


def test_the_number_of_readers_is_limited_and_a_place_becomes_free(tmp_path: Path) -> None:
    node = make_node(tmp_path, most_clients=1)
    with serve(node), open_client(node.url) as client:
        client.get(node.one_time_link())
        with listening(client) as first:
            next_frame(first)
            with listening(client) as second, pytest.raises(ConnectionClosed):
                second.recv(timeout=5)
            assert second.close_code == CLOSE_FULL
        deadline = time.monotonic() + 5
        while node.app.state.console.clients and time.monotonic() < deadline:
            time.sleep(0.01)
        with listening(client) as third:
            next_frame(third)
    node.store.close()


def test_a_reader_that_talks_too_much_is_cut_off(operator: httpx.Client) -> None:
    with listening(operator) as connection:
        next_frame(connection)
        connection.send("x" * 10_000)
        hear_out(connection)
    assert connection.close_code == MESSAGE_TOO_BIG
