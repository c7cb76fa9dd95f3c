"""A warning that a person approved outlives the node: shown, delivered, told of, and its replay is the live run."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sargas.model.columns import NS_PER_S
from sargas.model.records import Decision, PublicWarning, Record
from sargas.picture.state import State
from sargas.picture.step import step
from sargas.runtime.arrival import Arrival
from sargas.runtime.clock import SystemClock
from sargas.runtime.config import ConsoleSettings, NodeSettings, Settings
from sargas.runtime.journal import Journal
from sargas.runtime.journal_read import read
from sargas.runtime.node import Node
from sargas.runtime.standing_warnings import choose_warnings
from sargas.runtime.store import open_store
from sargas.runtime.warnings.settings import FileChannel
from tests.runtime.store_cases import make_warning

NOW_NS = 1_790_020_800 * NS_PER_S
DECIDED: dict[str, Any] = {"state": "approved", "decided_by": "rasa", "decided_ns": NOW_NS}


def settings_of(folder: Path) -> Settings:
    return Settings(
        node=NodeSettings(name="node", nation="LTU", data_dir=folder / "data"),
        console=ConsoleSettings(port=0),
        warning_channel=(FileChannel(name="folder", kind="file", folder=folder / "out"),),
    )


async def run_until(settings: Settings, holds: Callable[[tuple[PublicWarning, ...]], bool]) -> str:
    """Run a node until its warnings are as wanted; return the digest of what it put out."""
    node = Node(settings)
    running = asyncio.create_task(node.run())
    for _ in range(2400):
        await asyncio.sleep(0.05)
        if running.done() or (node.is_loaded and holds(node.picture.snapshot().warnings)):
            break
    node.stop()
    await asyncio.wait_for(running, 60)
    assert holds(node.picture.snapshot().warnings)
    return node.state.digest.hex()


def is_sent(warnings: tuple[PublicWarning, ...]) -> bool:
    return [(one.state, [each.state for each in one.deliveries]) for one in warnings] == [("approved", ["sent"])]


def crash_with(data_dir: Path, on_record: Record, journaled: Record) -> None:
    """Leave what a node leaves that stops between its journal and its store."""
    with Journal.open(data_dir / "journal", clock=SystemClock(), fsync_interval_ms=0, segment_bytes=1 << 20) as journal:
        last = journal.status().next_sequence - 1
        journal.append([Arrival("node", time.time_ns(), journaled.model_dump_json().encode(), "record")])
    store = open_store(f"sqlite:///{data_dir / 'sargas.db'}")
    store.write([on_record], last)
    store.close()


def replay_of(data_dir: Path) -> str:
    """Return the digest of a replay of the last run."""
    state = State()
    for envelope in read(data_dir / "journal"):
        if envelope.kind == "record" and b'"kind":"configuration"' in envelope.data:
            state = State()
        step(state, envelope)
    return state.digest.hex()


def test_what_was_approved_before_a_restart_is_shown_and_says_when_it_was_sent(tmp_path: Path) -> None:
    settings, now_ns = settings_of(tmp_path), time.time_ns()
    asyncio.run(run_until(settings, lambda _: True))
    warning = make_warning(now_ns, **DECIDED)
    store = open_store(settings.store_url())
    store.write([warning])
    store.close()
    digests = [asyncio.run(run_until(settings, is_sent)), asyncio.run(run_until(settings, is_sent))]
    assert digests[0] != digests[1]
    assert replay_of(tmp_path / "data") == digests[1]
    assert len(list((tmp_path / "out").iterdir())) == 1, "never twice"


def test_an_approval_that_was_journaled_just_before_a_crash_goes_out_at_the_next_start(tmp_path: Path) -> None:
    settings, now_ns = settings_of(tmp_path), time.time_ns()
    asyncio.run(run_until(settings, lambda _: True))
    draft = make_warning(now_ns)
    approval = Decision(
        id="d", time_ns=now_ns + NS_PER_S, origin="node", label=draft.label, actor="rasa", action="approve",
        subject=draft.message_id,
    )  # fmt: skip
    crash_with(tmp_path / "data", draft, approval)
    digest = asyncio.run(run_until(settings, is_sent))
    assert replay_of(tmp_path / "data") == digest
    store = open_store(settings.store_url())
    (told,) = store.newest(PublicWarning)
    assert (told.decided_by, told.decided_ns) == ("rasa", approval.time_ns)
    assert store.decisions(draft.message_id) == (approval,)
    store.close()


def test_a_picture_starts_with_what_was_approved_or_waits_and_knows_the_last_number() -> None:
    def message(warning: str, number: int, **fields: Any) -> PublicWarning:
        name = f"{warning}/{number}"
        made = {"id": name, "warning_id": warning, "message_id": name, "number": number}
        return make_warning(NOW_NS + number, **made, **fields)

    told, over = message("told", 1, **DECIDED), message("told", 2, state="withdrawn")
    waits, gone = message("waits", 1), message("gone", 1, state="withdrawn")
    late, decided = message("late", 1, expires_ns=NOW_NS), message("decided", 1, expires_ns=NOW_NS)
    chosen = choose_warnings([over, told, waits, gone, late, decided], {"decided/1"}, NOW_NS)
    assert [one.id for one in chosen] == ["decided/1", "told/1", "waits/1", "told/2"]


@pytest.mark.parametrize("state", ["refused", "withdrawn"])
def test_of_what_the_public_was_never_told_nothing_stands(state: str) -> None:
    fields = {"decided_by": "rasa", "decided_ns": NOW_NS} if state == "refused" else {}
    assert choose_warnings([make_warning(NOW_NS, state=state, **fields)], (), NOW_NS) == ()
