"""The journal keeps every row in order, continues after any end, and says loudly when it cannot write."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from sargas.runtime.clock import ManualClock
from sargas.runtime.journal import Journal
from sargas.runtime.journal_read import read
from sargas.runtime.journal_segment import JournalBroken, JournalFull, JournalLocked, list_segments
from tests.runtime.journal_cases import START_NS, arrivals, envelopes, open_journal


def test_rows_are_numbered_from_zero_and_read_back_as_they_came(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal:
        assert journal.append(arrivals(0, 3)) == tuple(envelopes(0, 3))
        assert journal.append(arrivals(3, 100))[-1].sequence == 102
        assert journal.append([]) == ()
    assert list(read(tmp_path)) == envelopes(0, 103)


def test_a_closed_segment_is_an_ordinary_arrow_stream(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal:
        journal.append(arrivals(0, 10))
        journal.append(arrivals(10, 10))
    (segment,) = list_segments(tmp_path)
    assert segment.path.name == "journal-00000000000000000000.arrows"
    table = pa.ipc.open_stream(segment.path).read_all()
    assert table.column("sequence").to_pylist() == list(range(20))
    assert table.column("data").to_pylist() == [a.data for a in arrivals(0, 20)]


def test_the_next_opening_continues_the_sequence_in_a_new_segment(tmp_path: Path) -> None:
    for first in (0, 5, 10):
        with open_journal(tmp_path) as journal:
            assert (journal.next_sequence, journal.acknowledged_sequence) == (first, first - 1)
            assert journal.recovery.torn_bytes == 0
            journal.append(arrivals(first, 5))
    assert [s.first_sequence for s in list_segments(tmp_path)] == [0, 5, 10]
    assert list(read(tmp_path)) == envelopes(0, 15)


def test_segments_roll_by_bytes_and_by_time(tmp_path: Path) -> None:
    clock = ManualClock(START_NS)
    with Journal.open(tmp_path, clock=clock, fsync_interval_ms=0, segment_bytes=20_000, segment_s=60) as journal:
        for first in range(0, 400, 20):
            journal.append(arrivals(first, 20))
        by_bytes = len(list_segments(tmp_path))
        assert by_bytes > 2
        assert all(s.path.stat().st_size <= 20_008 for s in list_segments(tmp_path))
        clock.advance(61_000_000_000)
        journal.append(arrivals(400, 1))
        assert len(list_segments(tmp_path)) == by_bytes + 1
        assert journal.status().segments == by_bytes + 1
    assert list(read(tmp_path)) == envelopes(0, 401)


def test_an_append_larger_than_a_segment_is_kept_whole(tmp_path: Path) -> None:
    with open_journal(tmp_path, segment_bytes=1000) as journal:
        journal.append(arrivals(0, 500))
        journal.append(arrivals(500, 1))
    assert [s.first_sequence for s in list_segments(tmp_path)] == [0, 500]
    assert list(read(tmp_path)) == envelopes(0, 501)


def test_a_row_is_acknowledged_by_sync_or_by_the_interval(tmp_path: Path) -> None:
    with open_journal(tmp_path, fsync_interval_ms=3_600_000) as journal:
        journal.append(arrivals(0, 5))
        assert journal.acknowledged_sequence == -1
        assert journal.sync() == journal.acknowledged_sequence == 4
        assert journal.status().fsyncs == 1
        assert journal.sync() == 4
        assert journal.status().fsyncs == 1
    with open_journal(tmp_path, fsync_interval_ms=1) as journal:
        journal.append(arrivals(5, 5))
        waited = threading.Event()
        for _ in range(500):
            if journal.acknowledged_sequence == 9:
                break
            waited.wait(0.01)
        assert journal.acknowledged_sequence == 9


def test_appends_and_syncs_of_many_threads_leave_one_gapless_sequence(tmp_path: Path) -> None:
    journal = open_journal(tmp_path, fsync_interval_ms=1, segment_bytes=5_000)
    numbered: list[int] = []

    def write() -> None:
        for _ in range(30):
            numbered.extend(e.sequence for e in journal.append(arrivals(0, 7)))
            assert journal.sync() >= 0

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    journal.close()
    assert sorted(numbered) == list(range(4 * 30 * 7))
    assert [e.sequence for e in read(tmp_path)] == list(range(4 * 30 * 7))


def test_two_writers_never_share_a_journal(tmp_path: Path) -> None:
    with open_journal(tmp_path), pytest.raises(JournalLocked, match=f"locked by process {os.getpid()}"):
        open_journal(tmp_path)
    open_journal(tmp_path).close()


def test_a_closed_journal_refuses_rows_and_closes_twice(tmp_path: Path) -> None:
    journal = open_journal(tmp_path)
    journal.close()
    journal.close()
    assert journal.status().state == "closed"
    with pytest.raises(JournalBroken, match="closed"):
        journal.append(arrivals(0, 1))


@pytest.mark.parametrize("call", ["append", "sync"])
def test_a_failing_disk_breaks_the_journal_loudly_and_for_good(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    def fail(*_: object) -> int:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    journal = open_journal(tmp_path, fsync_interval_ms=3_600_000)
    journal.append(arrivals(0, 5))
    with monkeypatch.context() as patch:
        patch.setattr(os, "write" if call == "append" else "fdatasync", fail)
        with pytest.raises(JournalBroken, match="Input/output error"):
            journal.append(arrivals(5, 5)) if call == "append" else journal.sync()
    with pytest.raises(JournalBroken, match="open it anew"):
        journal.append(arrivals(5, 5))
    assert journal.status().state == "broken"
    assert journal.acknowledged_sequence == -1
    journal.close()
    with open_journal(tmp_path) as again:
        assert again.append(arrivals(5, 1))[0].sequence == 5
    assert list(read(tmp_path)) == envelopes(0, 6)


def append_without_end(journal: Journal) -> None:
    while True:
        journal.append(arrivals(journal.next_sequence, 20))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Mount a real file system of 256 KiB; needs root."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(place)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"cannot mount a small file system: {mounted.stderr.decode().strip()}")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_a_full_disk_stops_appending_loses_nothing_and_appending_resumes_with_space(small_disk: Path) -> None:
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(100_000))
    journal = open_journal(small_disk / "journal", segment_bytes=40_000)
    with pytest.raises(JournalFull, match="No space left on device"):
        append_without_end(journal)
    written = journal.next_sequence
    assert written > 0
    assert journal.status().state == "full"
    assert "pritrūko vietos" in journal.status().reason.lt
    with pytest.raises(JournalFull):
        journal.append(arrivals(written, 20))
    assert list(read(small_disk / "journal")) == envelopes(0, written)
    assert journal.acknowledged_sequence == written - 1
    ballast.unlink()
    assert journal.append(arrivals(written, 20))[0].sequence == written
    assert journal.status().state == "ok"
    journal.close()
    assert list(read(small_disk / "journal")) == envelopes(0, written + 20)


def test_a_journal_on_a_full_disk_opens_and_says_so_at_the_first_row(small_disk: Path) -> None:
    with open_journal(small_disk / "journal") as journal:
        journal.append(arrivals(0, 20))
    with pytest.raises(OSError, match="No space"):
        (small_disk / "ballast").write_bytes(bytes(10_000_000))
    with open_journal(small_disk / "journal") as journal:
        assert journal.next_sequence == 20
        with pytest.raises(JournalFull):
            journal.append(arrivals(20, 1))
    assert list(read(small_disk / "journal")) == envelopes(0, 20)


LIMITED = """
import resource, sys
from pathlib import Path
from sargas.runtime.journal_segment import JournalFull
from tests.runtime.journal_cases import arrivals, open_journal
resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, 30_000))
journal, written = open_journal(Path(sys.argv[1])), 0
try:
    while True:
        journal.append(arrivals(written, 20))
        written += 20
except JournalFull as error:
    print(written, "File too large" in str(error))
"""


def test_a_file_size_limit_cuts_the_segment_back_to_its_last_whole_batch(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-c", LIMITED, str(tmp_path)], capture_output=True, text=True, check=True,
        cwd=Path(__file__).parents[2], timeout=60,
    )  # fmt: skip
    written, named = run.stdout.split()
    assert int(written) > 0
    assert named == "True"
    with open_journal(tmp_path) as journal:
        assert journal.recovery.torn_bytes == 0
        assert journal.next_sequence == int(written)
    assert list(read(tmp_path)) == envelopes(0, int(written))
