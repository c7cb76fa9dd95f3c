"""What persons entered just before a crash is stored at the next start, and nothing of it twice."""

from __future__ import annotations

from pathlib import Path

from sargas.model.records import Decision, FlightPermission, Record, Tick, Unit
from sargas.runtime.arrival import Arrival
from sargas.runtime.clock import SystemClock
from sargas.runtime.journal import Journal
from sargas.runtime.on_record import newest_on_record, store_entered
from sargas.runtime.store import Store
from tests.runtime.store_cases import LABEL, make_permission, make_unit

NOW_NS = 1_790_020_800 * 10**9


def decision(name: str) -> Decision:
    return Decision(
        id=name, time_ns=NOW_NS, origin="node", label=LABEL, actor="rasa", action="acknowledge", subject="z:7:1"
    )


def journaled(folder: Path, *records: Record) -> Journal:
    journal = Journal.open(folder, clock=SystemClock(), fsync_interval_ms=0, segment_bytes=1 << 20)
    journal.append([Arrival("node", NOW_NS, record.model_dump_json().encode(), "record") for record in records])
    return journal


def test_the_store_takes_what_the_journal_alone_has(store: Store, tmp_path: Path) -> None:
    known, lost, handed_in, unit = decision("known"), decision("lost"), decision("handed in"), make_unit(NOW_NS)
    tick = Tick(id="t", time_ns=NOW_NS, origin="node", label=LABEL)
    with journaled(tmp_path, known, tick, lost, handed_in, unit) as journal:
        assert store_entered(store, journal, ()) == 0, "how far an empty store is nobody knows"
        store.write([known], 0)
        assert store_entered(store, journal, {"handed in"}) == 2
        assert store_entered(store, journal, {"handed in"}) == 0
    assert sorted(one.id for one in store.decisions("z:7:1")) == ["known", "lost"]
    assert store.newest(Unit) == (unit,)


def test_a_permission_of_years_stands_however_many_came_after_it(sqlite_store: Store, tmp_path: Path) -> None:
    first = make_permission(0, 1, valid_until_ns=NOW_NS + 1)
    sqlite_store.write([first, *(make_permission(number, 2) for number in range(1, 10_001))])
    with journaled(tmp_path) as journal:
        held = newest_on_record(sqlite_store, journal, FlightPermission, "permission_id")
    assert held[first.permission_id] == first
