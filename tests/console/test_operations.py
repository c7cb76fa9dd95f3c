"""What machines ask of the node: alive, ready, and its figures, which not everybody may read."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from prometheus_client import CollectorRegistry, Gauge
from prometheus_client.parser import text_string_to_metric_families

from tests.console.node import ScriptedNode, make_node

REGISTRY = CollectorRegistry()
Gauge("sargas_tracks", "Tracks", registry=REGISTRY).set(7)
REASONS: list[str] = []


def ask(node: ScriptedNode, path: str, client: str = "127.0.0.1", **headers: str) -> httpx.Response:
    """Ask for a path as if from an address."""

    async def run() -> httpx.Response:
        transport = httpx.ASGITransport(node.app, client=(client, 5))
        async with httpx.AsyncClient(transport=transport, base_url="http://node") as session:
            return await session.get(path, headers=headers)

    return asyncio.run(run())


@pytest.fixture
def node(tmp_path: Path) -> Iterator[ScriptedNode]:
    made = make_node(tmp_path, registry=REGISTRY, metrics_token="read-only", why_not_ready=lambda: REASONS)
    yield made
    made.store.close()


def test_the_node_is_alive_and_ready_until_something_keeps_it_from_being(node: ScriptedNode) -> None:
    assert ask(node, "/healthz").status_code == 200
    assert ask(node, "/readyz").text == "ready\n"
    REASONS.append("journal: full: no space left")
    try:
        answer = ask(node, "/readyz")
    finally:
        REASONS.clear()
    assert (answer.status_code, answer.text) == (503, "journal: full: no space left\n")


def test_figures_are_for_who_has_the_token(node: ScriptedNode) -> None:
    assert ask(node, "/metrics").status_code == 401
    assert ask(node, "/metrics", Authorization="Bearer other").status_code == 401
    answer = ask(node, "/metrics", Authorization="Bearer read-only")
    (family,) = text_string_to_metric_families(answer.text)
    assert family.samples[0].value == 7


def test_without_a_token_only_this_machine_reads_them(tmp_path: Path) -> None:
    made = make_node(tmp_path, registry=REGISTRY)
    assert [ask(made, "/metrics", client).status_code for client in ("127.0.0.1", "192.0.2.7", "unix")] == [
        200,
        401,
        401,
    ]
    made.store.close()


def test_a_recording_has_none(tmp_path: Path) -> None:
    made = make_node(tmp_path)
    assert ask(made, "/metrics").status_code == 404
    made.store.close()
