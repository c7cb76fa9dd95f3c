"""Compaction proves the copy before it deletes; retention deletes only what it is told to, oldest first."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sargas.runtime import journal_compact
from sargas.runtime.journal_compact import SHA256_KEY, EnvelopeHash, compact, retain
from sargas.runtime.journal_read import read, read_batches
from sargas.runtime.journal_segment import (
    COMPACTION_LOCK,
    JournalLocked,
    Segment,
    build_batches,
    list_segments,
    take_lock,
)
from tests.runtime.journal_cases import START_NS, arrivals, envelopes, open_journal

ROWS = 500
DAY_NS = 86_400 * 10**9


def fill(directory: Path) -> None:
    with open_journal(directory, segment_bytes=10_000, fsync_interval_ms=10_000) as journal:
        for row in range(0, ROWS, 10):
            journal.append(arrivals(row, 10))


def test_closed_segments_become_smaller_parquet_files_with_the_same_rows(tmp_path: Path) -> None:
    fill(tmp_path)
    before = list_segments(tmp_path)
    report = compact(tmp_path)
    after = list_segments(tmp_path)
    assert [s.first_sequence for s in after] == [s.first_sequence for s in before]
    assert [s.form for s in after] == ["parquet"] * (len(before) - 1) + ["arrows"]
    assert report.files == tuple(s.path.name for s in after[:-1])
    assert report.rows == after[-1].first_sequence
    assert 0 < report.bytes_after < report.bytes_before
    assert report.refused == ()
    assert list(read(tmp_path)) == envelopes(0, ROWS)
    assert compact(tmp_path).files == ()


def test_a_parquet_file_carries_the_digest_of_its_rows(tmp_path: Path) -> None:
    fill(tmp_path)
    compact(tmp_path)
    path = list_segments(tmp_path)[0].path
    envelopes_hash = EnvelopeHash()
    for batch in read_batches(tmp_path):
        if batch.column(0)[0].as_py() < pq.read_metadata(path).num_rows:
            envelopes_hash.update(batch)
    assert pq.read_metadata(path).metadata[SHA256_KEY].decode() == envelopes_hash.hexdigest()
    assert pq.read_metadata(path).row_group(0).column(4).compression == "ZSTD"


@settings(max_examples=30)
@given(st.lists(st.integers(1, 49), max_size=6))
def test_the_digest_does_not_depend_on_the_cut_into_batches(cuts: list[int]) -> None:
    (whole,) = build_batches(0, arrivals(0, 50))
    one, many = EnvelopeHash(), EnvelopeHash()
    one.update(whole)
    edges = [0, *sorted(set(cuts)), 50]
    for start, end in pairwise(edges):
        many.update(whole.slice(start, end - start))
    assert one.hexdigest() == many.hexdigest()


@pytest.mark.parametrize("column", range(5))
def test_the_digest_changes_with_every_column(column: int) -> None:
    (batch,) = build_batches(0, arrivals(0, 2))
    values = batch.column(column).to_pylist()
    values[1] = values[1] + (1 if column < 2 else b"x" if column == 4 else "x")
    changed = batch.set_column(column, batch.schema.field(column), pa.array(values, batch.schema.field(column).type))
    digests = []
    for one in (batch, changed):
        envelopes_hash = EnvelopeHash()
        envelopes_hash.update(one)
        digests.append(envelopes_hash.hexdigest())
    assert digests[0] != digests[1]


def test_a_copy_that_differs_is_refused_and_the_segment_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(tmp_path)
    honest = journal_compact._write_parquet

    def write_then_lose_a_row(segment: Segment, temporary: Path) -> EnvelopeHash:
        written = honest(segment, temporary)
        table = pq.read_table(temporary)
        pq.write_table(table.slice(1), temporary)
        return written

    monkeypatch.setattr(journal_compact, "_write_parquet", write_then_lose_a_row)
    report = compact(tmp_path)
    assert report.files == ()
    assert len(report.refused) == len(list_segments(tmp_path)) - 1
    assert "stays" in report.refused[0]
    assert list(read(tmp_path)) == envelopes(0, ROWS)


def test_a_damaged_segment_is_left_alone_and_named(tmp_path: Path) -> None:
    fill(tmp_path)
    victim = list_segments(tmp_path)[1].path
    data = bytearray(victim.read_bytes())
    data[len(data) // 2] ^= 1
    victim.write_bytes(bytes(data))
    report = compact(tmp_path)
    assert [victim.name in line for line in report.refused] == [True]
    assert victim.exists()
    assert len(report.files) == len(list_segments(tmp_path)) - 2


def test_two_compactions_never_run_at_once(tmp_path: Path) -> None:
    lock = take_lock(tmp_path / COMPACTION_LOCK)
    assert lock is not None
    with pytest.raises(JournalLocked, match="wait"):
        compact(tmp_path)


def test_retention_waits_for_no_compaction_and_deletes_nothing_beside_it(tmp_path: Path) -> None:
    fill(tmp_path)
    before = list_segments(tmp_path)
    lock = take_lock(tmp_path / COMPACTION_LOCK)
    assert lock is not None
    with pytest.raises(JournalLocked, match="try again"):
        retain(tmp_path, now_ns=START_NS, max_bytes=0)
    assert list_segments(tmp_path) == before


def test_retention_removes_both_forms_that_a_killed_compaction_left(tmp_path: Path) -> None:
    fill(tmp_path)
    first = list_segments(tmp_path)[0].path
    data = first.read_bytes()
    compact(tmp_path)
    first.write_bytes(data)
    report = retain(tmp_path, now_ns=START_NS, max_bytes=0)
    assert list_segments(tmp_path)[0].first_sequence == report.first_sequence


def test_retention_by_bytes_removes_the_oldest_files_and_reports(tmp_path: Path) -> None:
    fill(tmp_path)
    compact(tmp_path)
    segments = list_segments(tmp_path)
    keep = sum(s.path.stat().st_size for s in segments[3:])
    report = retain(tmp_path, now_ns=START_NS, max_bytes=keep)
    assert report.files == tuple(s.path.name for s in segments[:3])
    assert (report.bytes_kept, report.first_sequence) == (keep, segments[3].first_sequence)
    assert list(read(tmp_path)) == envelopes(report.first_sequence, ROWS - report.first_sequence)


def test_retention_by_days_never_removes_the_last_file_and_keeps_the_numbering(tmp_path: Path) -> None:
    fill(tmp_path)
    assert retain(tmp_path, now_ns=START_NS + DAY_NS // 2, days=1).files == ()
    last = list_segments(tmp_path)[-1]
    report = retain(tmp_path, now_ns=START_NS + 10 * DAY_NS, days=1)
    assert report.first_sequence == last.first_sequence
    assert list_segments(tmp_path) == (last,)
    with open_journal(tmp_path) as journal:
        assert journal.next_sequence == ROWS


def test_retention_without_a_rule_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="days or max_bytes"):
        retain(tmp_path, now_ns=0)
