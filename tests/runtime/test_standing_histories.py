"""How a person's reports fared outlives the node: what is on record is handed in at the start, and journaled."""

from __future__ import annotations

import asyncio
from pathlib import Path

from sargas.model.label import Label
from sargas.model.records import RECORD, ReporterHistory
from sargas.runtime.config import ConsoleSettings, NodeSettings, Settings
from sargas.runtime.journal_read import read
from sargas.runtime.node import Node


def history(source_id: str, time_ns: int, right: float, wrong: float) -> ReporterHistory:
    return ReporterHistory(
        id=f"rasa/reporter/{source_id}/{time_ns}", time_ns=time_ns, origin="rasa", label=Label(originator="LTU"),
        source_id=source_id, right=right, wrong=wrong,
    )  # fmt: skip


async def run_once(settings: Settings, *stored: ReporterHistory) -> None:
    """Run a node for some ticks; ``stored``: put on record before it runs."""
    node = Node(settings)
    if stored:
        node.store.write(list(stored))
    running = asyncio.create_task(node.run())
    for _ in range(600):
        await asyncio.sleep(0.05)
        if running.done() or node.picture.snapshot().configuration is not None:
            break
    await asyncio.sleep(1.5)
    node.stop()
    await asyncio.wait_for(running, 60)


def test_what_is_on_record_of_reporters_is_handed_in_at_the_start_the_oldest_change_first(tmp_path: Path) -> None:
    settings = Settings(
        node=NodeSettings(name="rasa", nation="LTU", data_dir=tmp_path / "data"), console=ConsoleSettings(port=0)
    )
    asyncio.run(
        run_once(settings, history("ona", 5, 1.0, 0.0), history("ona", 9, 3.0, 0.2), history("jonas", 7, 0.0, 2.0))
    )
    told = [
        RECORD.validate_json(one.data) for one in read(tmp_path / "data" / "journal") if b"reporter_history" in one.data
    ]
    found = [(one.source_id, one.right, one.wrong) for one in told if isinstance(one, ReporterHistory)]
    assert found == [("jonas", 0.0, 2.0), ("ona", 3.0, 0.2)]
