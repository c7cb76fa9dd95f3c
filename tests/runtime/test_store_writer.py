"""The store writer keeps the order, waits out a database that is away, and counts what it could not take."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sargas.runtime.store import Store, StoreError, StoreWriter, open_store
from tests.runtime.conftest import Postgresql
from tests.runtime.processes import PROCESSES
from tests.runtime.store_cases import LABEL, make_alert, make_decision, make_tick


@pytest.fixture
def writer(store: Store) -> Iterator[StoreWriter]:
    opened = StoreWriter(store)
    yield opened
    opened.close()


def wait_until(condition: Callable[[], bool], timeout_s: float = 20.0) -> None:
    end = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < end, "the condition did not come true in time"
        time.sleep(0.01)


class HeldStore:
    """Holds the SQLite write lock as another program would, so that every write finds the database busy."""

    def __init__(self, store: Store) -> None:
        self._other = open_store(str(store.engine.url))
        self._transaction = self._other.write_transaction()
        self._transaction.__enter__()

    def release(self) -> None:
        self._transaction.__exit__(None, None, None)
        self._other.close()


def impatient_store(tmp_path: Path) -> Store:
    """A SQLite store that gives up at once when it is locked, so that tests need not wait 5 s."""
    import sqlalchemy as sa

    store = open_store(f"sqlite:///{tmp_path}/store.sqlite")
    store.engine.dispose()
    sa.event.listen(store.engine, "connect", lambda dbapi, _: dbapi.execute("PRAGMA busy_timeout=5").close())
    return store


def test_records_arrive_in_the_order_of_submit(store: Store, writer: StoreWriter) -> None:
    for n in range(200):
        assert writer.submit([make_decision(n, 1)], journal_sequence=n)
    assert writer.flush()
    assert [d.id for d in store.decisions()] == [f"decision-{n}" for n in reversed(range(200))]
    assert store.journal_sequence() == 199
    status = writer.status()
    assert (status.written, status.queued, status.refused, status.rejected) == (200, 0, 0, 0)


def test_envelopes_without_records_move_the_journal_mark(store: Store, writer: StoreWriter) -> None:
    writer.submit([make_alert(1, 1)], journal_sequence=1)
    for sequence in range(2, 5000):
        writer.submit([], journal_sequence=sequence)
    assert writer.flush()
    assert store.journal_sequence() == 4999


def test_the_journal_mark_is_noted_without_a_flush_too(store: Store, writer: StoreWriter) -> None:
    writer.submit([], journal_sequence=3)
    wait_until(lambda: store.journal_sequence() == 3)
    assert writer.status().written == 0


def test_the_journal_mark_is_noted_while_envelopes_without_records_keep_coming(
    store: Store, writer: StoreWriter
) -> None:
    sequence = 0

    def goes_on() -> bool:
        nonlocal sequence
        sequence += 1
        writer.submit([], journal_sequence=sequence)
        return store.journal_sequence() is not None

    wait_until(goes_on)
    noted = store.journal_sequence()
    assert noted is not None
    assert 0 < noted <= sequence


def test_a_mark_is_not_lost_to_records_without_one(store: Store, writer: StoreWriter) -> None:
    writer.submit([], journal_sequence=3)
    writer.submit([make_alert(1, 1)])
    assert writer.flush()
    assert store.journal_sequence() == 3


def test_a_busy_database_is_waited_for_and_nothing_is_lost(tmp_path: Path) -> None:
    store = impatient_store(tmp_path)
    writer = StoreWriter(store, first_pause_s=0.01, longest_pause_s=0.05)
    held = HeldStore(store)
    for n in range(50):
        assert writer.submit([make_decision(n, 1)], journal_sequence=n)
    wait_until(lambda: writer.status().retries >= 3)
    status = writer.status()
    assert status.away
    assert "database is locked" in status.last_error
    assert (status.written, status.queued) == (0, 50)
    held.release()
    assert writer.flush()
    assert not writer.status().away
    assert [d.id for d in store.decisions()] == [f"decision-{n}" for n in reversed(range(50))]
    assert writer.close()
    store.close()


def test_a_full_queue_refuses_counts_and_holds_the_journal_mark(tmp_path: Path) -> None:
    store = impatient_store(tmp_path)
    writer = StoreWriter(store, capacity=10, first_pause_s=0.01, longest_pause_s=0.02)
    held = HeldStore(store)
    taken = [writer.submit([make_decision(n, 1)], journal_sequence=n) for n in range(15)]
    assert taken == [True] * 10 + [False] * 5
    assert not writer.submit([make_decision(15, 1)], journal_sequence=15, timeout_s=0.05)
    held.release()
    assert writer.flush()
    assert writer.submit([make_decision(16, 1)], journal_sequence=16)
    assert writer.submit([], journal_sequence=17)
    assert writer.flush()
    status = writer.status()
    assert (status.written, status.refused, status.waits) == (11, 6, 6)
    assert store.journal_sequence() == 9
    assert writer.close()
    # What the next start does: write again from the mark on.
    assert store.write([make_decision(n, 1) for n in range(10, 17)], journal_sequence=16) == 6
    assert len(store.decisions()) == 17
    store.close()


def test_what_waits_makes_no_submit_slower(tmp_path: Path) -> None:
    """It is the core's own thread that submits: with 19,000 records waiting each took 1.8 ms of it."""

    class Unlooked(deque[Any]):
        def __iter__(self) -> Iterator[Any]:
            raise AssertionError("expected no look at what waits")

    store = impatient_store(tmp_path)
    writer = StoreWriter(store, capacity=10, first_pause_s=0.01, longest_pause_s=0.02)
    held = HeldStore(store)
    writer._waiting = Unlooked()
    assert [writer.submit([make_decision(n, 1)]) for n in range(11)] == [True] * 10 + [False]
    assert writer.status().queued == 10
    held.release()
    assert writer.flush()
    assert writer.status().queued == 0
    assert writer.close()
    store.close()


