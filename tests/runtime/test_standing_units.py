"""A picture starts with the units that persons entered and nobody removed."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from sargas.model.records import Unit
from sargas.runtime.config import ConsoleSettings, NodeSettings, Settings
from sargas.runtime.node import Node
from tests.runtime.store_cases import make_unit


async def run_once(settings: Settings, wanted: int, *entered: Unit) -> list[Unit]:
    """Run a node until its picture holds so many units; return them."""
    node = Node(settings)
    running = asyncio.create_task(node.run())
    units, is_entered = list[Unit](), False
    for _ in range(2400):
        await asyncio.sleep(0.05)
        shown = node.picture.snapshot()
        if running.done():
            break
        if shown.configuration is None:
            continue
        if not is_entered:
            node.enter(*entered)
            is_entered = True
        units = list(shown.units)
        if len(units) == wanted:
            break
    await asyncio.sleep(1.5)
    node.stop()
    await asyncio.wait_for(running, 60)
    return units


def test_a_unit_outlives_the_node_and_one_that_was_removed_does_not(tmp_path: Path) -> None:
    settings = Settings(
        node=NodeSettings(name="rasa", nation="LTU", data_dir=tmp_path / "data"), console=ConsoleSettings(port=0)
    )
    now_ns = time.time_ns()
    patrol, gone = make_unit(now_ns), make_unit(now_ns, id="g/1", unit_id="gone")
    entered = asyncio.run(
        run_once(settings, 2, patrol, gone, gone.model_copy(update={"id": "g/2", "state": "removed"}))
    )
    assert sorted(unit.state for unit in entered) == ["ready", "removed"]
    assert asyncio.run(run_once(settings, 1)) == [patrol]
    deeds = b"".join(path.read_bytes() for path in (tmp_path / "data" / "audit").rglob("*") if path.is_file())
    assert b'"action":"unit"' in deeds
    assert b'"actor":"jonas"' in deeds
