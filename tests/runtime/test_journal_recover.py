"""Whatever a kill or a bad disk leaves behind, the next opening mends by itself and reports."""

from __future__ import annotations

import multiprocessing
import random
import tempfile
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from sargas.runtime.journal_compact import compact
from sargas.runtime.journal_read import read
from sargas.runtime.journal_segment import HEAD, JournalDamaged, list_segments, whole_batches
from tests.runtime.journal_cases import (
    Target,
    arrivals,
    compact_until_killed,
    envelopes,
    open_journal,
    write_until_killed,
)

KILLS = 20


class Victim:
    """A real process that is killed with SIGKILL."""

    def __init__(self, target: Target, directory: Path) -> None:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["tests.runtime.journal_cases"])
        self._reports, child_end = context.Pipe(duplex=False)
        self.process = context.Process(target=target, args=(directory, child_end), daemon=True)
        self.process.start()
        child_end.close()
        self.first_report = self._receive(self._reports)

    def kill(self) -> list[int]:
        """Kill it and return everything it had reported."""
        self.process.kill()
        self.process.join(10)
        reports = [self.first_report]
        while True:
            try:
                reports.append(self._reports.recv())
            except (EOFError, OSError):
                return reports

    @staticmethod
    def _receive(reports: Connection) -> int:
        assert reports.poll(30), "the process did not report within 30 s"
        return int(reports.recv())


def test_twenty_kills_lose_nothing_acknowledged(tmp_path: Path) -> None:
    chance, acknowledged, grown = random.Random(4), -1, 0
    for _ in range(KILLS):
        victim = Victim(write_until_killed, tmp_path)
        assert victim.first_report >= acknowledged, "opening after a kill forgot acknowledged rows"
        time.sleep(chance.uniform(0.005, 0.25))
        reports = victim.kill()
        assert victim.process.exitcode == -9, "the process was meant to die by SIGKILL"
        grown += reports[-1] > acknowledged
        acknowledged = reports[-1]
        assert [e.sequence for e in read(tmp_path, max(0, acknowledged - 20))][:1] == [max(0, acknowledged - 20)]
    assert grown > KILLS // 2, "hardly any writer came to write: the test showed nothing"
    found = list(read(tmp_path))
    assert len(found) > acknowledged
    assert found == envelopes(0, len(found))


def test_a_kill_during_compaction_leaves_every_row_once(tmp_path: Path) -> None:
    with open_journal(tmp_path, segment_bytes=12_000, fsync_interval_ms=10_000) as journal:
        for first in range(0, 8_000, 100):
            journal.append(arrivals(first, 100))
    expected = envelopes(0, 8_000)
    chance, mixed = random.Random(5), 0
    for _ in range(6):
        victim = Victim(compact_until_killed, tmp_path)
        time.sleep(chance.uniform(0.0, 0.04))
        finished = victim.kill()[-1] == 1
        mixed += not finished
        open_journal(tmp_path).close()
        assert not list(tmp_path.glob("*.tmp"))
        assert list(read(tmp_path)) == expected
    assert mixed >= 2, "every compaction finished before its kill: the test showed nothing"
    compact(tmp_path)
    assert [s.form for s in list_segments(tmp_path)][:-1] == ["parquet"] * (len(list_segments(tmp_path)) - 1)
    assert list(read(tmp_path)) == expected


@pytest.fixture
def memory_path() -> Iterator[Path]:
    """A directory in memory where there is one: hundreds of recoveries need not wait for a disk."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as name:
        yield Path(name)


@pytest.fixture(scope="module")
def segment_bytes(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Six batches of 1 to 6 rows, as a kill leaves them: without an end mark."""
    directory = tmp_path_factory.mktemp("segment")
    with open_journal(directory) as journal:
        for count in range(1, 7):
            journal.append(arrivals(journal.next_sequence, count))
        return list_segments(directory)[0].path.read_bytes()


def write_segment(directory: Path, data: bytes) -> None:
    for old in directory.iterdir():
        old.unlink()
    (directory / "journal-00000000000000000000.arrows").write_bytes(data)


def test_cut_at_every_byte_the_whole_batches_before_the_cut_survive(segment_bytes: bytes) -> None:
    ends = [whole.end for whole in whole_batches(segment_bytes)]
    assert ends[-1] == len(segment_bytes)
    for cut in range(len(HEAD), len(segment_bytes)):
        assert [whole.end for whole in whole_batches(segment_bytes[:cut])] == [end for end in ends if end <= cut]


def test_opening_sets_the_torn_end_aside_and_continues_behind_the_last_whole_batch(
    memory_path: Path, segment_bytes: bytes
) -> None:
    ends = [len(HEAD), *(whole.end for whole in whole_batches(segment_bytes))]
    near_ends = {end + step for end in ends for step in (-1, 0, 1, 8)}
    for cut in sorted(near_ends.union(range(len(HEAD), len(segment_bytes), 61)) & set(range(len(HEAD), ends[-1]))):
        whole = [end for end in ends if end <= cut]
        rows = sum(range(len(whole)))
        write_segment(memory_path, segment_bytes[:cut])
        with open_journal(memory_path) as journal:
            assert (journal.next_sequence, journal.recovery.torn_bytes) == (rows, cut - whole[-1])
            copy = journal.recovery.torn_copy
            assert (copy.read_bytes() if copy else b"") == segment_bytes[whole[-1] : cut]
            journal.append(arrivals(rows, 2))
        assert list(read(memory_path)) == envelopes(0, rows + 2)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cut=st.integers(0, 10_000), garbage=st.binary(min_size=1, max_size=300))
@example(cut=10_000, garbage=bytes(4096))
@example(cut=900, garbage=b"\xff" * 64)
def test_garbage_behind_a_cut_never_passes_for_rows(
    memory_path: Path, segment_bytes: bytes, cut: int, garbage: bytes
) -> None:
    cut = len(HEAD) + cut % (len(segment_bytes) - len(HEAD) + 1)
    write_segment(memory_path, segment_bytes[:cut] + garbage)
    with open_journal(memory_path) as journal:
        found = list(read(memory_path))
        assert found == envelopes(0, len(found))
        assert journal.next_sequence == len(found)


def test_a_flipped_bit_costs_its_batch_only_and_is_reported(tmp_path: Path, segment_bytes: bytes) -> None:
    ends = [whole.end for whole in whole_batches(segment_bytes)]
    damaged = bytearray(segment_bytes)
    damaged[ends[2] - 20] ^= 1
    write_segment(tmp_path, bytes(damaged))
    with open_journal(tmp_path) as journal:
        assert journal.recovery.lost == ((3, 5),)
        assert journal.next_sequence == 21
        journal.append(arrivals(21, 1))
    assert list(read(tmp_path)) == [*envelopes(0, 3), *envelopes(6, 16)]


def test_a_last_file_that_is_no_journal_stops_the_start_with_its_name(tmp_path: Path) -> None:
    write_segment(tmp_path, b"this is not arrow at all")
    with pytest.raises(JournalDamaged, match=r"journal-0{20}\.arrows: expected the schema message"):
        open_journal(tmp_path)