def test_submit_waits_for_room_when_asked_to(tmp_path: Path) -> None:
    store = impatient_store(tmp_path)
    writer = StoreWriter(store, capacity=1, first_pause_s=0.01)
    held = HeldStore(store)
    assert writer.submit([make_decision(1, 1)])
    threading.Timer(0.1, held.release).start()
    assert writer.submit([make_decision(2, 1)], timeout_s=10)
    assert writer.status().waits == 1
    assert writer.close()
    assert len(store.decisions()) == 2
    store.close()


def test_a_batch_larger_than_the_queue_is_taken_alone(store: Store) -> None:
    writer = StoreWriter(store, capacity=2)
    assert writer.submit([make_decision(n, 1) for n in range(3000)])
    assert writer.flush(30)
    assert len(store.decisions(limit=5000)) == 3000
    assert writer.close()


def test_a_record_the_database_never_takes_costs_only_itself(store: Store, writer: StoreWriter) -> None:
    too_late = make_alert(2, 2**63)
    writer.submit([make_alert(1, 1), too_late, make_alert(3, 3)], journal_sequence=5)
    assert writer.flush()
    assert [a.alert_id for a in store.alerts()] == ["alert-3", "alert-1"]
    status = writer.status()
    assert (status.written, status.rejected) == (2, 1)
    assert too_late.id in status.last_error
    assert store.journal_sequence() == 5


def test_what_is_not_stored_counts_as_written_all_the_same(store: Store, writer: StoreWriter) -> None:
    writer.submit([make_tick(1), make_tick(2)], journal_sequence=2)
    assert writer.flush()
    assert writer.status().written == 2
    assert store.journal_sequence() == 2


def test_closing_while_the_database_is_away_ends_and_says_so(tmp_path: Path) -> None:
    store = impatient_store(tmp_path)
    writer = StoreWriter(store, first_pause_s=0.01)
    held = HeldStore(store)
    writer.submit([make_decision(1, 1)])
    assert not writer.close(timeout_s=0.1)
    held.release()
    with pytest.raises(StoreError, match="before close"):
        writer.submit([make_decision(2, 1)])
    store.close()


