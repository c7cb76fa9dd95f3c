"""Server-sent events: what stands, then what changes; where a reader was it goes on; a slow one gets the newest."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from sargas.console import events
from tests.console.node import (
    NOW_NS,
    ScriptedNode,
    make_alert,
    make_configuration,
    make_health,
    make_node,
    open_client,
    serve,
)
from tests.runtime.store_cases import make_warning


@dataclass
class Heard:
    """One event as a client reads it."""

    kind: str
    event_id: str
    data: dict[str, Any]


class Listener:
    """A client that reads events one at a time."""

    def __init__(self, response: httpx.Response) -> None:
        self._lines = response.iter_lines()
        self.comments = 0

    def next(self) -> Heard:
        kind, event_id, data = "message", "", ""
        for line in self._lines:
            if line.startswith(":"):
                self.comments += 1
            elif line == "" and data:
                return Heard(kind, event_id, json.loads(data))
            name, _, value = line.partition(": ")
            kind, event_id, data = (
                value if name == "event" else kind,
                value if name == "id" else event_id,
                value if name == "data" else data,
            )
        raise EOFError("the node has closed the stream")

    def until_ready(self) -> list[Heard]:
        heard = [self.next()]
        while heard[-1].kind != "ready":
            heard.append(self.next())
        return heard


@contextmanager
def listening(node: ScriptedNode, *, account: str = "ona", timeout: float = 10.0, **options: Any) -> Iterator[Listener]:
    token, _ = node.accounts.tokens.issue(account, ["read"], 30)
    headers = {"Authorization": f"Bearer {token}", **options.pop("headers", {})}
    with (
        open_client(node.url, timeout=timeout) as client,
        client.stream("GET", "/api/events", headers=headers, **options) as response,
    ):
        assert response.status_code == 200
        assert response.headers["content-type"].startswith("text/event-stream")
        assert response.headers["cache-control"] == "no-store"
        yield Listener(response)


@pytest.fixture
def served(node: ScriptedNode) -> Iterator[ScriptedNode]:
    node.picture.apply(
        [
            make_configuration(),
            make_health("radar-east"),
            make_alert("zone/1", 1),
            make_alert("zone/0", 5, state="ended", acknowledged_by="jonas"),
        ],
        NOW_NS,
    )
    with serve(node):
        yield node


def test_who_begins_is_told_what_stands_and_then_what_changes(served: ScriptedNode) -> None:
    with listening(served) as listener:
        standing = listener.until_ready()
        assert [(one.kind, one.data.get("alert_id")) for one in standing] == [
            ("source", None),
            ("alert", "zone/1"),
            ("ready", None),
        ]
        served.picture.apply([make_alert("zone/1", 1, state="ended")], NOW_NS)
        heard = listener.next()
        assert (heard.kind, heard.data["alert_id"], heard.data["state"]) == ("alert", "zone/1", "ended")
        served.picture.apply([make_warning(NOW_NS)], NOW_NS)
        heard = listener.next()
        assert (heard.kind, heard.data["message_id"]) == ("warning", "track-7/1/1")


def test_it_goes_on_where_the_reader_was_without_loss_or_repetition(served: ScriptedNode) -> None:
    with listening(served) as listener:
        last = listener.until_ready()[-1].event_id
    for number in range(2, 12):
        served.picture.apply([make_alert(f"zone/{number}", number)], NOW_NS)
    with listening(served, headers={"Last-Event-ID": last}) as listener:
        heard = [listener.next() for _ in range(4)]
    with listening(served, headers={"Last-Event-ID": heard[-1].event_id}) as listener:
        heard += [listener.next() for _ in range(6)]
    assert [one.data["alert_id"] for one in heard] == [f"zone/{number}" for number in range(2, 12)]


@pytest.mark.parametrize("last", ["00000000-1", "nonsense"])
def test_an_id_of_another_run_begins_anew_and_says_so(served: ScriptedNode, last: str) -> None:
    with listening(served, headers={"Last-Event-ID": last}) as listener:
        assert [one.kind for one in listener.until_ready()] == ["reset", "source", "alert", "ready"]


def test_a_reader_chooses_kinds(served: ScriptedNode) -> None:
    with listening(served, params={"kind": ["source", "warning"]}) as listener:
        assert [one.kind for one in listener.until_ready()] == ["source", "ready"]
        served.picture.apply([make_alert("zone/9", 9), make_warning(NOW_NS)], NOW_NS)
        assert listener.next().kind == "warning"
    token, _ = served.accounts.tokens.issue("ona", ["read"], 30)
    wrong = httpx.get(f"{served.url}/api/events", params={"kind": "king"}, headers={"Authorization": f"Bearer {token}"})
    assert wrong.status_code == 422


def test_a_slow_reader_gets_the_newest_of_each_and_costs_no_memory(served: ScriptedNode) -> None:
    """It takes nothing while 4,000 words are said on two subjects, and then finds the last of each."""
    token, _ = served.accounts.tokens.issue("ona", ["read"], 30)
    host, port = served.url.removeprefix("http://").split(":")
    with socket.socket() as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        sock.connect((host, int(port)))
        sock.sendall(f"GET /api/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n".encode())
        words = ("x" * 5000,)
        for number in range(2000):
            both = [make_alert(f"zone/{which}", which, reasons=words, id=f"{number}/{which}") for which in (1, 2)]
            served.picture.apply(both, NOW_NS)
            time.sleep(0.001)
        served.picture.apply([make_alert("zone/last", 3)], NOW_NS)
        sock.settimeout(10)
        taken = b""
        while b"zone/last" not in taken:
            taken += sock.recv(1 << 16)
    text = taken.decode()
    assert text.rfind('"id":"1999/1"') > 0
    assert text.rfind('"id":"1999/2"') > 0
    assert len(served.app.state.console.broadcast.events.after(0)) <= 5
    assert text.count('"alert_id":"zone/1"') < 1000, "most of what came in between was left out"


def test_a_heartbeat_says_that_the_line_is_up(served: ScriptedNode, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "HEARTBEAT_S", 0.05)
    with listening(served) as listener:
        listener.until_ready()
        time.sleep(0.3)
        served.picture.apply([make_alert("zone/9", 9)], NOW_NS)
        assert listener.next().kind == "alert"
        assert listener.comments >= 3


def keep_talking(node: ScriptedNode, listener: Listener) -> None:
    deadline = time.monotonic() + 5
    for number in range(1000):
        node.picture.apply([make_alert(f"zone/{number}", number)], NOW_NS)
        listener.next()
        assert time.monotonic() < deadline


def test_the_stream_ends_with_what_opened_it(served: ScriptedNode, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "HEARTBEAT_S", 0.05)
    with listening(served) as listener:
        listener.until_ready()
        [token] = served.accounts.tokens.list()
        served.accounts.tokens.revoke(token.token_id)
        with pytest.raises(EOFError):
            keep_talking(served, listener)  # a line that is never silent ends too
    assert served.app.state.console.clients == set()


def test_who_may_not_read_hears_nothing(served: ScriptedNode) -> None:
    assert httpx.get(f"{served.url}/api/events").status_code == 401
    token, _ = served.accounts.tokens.issue("jonas", ["decide"], 30)
    refused = httpx.get(f"{served.url}/api/events", headers={"Authorization": f"Bearer {token}"})
    assert refused.status_code == 403


def test_there_are_no_more_readers_than_allowed_and_who_leaves_makes_room(tmp_path: Path) -> None:
    node = make_node(tmp_path, most_clients=1)
    node.picture.apply([make_configuration()], NOW_NS)
    token, _ = node.accounts.tokens.issue("ona", ["read"], 30)
    with serve(node):
        with listening(node) as listener:
            listener.until_ready()
            full = httpx.get(f"{node.url}/api/events", headers={"Authorization": f"Bearer {token}"})
            assert (full.status_code, full.headers["Retry-After"]) == (503, "10")
        deadline = time.monotonic() + 5
        while node.app.state.console.clients:
            assert time.monotonic() < deadline, "who left is still counted"
            time.sleep(0.02)
        with listening(node) as listener:
            assert listener.until_ready()
    node.store.close()
