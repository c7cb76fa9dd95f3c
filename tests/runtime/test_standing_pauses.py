"""A source that was paused stays paused over a restart, until somebody lets it go on; the audit says who and why."""

from __future__ import annotations

import asyncio
import json
import socket
import time
from collections.abc import Callable
from pathlib import Path

from sargas.formats.asterix import encode_service_message
from sargas.model.records import SourcePause
from sargas.picture.state import State
from sargas.picture.step import step
from sargas.runtime.audit import verify
from sargas.runtime.config import ConsoleSettings, NodeSettings, Settings, SourceSettings
from sargas.runtime.journal_read import read
from sargas.runtime.node import Node
from tests.runtime.feeds.wires import free_port
from tests.runtime.store_cases import make_source_pause

SOURCE = "lt-ssr"
PORT = free_port()


def settings_of(folder: Path) -> Settings:
    radar = SourceSettings(name=SOURCE, url=f"udp://127.0.0.1:{PORT}", format="asterix")
    return Settings(
        node=NodeSettings(name="node", nation="LTU", data_dir=folder / "data", exercise=True),
        console=ConsoleSettings(port=0), source=(radar,),
    )  # fmt: skip


def send_north_mark() -> None:
    """Send what a radar says each time it looks north."""
    said = encode_service_message(25, 12, message="north", time_of_day_s=time.time() % 86_400)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as radar:
        radar.sendto(said, ("127.0.0.1", PORT))


async def run_until(settings: Settings, holds: Callable[[Node], bool], *entered: SourcePause) -> tuple[str, str]:
    """Run a node, enter something once its source is heard, until something holds; return state and reason of it."""
    node = Node(settings)
    running, left = asyncio.create_task(node.run()), list(entered)
    told = ("", "")
    for _ in range(1800):
        await asyncio.sleep(0.05)
        send_north_mark()
        if running.done():
            break
        health = {one.source: one for one in node.picture.snapshot().sources}.get(SOURCE)
        if health is not None:
            told = health.state, health.reason
            if left and health.received:
                node.enter(*left)
                left = []
        if not left and holds(node):
            break
    await asyncio.sleep(1.2)
    node.stop()
    await asyncio.wait_for(running, 60)
    return told


def state_is(*states: str) -> Callable[[Node], bool]:
    return lambda node: any(one.source == SOURCE and one.state in states for one in node.picture.snapshot().sources)


def replay_of(data_dir: Path) -> State:
    """Replay the journal of a node."""
    state = State()
    for envelope in read(data_dir / "journal"):
        step(state, envelope)
    return state


def test_a_pause_outlives_the_node_and_ends_by_a_word(tmp_path: Path) -> None:
    settings, now_ns = settings_of(tmp_path), time.time_ns()
    paused = make_source_pause(now_ns, source=SOURCE)
    first = asyncio.run(run_until(settings, state_is("paused"), paused))
    assert first == ("paused", "paused by rita: its clock is off")
    assert asyncio.run(run_until(settings, state_is("paused"))) == first
    resumed = make_source_pause(now_ns + 1, source=SOURCE, state="resumed", reason="")
    asyncio.run(run_until(settings, state_is("ok"), resumed))
    state, _ = asyncio.run(run_until(settings, state_is("ok")))
    assert state == "ok"
    journal = tmp_path / "data" / "journal"
    words = [json.loads(one.data) for one in read(journal) if one.kind == "record" and b'"source_pause"' in one.data]
    assert [word["state"] for word in words] == ["paused", "paused", "paused", "resumed"], "each start hands it in"
    assert len({word["id"] for word in words}) == 2
    replayed = replay_of(tmp_path / "data")
    assert replayed.picture is not None
    assert not replayed.picture.health.is_paused(SOURCE)
    deeds = b"".join(path.read_bytes() for path in (tmp_path / "data" / "audit").rglob("*") if path.is_file())
    assert b'"action":"source:pause"' in deeds
    assert b'"action":"source:resume"' in deeds
    assert b"its clock is off" in deeds
    assert verify(tmp_path / "data" / "audit").faults == ()
