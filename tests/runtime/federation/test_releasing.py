"""The way out: decided, written down, sealed, handed on; nothing goes that the audit does not have."""

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import sqlalchemy as sa

from sargas.formats.release.envelope import unseal
from sargas.formats.release.record_wire import unpack_record
from sargas.model.message import Message
from sargas.model.records import PartnerNotice
from sargas.model.saying import NOTHING, Said
from sargas.model.tracks import Tracks
from sargas.runtime.audit import AuditLog, Deed, verify
from sargas.runtime.audit.entry import AuditEntry
from sargas.runtime.audit.files import segments
from sargas.runtime.federation.partner_outbox import MOST_LOG, PartnerOutbox, Sealed
from sargas.runtime.federation.releasing import Releaser
from sargas.runtime.federation.stored import subject_of
from sargas.runtime.store import OutboxMessage, Store, StoreAway, open_store
from sargas.runtime.store.schema import OUTBOX
from tests.sharing.making import KEY, OPEN, OWN, SEED, agreement, alert, guard, handover, tracks, warning


@dataclass(frozen=True)
class Given:
    """What the core gave out."""

    messages: tuple[Message, ...] = ()
    offered: tuple[Tracks, ...] | None = None


@dataclass
class Way:
    """A releaser with a real store and audit, and what reached the partner's outbox."""

    store: Store
    audit: AuditLog
    releaser: Releaser
    outboxes: "dict[str, Outbox]"
    out: list[tuple[int, Sealed]] = field(default_factory=list)
    troubles: list[Said] = field(default_factory=list)

    def run(self, until: Callable[[], bool], within_s: float = 10.0) -> None:
        """Let it work until something holds."""

        async def work() -> None:
            running = asyncio.create_task(self.releaser.run())
            async with asyncio.timeout(within_s):
                while not until():
                    await asyncio.sleep(0.01)
            running.cancel()

        asyncio.run(work())

    def entries(self) -> list[AuditEntry]:
        return [
            AuditEntry.of_line(line)
            for path in segments(self.audit.directory)
            for line in path.read_bytes().split(b"\n")[:-1]
        ]

    def log(self) -> list[Sealed]:
        return [sealed for _, sealed in self.out if sealed.traffic == "log"]


class Outbox(PartnerOutbox):
    """An outbox that notes what came of the log, and how long the audit was when each release came."""

    def __init__(self, way: list[Way], partner: str) -> None:
        super().__init__(partner, lambda reason: None)
        self._way = way
        self.told: list[tuple[str, str]] = []

    def put(self, sealed: Sealed) -> None:
        self._way[0].out.append((self._way[0].audit.size, sealed))
        if sealed.traffic == "log":
            super().put(sealed)
            record = unpack_record(unseal(sealed.data, KEY), OPEN)
            if isinstance(record, PartnerNotice):
                self.told.append((record.notice_id, record.state))

    @property
    def log_size(self) -> int:
        return len(self._log)

    def keep(self) -> None:
        """Do as if the bus had all of the log."""
        waiting = list(self._log)
        self._log.clear()
        for one in waiting:
            if not isinstance(one, Sealed):
                one()


def make(folder: Path, *partners: str) -> Way:
    store = open_store(f"sqlite:///{folder / 'sargas.db'}", subject_of)
    audit = AuditLog(folder / "audit", "vilnius", time.time_ns)
    way: list[Way] = []
    troubles: list[Said] = []
    outboxes = {nation: Outbox(way, nation) for nation in partners or ("LVA",)}
    decide = guard(*(agreement(nation=nation, groups=("NATO", "neighbours")) for nation in partners))
    releaser = Releaser(
        decide, "ltu", SEED, store, audit, time.time_ns, tuple(outboxes.values()), troubles.append
    )  # fmt: skip
    way.append(Way(store, audit, releaser, outboxes, troubles=troubles))
    return way[0]


@pytest.fixture
def way(tmp_path: Path) -> Iterator[Way]:
    made = make(tmp_path)
    yield made
    made.store.close()


def test_tracks_go_out_sealed_and_the_audit_had_the_decision_before(way: Way) -> None:
    way.releaser.take(Given(offered=(tracks(3, OPEN),)))
    way.run(lambda: len(way.out) >= 3)
    written = {entry.detail["message_id"]: entry.seq for entry in way.entries()}
    for size, sealed in way.out:
        release = unseal(sealed.data, KEY)
        assert release.destination == "LVA"
        assert written[release.message_id] < size
    assert verify(way.audit.directory).faults == ()


