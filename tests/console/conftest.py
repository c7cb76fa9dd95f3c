"""A node's console, asked without a network or served on a port."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.console.node import PASSWORD, ScriptedNode, make_node, open_client, serve


@pytest.fixture
def node(tmp_path: Path) -> Iterator[ScriptedNode]:
    """A node with an empty picture."""
    made = make_node(tmp_path)
    yield made
    made.store.close()


@pytest.fixture
def client(node: ScriptedNode) -> Iterator[httpx.Client]:
    """A client of the node served on a port; not logged in."""
    with serve(node), open_client(node.url) as asking:
        yield asking


@pytest.fixture
def operator(client: httpx.Client) -> httpx.Client:
    """A client logged in as the operator jonas, sending the session's token with every request."""
    answer = client.post("/api/session", json={"name": "jonas", "password": PASSWORD})
    answer.raise_for_status()
    client.headers["X-CSRF-Token"] = answer.json()["csrf_token"]
    return client
