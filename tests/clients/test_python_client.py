"""The Python client: made of the API as it is, and its examples run against a console that is served."""

from __future__ import annotations

import inspect
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from sargas_client import Refused, SargasClient
from sargas_client.operations import Operations

from sargas.console.app import make_api
from tests.console.node import (
    NOW_NS,
    PASSWORD,
    ScriptedNode,
    make_alert,
    make_configuration,
    make_node,
    make_tracks,
    serve,
)
from tests.docs.tables import ROOT
from tests.runtime.store_cases import make_unit, make_warning

CLIENT = ROOT / "clients" / "python"
EXAMPLES = sorted((CLIENT / "examples").glob("*.py"))
PERMISSIONS = (
    "permission_id,holder,purpose,valid_from,valid_until,longitude_deg,latitude_deg,radius_m\n"
    "p-1,Vilniaus policija,police,2026-09-21T00:00:00Z,2026-09-22T00:00:00Z,25.28,54.68,3000\n"
)


@pytest.fixture
def served(node: ScriptedNode) -> Iterator[ScriptedNode]:
    """A served node with a critical alert, an advisory and two tracks."""
    told = [make_alert("zone/2", 2, tier="advisory"), make_alert("zone/1", 1)]
    node.store.write(told)
    node.picture.apply([make_configuration(), make_tracks([1, 2]), *told], NOW_NS)
    with serve(node):
        node.app.state.console.broadcast.catch_up()
        yield node


@pytest.fixture
def node(tmp_path: Path) -> Iterator[ScriptedNode]:
    made = make_node(tmp_path)
    yield made
    made.store.close()