def test_while_the_audit_cannot_be_written_nothing_goes(way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    real, tries = way.audit.append, list[tuple[Deed, ...]]()

    def full(*deeds: Deed) -> tuple[AuditEntry, ...]:
        tries.append(deeds)
        if len(tries) == 1:
            raise OSError(28, "No space left on device")
        assert way.out == []
        return real(*deeds)

    monkeypatch.setattr(way.audit, "append", full)
    way.releaser.take(Given(offered=(tracks(2, OPEN),)))
    way.run(lambda: len(way.out) >= 2)
    assert tries[0] == tries[1]
    assert "releases wait: the audit cannot be written: [Errno 28]" in way.troubles[0].en


def test_an_alert_goes_out_of_the_store_and_is_done_only_when_the_bus_has_it(way: Way) -> None:
    way.releaser.take(Given(offered=(tracks(1, OPEN),)))
    way.store.write([alert(), alert("kept", OWN)])
    way.run(lambda: len(way.log()) == 1)
    (sealed,) = way.log()
    notice = unpack_record(unseal(sealed.data, KEY), OPEN)
    assert isinstance(notice, PartnerNotice)
    assert (notice.about, notice.level) == ("alert", "critical")
    refused = [entry for entry in way.entries() if entry.action == "release:refused"]
    assert [entry.detail["rules"] for entry in refused] == [["bound-releasable-to"]]


def test_what_the_bus_has_not_taken_comes_again_after_a_crash(way: Way, tmp_path: Path) -> None:
    way.releaser.take(Given(offered=(tracks(1, OPEN),)))
    way.store.write([alert()])
    way.run(lambda: len(way.log()) == 1)
    assert len(way.store.unsent()) == 1
    way.store.close()
    again = make(tmp_path)
    again.releaser.take(Given(offered=(tracks(1, OPEN),)))
    again.run(lambda: len(again.log()) == 1)
    assert len(again.store.unsent()) == 1
    again.outboxes["LVA"].keep()
    again.run(lambda: again.store.unsent() == ())
    again.store.close()


def test_a_partner_whose_bus_takes_nothing_costs_no_other_one_and_gets_all_of_it_later(tmp_path: Path) -> None:
    way = make(tmp_path, "LVA", "POL")
    stuck, well = way.outboxes["LVA"], way.outboxes["POL"]
    way.releaser.take(Given(offered=(tracks(1, OPEN),)))
    way.store.write([warning(message_id=f"w/{n}", warning_id=f"w{n}", id=f"w{n}") for n in range(MOST_LOG + 300)])

    def is_on() -> bool:
        well.keep()
        return len(well.told) == MOST_LOG + 300

    way.run(is_on, within_s=60.0)
    assert MOST_LOG <= stuck.log_size <= MOST_LOG + 2 * 200, "bounded"
    way.store.write([alert(was_shown=True)])
    way.run(lambda: len(well.told) == MOST_LOG + 301)
    assert len(way.store.unsent(5000)) == MOST_LOG + 301, "nothing of it is done"
    way.store.write([alert(id="a1/2", state="ended", ended_ns=2, was_shown=True)])

    def is_through() -> bool:
        well.keep()
        stuck.keep()
        return not way.store.unsent(5000)

    way.run(is_through, within_s=60.0)
    told = stuck.told
    assert len(told) == len(set(told)) == MOST_LOG + 300, "all warnings; an alert that is over is no news"
    assert len(well.told) == len(set(well.told)) == MOST_LOG + 302, "nothing twice"
    refused = [entry.detail for entry in way.entries() if entry.action == "release:refused"]
    assert [(one["partner"], one["rules"]) for one in refused] == [("LVA", ["log-full"])]
    way.store.close()


def test_what_a_partner_said_is_never_passed_on(way: Way) -> None:
    theirs = handover().model_copy(update={"origin": "riga"})
    way.releaser.take(Given(messages=(theirs, handover())))
    way.run(lambda: len(way.log()) >= 1)
    way.run(lambda: way.releaser.decided > 4)
    assert len(way.log()) == 1


def test_what_waits_for_the_bus_is_not_read_again_and_again(way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    real, read = way.store.unsent, list[str]()

    def unsent(limit: int = 100, after: int = 0) -> tuple[OutboxMessage, ...]:
        found = real(limit, after)
        read.extend(one.uuid for one in found)
        return found

    monkeypatch.setattr(way.store, "unsent", unsent)
    way.releaser.take(Given(offered=(tracks(1, OPEN),)))
    way.store.write([alert(f"a{number}") for number in range(4)])
    way.run(lambda: way.releaser.decided > 9)
    way.store.write([alert("later")])
    way.run(lambda: len(way.log()) == 5)
    assert len(read) == len(set(read)) == 5


def test_a_record_that_this_version_cannot_read_holds_up_no_other(way: Way) -> None:
    with way.store.write_transaction() as connection:
        row = {"uuid": "old", "subject": "release", "payload": b'{"kind":"alert"}', "created_ns": 1, "label": OPEN}
        connection.execute(sa.insert(OUTBOX).values(row))
    way.releaser.take(Given(offered=(tracks(1, OPEN),)))
    way.store.write([alert()])
    way.run(lambda: len(way.log()) == 1)
    assert [one.object for one in way.entries() if one.action == "release:unreadable"] == ["old"]


def test_a_store_that_is_back_is_no_trouble_any_more(way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    real, failures = way.store.unsent, [1, 1]

    def unsent(limit: int = 100, after: int = 0) -> tuple[OutboxMessage, ...]:
        if failures:
            failures.pop()
            raise StoreAway("locked")
        return real(limit, after)

    monkeypatch.setattr(way.store, "unsent", unsent)
    way.run(lambda: NOTHING in way.troubles)
    assert [bool(one.en) for one in way.troubles] == [True, True, False]