def test_a_postgresql_that_goes_away_and_returns_gets_everything(postgresql: Postgresql) -> None:
    url = postgresql.make_database()
    name = url.split("/")[3].split("?")[0]
    store = open_store(url)
    writer = StoreWriter(store, first_pause_s=0.02, longest_pause_s=0.1)
    writer.submit([make_decision(0, 1)])
    assert writer.flush()
    postgresql.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
    postgresql.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
    for n in range(1, 20):
        assert writer.submit([make_decision(n, 1)])
    wait_until(lambda: writer.status().away and writer.status().retries >= 2)
    assert writer.status().rejected == 0
    postgresql.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
    assert writer.flush(20)
    assert [d.id for d in store.decisions()] == [f"decision-{n}" for n in reversed(range(20))]
    assert writer.close()
    store.close()


def write_alerts(url: str, first: int, step: int) -> None:
    store = open_store(url)
    writer = StoreWriter(store)
    for n in range(first, 60, step):
        writer.submit([make_alert(n, 1), make_alert(1000, n, reasons=(str(n),))])
    assert writer.close()
    store.close()


def test_two_writers_in_two_processes_lose_nothing(store_url: str) -> None:
    store = open_store(store_url)
    processes = [PROCESSES.Process(target=write_alerts, args=(store_url, first, 2)) for first in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0, 0]
    assert len(store.alerts()) == 61
    assert next(a for a in store.alerts() if a.alert_id == "alert-1000").reasons == ("59",)
    assert len(store.alert_changes("alert-1000")) == 60
    store.close()


def write_until_killed(url: str, acknowledged: str) -> None:
    store = open_store(url)
    with open(acknowledged, "a", buffering=1) as file:
        for n in range(100_000):
            store.write([make_decision(n, n), make_alert(n, n, label=LABEL)], journal_sequence=n)
            file.write(f"{n}\n")


def test_a_kill_at_any_moment_loses_no_committed_record(store_url: str, tmp_path: Path) -> None:
    acknowledged = tmp_path / "acknowledged"
    process = PROCESSES.Process(target=write_until_killed, args=(store_url, str(acknowledged)))
    process.start()
    wait_until(lambda: acknowledged.exists() and acknowledged.read_text().count("\n") > 20)
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    last = int(acknowledged.read_text().split("\n")[-2])
    store = open_store(store_url)
    decisions, alerts = store.decisions(limit=200_000), store.alerts(limit=200_000)
    assert last + 1 <= len(decisions) <= last + 2
    assert len(alerts) == len(decisions)
    assert store.journal_sequence() == len(decisions) - 1
    store.close()


def test_a_store_without_a_free_connection_is_waited_for(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/store.sqlite")
    store.engine.pool._timeout = 0.01  # type: ignore[attr-defined]
    readers = [store.engine.connect() for _ in range(15)]
    writer = StoreWriter(store, first_pause_s=0.01)
    writer.submit([make_decision(1, 1)], journal_sequence=7)
    wait_until(lambda: writer.status().retries > 0)
    assert "expected a free connection" in writer.status().last_error
    for reader in readers:
        reader.close()
    assert writer.close()
    assert writer.status().rejected == 0
    assert (store.decisions(), store.journal_sequence()) == ((make_decision(1, 1),), 7)
    store.close()


def test_a_socket_that_breaks_while_the_driver_reads_rejects_nothing(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/store.sqlite")
    breaks = [ConnectionResetError(104, "Connection reset by peer"), TimeoutError("timed out")]

    def read(*_: object) -> None:  # pg8000 lets the first read of an answer raise what the socket raised
        if breaks:
            raise breaks.pop()

    import sqlalchemy as sa

    sa.event.listen(store.engine, "before_cursor_execute", read)
    writer = StoreWriter(store, first_pause_s=0.01)
    writer.submit([make_decision(1, 1)])
    assert writer.close()
    assert (writer.status().rejected, writer.status().retries) == (0, 2)
    assert store.decisions() == (make_decision(1, 1),)
    store.close()
