"""A node that stops, or whose disk is bad, keeps what persons handed in."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from sargas.model.label import Label
from sargas.model.records import Decision, SourceHealth
from sargas.runtime.arrival import Arrival
from sargas.runtime.audit import Deed, verify
from sargas.runtime.audit.entry import AuditEntry
from sargas.runtime.audit.files import segments
from sargas.runtime.config import ConsoleSettings, NodeSettings, Settings
from sargas.runtime.control import NotJournaled
from sargas.runtime.journal_read import read
from sargas.runtime.node import Node
from sargas.runtime.saying import say


def settings_of_nothing(data_dir: Path) -> Settings:
    return Settings(
        node=NodeSettings(name="node", nation="LTU", data_dir=data_dir), console=ConsoleSettings(port=0), source=()
    )


async def _wait_loaded(node: Node) -> None:
    while not node.is_loaded:
        await asyncio.sleep(0.02)


def _decision(node: Node, name: str) -> Decision:
    return Decision(
        id=name, time_ns=node.clock.now_ns(), origin="node", label=Label(), actor="anna", action="acknowledge",
        subject="alert-1", reason="",
    )  # fmt: skip


def test_what_is_handed_in_as_the_node_stops_is_journaled(tmp_path: Path) -> None:
    async def stop_at_once() -> None:
        node = Node(settings_of_nothing(tmp_path / "data"))
        running = asyncio.create_task(node.run())
        await _wait_loaded(node)
        process = node._process

        async def stop_then_process(arrivals: Sequence[Arrival]) -> None:
            await process(arrivals)
            if not node._stopping.is_set():  # a person was told "accepted" just before
                node.stop()
                node.enter(_decision(node, "last"))

        node._process = stop_then_process  # type: ignore[method-assign]
        await asyncio.wait_for(running, 60)

    asyncio.run(stop_at_once())
    assert any(b'"id":"last"' in envelope.data for envelope in read(tmp_path / "data" / "journal"))
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700, "what it was told and its database are its user's alone"


def test_who_was_told_that_it_is_taken_finds_it_in_the_journal(tmp_path: Path) -> None:
    def journaled() -> bool:  # a node that was killed now would find what lies there
        return any(b'"id":"sure"' in envelope.data for envelope in read(tmp_path / "journal"))

    async def enter_while_it_runs() -> bool:
        node = Node(settings_of_nothing(tmp_path))
        running = asyncio.create_task(node.run())
        await _wait_loaded(node)
        await asyncio.to_thread(node.enter_surely, _decision(node, "sure"))
        found = journaled()
        node.stop()
        await asyncio.wait_for(running, 60)
        return found

    assert asyncio.run(enter_while_it_runs())


def test_nobody_is_told_that_it_is_taken_while_the_journal_takes_nothing(tmp_path: Path) -> None:
    node = Node(settings_of_nothing(tmp_path))
    node._health.problem.reason = say("journal_full", journal="", reason="disk full")
    with pytest.raises(NotJournaled):
        node.enter_surely(_decision(node, "waits"))
    assert len(node._control) == 1, "it waits for the journal all the same"
    node._close()


def test_a_part_that_cannot_be_closed_keeps_no_other_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def stop_with_a_bad_disk() -> None:
        node = Node(settings_of_nothing(tmp_path))
        close = node.history.close

        def fail() -> bool:
            close()
            raise OSError(5, "Input/output error")

        monkeypatch.setattr(node.history, "close", fail)
        running = asyncio.create_task(node.run())
        await _wait_loaded(node)
        node.stop()
        with pytest.raises(OSError, match="Input/output error"):
            await asyncio.wait_for(running, 60)
        assert not node.store_writer._thread.is_alive()

    asyncio.run(stop_with_a_bad_disk())
    last = segments(tmp_path / "audit")[-1].read_bytes().splitlines()[-1]
    assert AuditEntry.of_line(last).action == "stop"
    verdict = verify(tmp_path / "audit")
    assert (verdict.unsigned, verdict.faults) == (0, ())


def test_what_the_audit_could_not_take_it_has_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fill_the_disk() -> None:
        node = Node(settings_of_nothing(tmp_path))
        running = asyncio.create_task(node.run())
        await _wait_loaded(node)
        append = node.audit.append

        def fail(*_: Deed) -> tuple[AuditEntry, ...]:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(node.audit, "append", fail)
        node.enter(_decision(node, "first"))
        assert _health(node, "audit").state == "failed"
        monkeypatch.setattr(node.audit, "append", append)
        node.enter(_decision(node, "second"))
        assert _health(node, "audit").state == "ok"
        node.stop()
        await asyncio.wait_for(running, 60)

    asyncio.run(fill_the_disk())
    lines = [line for path in segments(tmp_path / "audit") for line in path.read_bytes().splitlines()]
    found = [entry for entry in map(AuditEntry.of_line, lines) if entry.action == "acknowledge"]
    assert [("noted_ns" in entry.detail) for entry in found] == [True, False]
    assert verify(tmp_path / "audit").faults == ()


def _health(node: Node, part: str) -> SourceHealth:
    return next(one for one in node.picture.snapshot().sources if one.source == part)
