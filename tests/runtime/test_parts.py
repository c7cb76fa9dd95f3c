"""How the parts of a node are told: of real parts, well and in trouble."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from sargas.model.saying import NOTHING
from sargas.runtime.audit import AuditLog, Deed, log
from sargas.runtime.clock import SystemClock
from sargas.runtime.history import HistoryWriter
from sargas.runtime.journal import Journal
from sargas.runtime.parts import PartState, parts_of
from sargas.runtime.store import Store, StoreWriter, open_store

DEED = Deed(actor="jonas", action="login", object="operator")


@dataclass
class Parts:
    """The parts of a node that nothing runs."""

    journal: Journal
    store: Store
    store_writer: StoreWriter
    history: HistoryWriter
    audit: AuditLog
    federation: None = None
    is_loaded: bool = True

    def state(self, part: str) -> PartState:
        return next(one for one in parts_of(self) if one.part == part)


@pytest.fixture
def parts(tmp_path: Path) -> Iterator[Parts]:
    clock, store = SystemClock(), open_store(f"sqlite:///{tmp_path / 'sargas.db'}")
    made = Parts(
        Journal.open(tmp_path / "journal", clock=clock), store, StoreWriter(store), HistoryWriter(tmp_path / "history"),
        AuditLog(tmp_path / "audit", "vilnius", clock.now_ns),
    )  # fmt: skip
    yield made
    made.store_writer.close()
    made.history.close()
    made.journal.close()
    made.store.close()


def test_every_part_is_told_and_well(parts: Parts) -> None:
    told = {one.part: (one.state, one.reason.en) for one in parts_of(parts)}
    assert told == dict.fromkeys(("core", "journal", "store", "history", "audit"), ("ok", "")) | {"bus": ("off", "")}


def test_an_audit_that_cannot_be_written_has_failed_until_it_can(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, data: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(log, "write_durably", full)
        with pytest.raises(OSError, match="No space left"):
            parts.audit.append(DEED)
        failed = parts.state("audit")
        assert (failed.state, failed.figures["entries"]) == ("failed", 0)
        assert "No space left" in failed.reason.en
    parts.audit.append(DEED)
    assert parts.state("audit") == PartState("audit", "ok", NOTHING, {"entries": 1})
