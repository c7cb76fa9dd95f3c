"""Reading starts anywhere, selects by time, goes through open and compacted files alike, and beside a live writer."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sargas.runtime.journal_compact import compact
from sargas.runtime.journal_read import last_sequence, read, read_batches
from sargas.runtime.journal_segment import JournalDamaged, list_segments
from tests.runtime.journal_cases import START_NS, arrivals, envelopes, open_journal

ROWS = 600


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two thirds compacted, one third in segments."""
    directory = tmp_path_factory.mktemp("mixed")
    for first, last in pairwise((0, 400, ROWS)):
        with open_journal(directory, segment_bytes=12_000, fsync_interval_ms=10_000) as journal:
            for row in range(first, last, 10):
                journal.append(arrivals(row, 10))
        if first == 0:
            compact(directory)
    assert {s.form for s in list_segments(directory)} == {"arrows", "parquet"}
    return directory


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, ROWS + 5))
def test_reading_from_any_sequence_gives_exactly_the_rest(mixed: Path, first: int) -> None:
    assert list(read(mixed, first)) == envelopes(first, max(0, ROWS - first))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(-5, ROWS + 5), st.integers(-5, ROWS + 5))
def test_a_time_range_gives_exactly_the_rows_received_in_it(mixed: Path, first: int, last: int) -> None:
    found = read(mixed, from_time_ns=START_NS + first * 1_000_000, to_time_ns=START_NS + last * 1_000_000)
    assert list(found) == [e for e in envelopes(0, ROWS) if first <= e.sequence < last]


def test_batches_carry_the_same_rows_as_envelopes(mixed: Path) -> None:
    assert sum(batch.num_rows for batch in read_batches(mixed, 17)) == ROWS - 17
    assert last_sequence(mixed) == ROWS - 1


def test_an_empty_journal_reads_as_nothing(tmp_path: Path) -> None:
    assert list(read(tmp_path)) == []
    assert last_sequence(tmp_path) == -1


def test_a_reader_beside_a_live_writer_sees_what_was_appended_and_can_go_on(tmp_path: Path) -> None:
    with open_journal(tmp_path, segment_bytes=10_000) as journal:
        journal.append(arrivals(0, 5))
        reader = read(tmp_path)
        assert next(reader).sequence == 0
        for row in range(5, 500, 5):
            journal.append(arrivals(row, 5))
        assert [e.sequence for e in reader] == list(range(1, 500))
        assert list(read(tmp_path, 500)) == []
        journal.append(arrivals(500, 1))
        assert [e.sequence for e in read(tmp_path, 500)] == [500]


def test_compaction_under_a_reader_disturbs_nothing(tmp_path: Path) -> None:
    with open_journal(tmp_path, segment_bytes=10_000) as journal:
        for row in range(0, 500, 5):
            journal.append(arrivals(row, 5))
        reader = read(tmp_path)
        found = [next(reader) for _ in range(7)]
        assert compact(tmp_path).rows > 0
        assert [*found, *reader] == envelopes(0, 500)


def test_an_unfinished_batch_at_the_end_is_not_read(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal:
        journal.append(arrivals(0, 5))
        path = list_segments(tmp_path)[0].path
        whole = path.read_bytes()
        path.write_bytes(whole + whole[-100:])
        assert list(read(tmp_path)) == envelopes(0, 5)


def test_damage_inside_a_closed_segment_is_named_not_skipped(tmp_path: Path) -> None:
    with open_journal(tmp_path, segment_bytes=10_000) as journal:
        for row in range(0, 500, 50):
            journal.append(arrivals(row, 50))
    first, second = list_segments(tmp_path)[:2]
    data = bytearray(first.path.read_bytes())
    for place in (len(data) // 2, 20):
        data[place] ^= 0x40
        first.path.write_bytes(bytes(data))
        with pytest.raises(JournalDamaged, match=first.path.name):
            list(read(tmp_path))
    assert list(read(tmp_path, second.first_sequence)) == envelopes(second.first_sequence, 500 - second.first_sequence)