def run(node: ScriptedNode, name: str, *arguments: str, scopes: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
    token, _ = node.accounts.tokens.issue("jonas", scopes, 1)
    surroundings = {**os.environ, "PYTHONPATH": str(CLIENT), "SARGAS_URL": node.url, "SARGAS_TOKEN": token}
    command = [sys.executable, str(CLIENT / "examples" / name), *arguments]
    return subprocess.run(command, env=surroundings, capture_output=True, text=True, timeout=60, check=False)


def test_it_is_what_the_api_says() -> None:
    made = subprocess.run([sys.executable, str(CLIENT / "generate.py"), "--check"], capture_output=True, text=True)
    assert made.returncode == 0, made.stderr


def test_every_operation_is_a_method_but_the_endless_one() -> None:
    operations = {one["operationId"] for path in make_api().openapi()["paths"].values() for one in path.values()}
    methods = {name for name, _ in inspect.getmembers(Operations, inspect.isfunction) if not name.startswith("_")}
    assert methods == operations - {"follow_events"}


def test_alerts_are_listed_and_acknowledged(served: ScriptedNode) -> None:
    done = run(served, "alerts.py", "--acknowledge", scopes=("read", "decide"))
    lines = done.stdout.splitlines()
    assert lines[0].startswith("critical raised Rytų siena entered from the east"), done.stderr
    assert [line.split(":")[0] for line in lines[1::2]] == ["acknowledged"] * 2
    assert [decision.subject for decision in served.decisions] == ["zone/1", "zone/2"]


def test_events_are_followed(served: ScriptedNode) -> None:
    served.picture.apply([make_warning(NOW_NS)], NOW_NS)
    done = run(served, "follow.py", "4", scopes=("read",))
    assert sorted(done.stdout.splitlines()) == [
        "alert raised Rytų siena",
        "alert raised Rytų siena",
        "ready  ",
        "warning drafted red",
    ], done.stderr


def test_tracks_become_geojson(served: ScriptedNode) -> None:
    done = run(served, "tracks_to_geojson.py", scopes=("read",))
    features = json.loads(done.stdout)["features"]
    assert [one["properties"]["track"] for one in features] == [1, 2]
    assert features[0]["geometry"]["coordinates"] == [25.0, 55.0]
    assert features[0]["properties"]["threat"] == "critical"


def test_a_report_is_handed_in_or_refused_with_the_nodes_words(served: ScriptedNode) -> None:
    done = run(served, "report.py", "54.7", "25.3", "drone", "NE", scopes=("report",))
    assert done.stdout.startswith("report jonas/"), done.stderr
    [report] = served.entered
    assert (report.kind, report.origin) == ("human_report", "LTU-1")
    bad = run(served, "report.py", "54.7", "25.3", "drone", "nowhere", scopes=("report",))
    assert (bad.returncode, bad.stderr.startswith("not taken: ")) == (1, True)
    other = run(served, "report.py", "54.7", "25.3", "drone", "NE", scopes=("read",))
    assert "expected a token with scope report" in other.stderr


def test_permissions_are_handed_in(served: ScriptedNode, tmp_path: Path) -> None:
    file = tmp_path / "permissions.csv"
    file.write_text(PERMISSIONS)
    done = run(served, "permissions.py", str(file), scopes=("enter", "read"))
    assert done.stdout.startswith("1 entered, 0 stood so already"), done.stdout + done.stderr
    file.write_text(PERMISSIONS.replace("2026-09-22", "yesterday"))
    bad = run(served, "permissions.py", str(file), scopes=("enter", "read"))
    assert bad.stderr.startswith("nothing was taken: ")


def test_every_example_is_run_here_and_named_on_the_page() -> None:
    here, page = Path(__file__).read_text(encoding="utf-8"), (ROOT / "docs" / "client.md").read_text(encoding="utf-8")
    assert len(EXAMPLES) >= 5
    for example in EXAMPLES:
        assert f'"{example.name}"' in here
        assert example.name in page


def test_a_person_logs_in_proves_and_decides(served: ScriptedNode) -> None:
    served.picture.apply([make_warning(NOW_NS)], NOW_NS)
    with SargasClient(served.url) as client:
        with pytest.raises(Refused) as refused:
            client.list_tracks()
        assert refused.value.status == 401
        assert client.log_in({"name": "jonas", "password": PASSWORD})["may_decide"]
        assert client.prove({"password": PASSWORD})["proved_ns"] == NOW_NS
        client.decide_on_warning("track-7/1/1", "approve", {"reason": "two radars"})
        client.log_out()
        with pytest.raises(Refused):
            client.list_tracks()
    assert served.decisions[0].action == "approve"


def test_what_is_refused_for_haste_is_asked_again_after_the_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make_node(tmp_path, request_burst=1, requests_per_s=2.0)
    token, _ = made.accounts.tokens.issue("ona", ["read"], 1)
    waits: list[float] = []
    monkeypatch.setattr("sargas_client.client.time.sleep", lambda s: (waits.append(s), threading.Event().wait(s)))
    with serve(made), SargasClient(made.url, token) as client:
        for _ in range(3):
            assert client.list_zones() == []
    made.store.close()
    assert waits
    assert set(waits) == {1.0}


def test_events_go_on_over_a_restart_of_the_line(served: ScriptedNode) -> None:
    """Between client and node stands a relay that cuts the line after the first events."""
    token, _ = served.accounts.tokens.issue("ona", ["read"], 1)
    host, port = served.url.removeprefix("http://").split(":")
    with socket.create_server(("127.0.0.1", 0)) as door:
        cut = threading.Thread(target=relay_twice, args=(door, host, int(port)), daemon=True)
        cut.start()
        heard = []
        with SargasClient(f"http://127.0.0.1:{door.getsockname()[1]}", token) as client:
            for event in client.events(["alert"]):
                heard.append((event.kind, event.data.get("alert_id")))
                if event.kind == "ready":
                    served.picture.apply([make_alert("zone/3", 3)], NOW_NS)
                if event.data.get("alert_id") == "zone/3":
                    break
        cut.join(10)
        assert not cut.is_alive(), "the line was cut, and taken up again"
    assert heard == [("alert", "zone/2"), ("alert", "zone/1"), ("ready", None), ("alert", "zone/3")], "none twice"


def test_words_that_hold_other_ends_of_lines_than_that_of_events_are_read_whole(served: ScriptedNode) -> None:
    name = "Patrulis\u2028A1\x85B\x0bC\x1cD"
    served.picture.apply([make_unit(NOW_NS, name=name)], NOW_NS)
    token, _ = served.accounts.tokens.issue("ona", ["read"], 1)
    with SargasClient(served.url, token) as client:
        events = client.events(["unit"])
        assert next(events).data["name"] == name
        assert next(events).kind == "ready"


def test_a_wait_that_is_no_number_of_seconds_is_none() -> None:
    told = {"Retry-After": "Fri, 31 Dec 2032 23:59:59 GMT"}  # as proxies write it
    busy = httpx.MockTransport(lambda _: httpx.Response(503, headers=told, text="busy"))
    with SargasClient("http://node") as client:
        client._http = httpx.Client(base_url="http://node", transport=busy)
        with pytest.raises(Refused) as refused:
            client.list_zones()
    assert (refused.value.status, refused.value.detail, refused.value.wait_s) == (503, "busy", 0.0)


def relay_twice(door: socket.socket, host: str, port: int) -> None:
    """Pass one answer up to the word ready and cut; pass the next whole."""
    for place in range(2):
        client, _ = door.accept()
        with client, socket.create_connection((host, port)) as node:
            node.sendall(client.recv(65536))
            passed, deadline = b"", time.monotonic() + 10
            node.settimeout(10)
            while time.monotonic() < deadline and (data := node.recv(65536)):
                client.sendall(data)
                passed += data
                if (b"event: ready" in passed and passed.endswith(b"\r\n")) if place == 0 else b"zone/3" in passed:
                    break
