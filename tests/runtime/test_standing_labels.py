"""A label that an administrator gave a source outlives the node, and the audit says who gave which."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from sargas.model.label import Classification
from sargas.model.records import SourceLabel
from sargas.runtime.config import ConsoleSettings, NodeSettings, Settings, SourceSettings
from sargas.runtime.node import Node
from tests.runtime.store_cases import make_source_label
from tests.runtime.test_node import closed_port

SOURCE = "riga"


async def run_once(settings: Settings, wanted: tuple[str, ...], *entered: SourceLabel) -> tuple[str, ...]:
    """Run a node until a source may go to so many; return to whom it may go then."""
    node = Node(settings)
    running, is_entered, found = asyncio.create_task(node.run()), False, tuple[str, ...]()
    for _ in range(2400):
        await asyncio.sleep(0.05)
        shown = node.picture.snapshot().configuration
        if running.done():
            break
        if shown is not None and not is_entered:
            node.enter(*entered)
            is_entered = True
        if shown is not None:
            found = shown.sources[0].label.releasable_to
            if found == wanted:
                break
    await asyncio.sleep(1.5)
    node.stop()
    await asyncio.wait_for(running, 60)
    return found


def test_a_label_outlives_the_node_and_what_was_set_back_follows_the_file(tmp_path: Path) -> None:
    def settings(*nations: str) -> Settings:
        url = f"tcp://127.0.0.1:{closed_port()}"
        return Settings(
            node=NodeSettings(name="rasa", nation="LTU", data_dir=tmp_path / "data"), console=ConsoleSettings(port=0),
            source=(SourceSettings(name=SOURCE, url=url, releasable_to=nations),),
        )  # fmt: skip

    now_ns = time.time_ns()
    strict = make_source_label(now_ns, source=SOURCE, releasable_to=("POL",), originator="LTU")
    assert asyncio.run(run_once(settings("LVA", "POL"), ("POL",), strict)) == ("POL",)
    assert asyncio.run(run_once(settings("EST", "LVA", "POL"), ("POL",))) == ("POL",)
    assert asyncio.run(run_once(settings("LVA"), ())) == (), "the file has become stricter, and holds too"
    back = make_source_label(
        now_ns + 1, source=SOURCE, releasable_to=("LVA",), originator="LTU", as_configured=True,
        classification=Classification.UNCLASSIFIED,
    )  # fmt: skip
    assert asyncio.run(run_once(settings("LVA"), ("LVA",), back)) == ("LVA",)
    assert asyncio.run(run_once(settings("EST", "LVA"), ("EST", "LVA"))) == ("EST", "LVA")
    deeds = b"".join(path.read_bytes() for path in (tmp_path / "data" / "audit").rglob("*") if path.is_file())
    assert b'"action":"source:label"' in deeds
    assert b"restricted POL" in deeds
