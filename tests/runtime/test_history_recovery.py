"""The history survives kills, torn files, full disks and second writers, and says what it could not keep."""

from __future__ import annotations

import os
import resource
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sargas.runtime.history import History, HistoryError, HistoryWriter
from sargas.runtime.history.layout import PLOTS, TRACKS, find_wals
from sargas.runtime.history.manifest import Manifest
from sargas.runtime.history.wal import Wal, read_wal
from sargas.runtime.history.writer import plain_rows
from tests.runtime.history_cases import HOUR, START_NS, S, make_plots, make_tracks
from tests.runtime.processes import PROCESSES

STEP_NS = 150 * S
ALWAYS = (START_NS - 1000 * HOUR, START_NS + 10_000 * HOUR)


def wait_until(condition: Callable[[], bool], timeout_s: float = 30.0) -> None:
    end = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < end, "the condition did not come true in time"
        time.sleep(0.01)


def count_tracks(root: Path) -> int:
    history = History(root)
    rows = len(history.tracks_between(*ALWAYS, columns=("track_id",)))
    history.close()
    return rows


def write_until_killed(root: str, acknowledged: str, first: int) -> None:
    writer = HistoryWriter(Path(root), roll_after_s=300, compact_after_s=0)
    with open(acknowledged, "a", buffering=1) as file:
        for step in range(first, first + 1_000):
            writer.append(make_tracks(START_NS + step * STEP_NS))
            writer.append(make_plots(START_NS + step * STEP_NS))
            if writer.flush():
                file.write(f"{step}\n")


def test_kills_at_any_moment_lose_and_repeat_nothing_acknowledged(tmp_path: Path) -> None:
    root, acknowledged = tmp_path / "history", tmp_path / "acknowledged"
    last = -1
    for kill in range(3):
        process = PROCESSES.Process(target=write_until_killed, args=(str(root), str(acknowledged), last + 2))
        process.start()
        enough = last + 15 + 6 * kill
        wait_until(lambda: acknowledged.exists() and last_step(acknowledged) > enough)  # noqa: B023
        assert process.pid is not None
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        last = last_step(acknowledged)
    steps = [int(line) for line in acknowledged.read_text().splitlines()]
    history = History(root)
    rows = history.tracks_between(*ALWAYS, track_id=1, columns=("time_ns",)).column("time_ns").to_pylist()
    plots = history.plots_between(*ALWAYS, columns=("time_ns",)).column("time_ns").to_pylist()
    assert len(rows) == len(set(rows))
    assert len(plots) == len(set(plots))
    assert {START_NS + step * STEP_NS for step in steps} <= set(rows)
    assert {START_NS + step * STEP_NS for step in steps} <= set(plots)
    # A killed writer may leave at most the one step that was written but not yet acknowledged.
    assert len(rows) <= len(steps) + 3
    history.close()
    writer = HistoryWriter(root)
    assert count_tracks(root) == 3 * len(rows)
    assert writer.close()


def last_step(acknowledged: Path) -> int:
    lines = acknowledged.read_text().split("\n")
    return int(lines[-2]) if len(lines) > 1 else -1


def test_a_log_left_by_a_crash_becomes_parquet_at_the_next_start(tmp_path: Path) -> None:
    writer = HistoryWriter(tmp_path)
    writer.append(make_tracks(START_NS))
    assert writer.close()
    assert count_tracks(tmp_path) == 3
    writer = HistoryWriter(tmp_path)
    assert writer.status().recovered == 3
    assert len(list(tmp_path.glob("tracks/*/*.parquet"))) == 1
    assert count_tracks(tmp_path) == 3
    writer.close()


def test_a_torn_log_keeps_every_whole_message_wherever_it_is_cut(tmp_path: Path) -> None:
    log = Wal(tmp_path, TRACKS, 1)
    ends = [0]
    for step in range(3):
        log.append(plain_rows(make_tracks(START_NS + step * S), TRACKS))
        ends.append(log.path.stat().st_size)
    log.close()
    data = log.path.read_bytes()
    for cut in range(0, len(data) + 1, 37):
        log.path.write_bytes(data[:cut])
        rows, torn_bytes = read_wal(log.path, TRACKS)
        whole = sum(cut >= end for end in ends[1:])
        assert len(rows) == 3 * whole
        if whole:
            assert torn_bytes == cut - ends[whole]


def test_torn_bytes_are_told(tmp_path: Path) -> None:
    writer = HistoryWriter(tmp_path)
    writer.append(make_tracks(START_NS))
    assert writer.close()
    (log,) = find_wals(tmp_path / "tracks").values()
    with log.open("ab") as file:
        file.write(b"\xff\xff\xff\xff\x00\x10")
    writer = HistoryWriter(tmp_path)
    status = writer.status()
    assert (status.recovered, status.torn_bytes) == (3, 6)
    writer.close()


def test_a_log_that_was_used_up_before_the_kill_is_not_used_twice(tmp_path: Path) -> None:
    writer = HistoryWriter(tmp_path)
    writer.append(make_tracks(START_NS))
    assert writer.close()
    (log,) = find_wals(tmp_path / "tracks").values()
    used = log.read_bytes()
    HistoryWriter(tmp_path).close()
    log.write_bytes(used)
    assert count_tracks(tmp_path) == 3
    HistoryWriter(tmp_path).close()
    assert count_tracks(tmp_path) == 3


def test_files_that_no_manifest_line_names_are_removed_at_start(tmp_path: Path) -> None:
    writer = HistoryWriter(tmp_path)
    writer.append(make_tracks(START_NS))
    writer.close()
    HistoryWriter(tmp_path).close()
    (kept,) = tmp_path.glob("tracks/*/*.parquet")
    for name in ("16-00000099.parquet", "16-00000098.parquet.tmp"):
        (kept.parent / name).write_bytes(kept.read_bytes())
    HistoryWriter(tmp_path).close()
    assert list(tmp_path.glob("tracks/*/*")) == [kept]
    assert count_tracks(tmp_path) == 3


def test_a_torn_manifest_line_never_happened(tmp_path: Path) -> None:
    writer = HistoryWriter(tmp_path)
    writer.append(make_tracks(START_NS))
    writer.close()
    HistoryWriter(tmp_path).close()
    path = tmp_path / "tracks" / "manifest.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"remove":["2026-09-21/16-0000')
    assert count_tracks(tmp_path) == 3
    HistoryWriter(tmp_path).close()
    assert path.read_bytes() == whole
    assert count_tracks(tmp_path) == 3


def test_a_damaged_manifest_line_is_named(tmp_path: Path) -> None:
    HistoryWriter(tmp_path).close()
    (tmp_path / "tracks" / "manifest.jsonl").write_bytes(b"{}\nrubbish\n")
    with pytest.raises(HistoryError, match=r"manifest.jsonl line 2: expected one JSON object .*, was b'rubbish'"):
        HistoryWriter(tmp_path)
    with pytest.raises(HistoryError, match="line 2"):
        History(tmp_path).tracks_between(*ALWAYS)


def test_a_lost_manifest_stops_the_start_rather_than_lose_the_files(tmp_path: Path) -> None:
    writer = HistoryWriter(tmp_path)
    writer.append(make_tracks(START_NS))
    writer.close()
    HistoryWriter(tmp_path).close()
    (tmp_path / "tracks" / "manifest.jsonl").unlink()
    with pytest.raises(
        HistoryError, match=r"expected manifest\.jsonl beside 2026-09-21/16-00000001\.parquet, was none"
    ):
        HistoryWriter(tmp_path)
    assert len(list(tmp_path.glob("tracks/*/*.parquet"))) == 1


def test_a_lost_parquet_file_is_named(tmp_path: Path) -> None:
    writer = HistoryWriter(tmp_path)
    writer.append(make_tracks(START_NS))
    writer.close()
    HistoryWriter(tmp_path).close()
    next(tmp_path.glob("tracks/*/*.parquet")).unlink()
    with pytest.raises(HistoryError, match=r"16-00000001\.parquet.*restore them") as caught:
        History(tmp_path).tracks_between(*ALWAYS)
    assert "\n" not in str(caught.value)


def test_a_long_manifest_is_rewritten_and_readers_follow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    writer = HistoryWriter(tmp_path, roll_after_s=1, compact_after_s=1e9)
    for step in range(10):
        writer.append(make_tracks(START_NS + 2 * step * S))
        writer.append(make_tracks(START_NS + 2 * step * S + S))
        assert writer.flush()
    history = History(tmp_path)
    before = len(history.tracks_between(*ALWAYS))
    assert writer.close()
    monkeypatch.setattr("sargas.runtime.history.manifest._LINES_BEFORE_REWRITE", 3)
    HistoryWriter(tmp_path).close()
    manifest = Manifest(tmp_path / "tracks")
    manifest.refresh()
    assert (tmp_path / "tracks" / "manifest.jsonl").read_bytes().count(b"\n") <= 3
    assert len(history.tracks_between(*ALWAYS)) == before == 60
    history.close()


def test_a_second_writer_is_refused_and_the_first_goes_on(tmp_path: Path) -> None:
    writer = HistoryWriter(tmp_path)
    with pytest.raises(HistoryError, match="expected to be its only writer, was the second"):
        HistoryWriter(tmp_path)
    writer.append(make_tracks(START_NS))
    assert writer.close()
    HistoryWriter(tmp_path).close()
    assert count_tracks(tmp_path) == 3


def test_a_full_queue_refuses_and_counts(tmp_path: Path) -> None:
    writer = HistoryWriter(tmp_path, capacity_rows=4)
    taken = [writer.append(make_tracks(START_NS + step * S)) for step in range(3)]
    assert taken == [True, False, False]
    assert writer.flush()
    assert writer.append(make_tracks(START_NS + 9 * S))
    assert writer.close()
    status = writer.status()
    assert (status.written, status.refused) == (6, 6)
    assert count_tracks(tmp_path) == 6
    with pytest.raises(HistoryError, match="before close"):
        writer.append(make_tracks(START_NS))


def test_a_batch_that_is_broken_costs_only_itself_and_is_told(tmp_path: Path) -> None:
    writer = HistoryWriter(tmp_path)
    writer.append(make_tracks(START_NS))
    writer.append(make_tracks(START_NS + S, altitude_m=np.zeros(99)))
    writer.append(make_tracks(START_NS + 2 * S))
    assert not writer.flush()
    assert writer.flush()
    status = writer.status()
    assert (status.written, status.rejected) == (6, 3)
    assert status.last_error
    assert writer.close()
    assert count_tracks(tmp_path) == 6


def fill_until_the_disk_is_full(root: str, answers: str) -> None:
    """A limit on the size of a file makes write(2) fail as a full disk does, here in the middle of a message."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    writer = HistoryWriter(Path(root), roll_after_s=1e9)
    writer.append(make_tracks(START_NS))
    flushed_before = writer.flush()
    (log,) = find_wals(Path(root) / "tracks").values()
    size = log.stat().st_size
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + 100, limits[1]))
    writer.append(make_tracks(START_NS + S))
    flushed_full = writer.flush(timeout_s=0.5)
    status = writer.status()
    torn = log.stat().st_size - size
    resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    flushed_after = writer.flush()
    Path(answers).write_text(
        f"{flushed_before} {flushed_full} {torn} {status.failing} {status.last_error} / {flushed_after}"
    )
    writer.close()


def test_a_full_disk_is_told_waited_out_and_loses_nothing(tmp_path: Path) -> None:
    root, answers = tmp_path / "history", tmp_path / "answers"
    process = PROCESSES.Process(target=fill_until_the_disk_is_full, args=(str(root), str(answers)))
    process.start()
    process.join(60)
    assert answers.read_text() == "True False 0 True [Errno 27] File too large / True"
    assert count_tracks(root) == 6


def test_a_log_is_a_readable_arrow_stream(tmp_path: Path) -> None:
    import pyarrow as pa

    log = Wal(tmp_path, PLOTS, 1)
    log.append(plain_rows(make_plots(START_NS), PLOTS))
    log.close()
    with pa.ipc.open_stream(log.path.read_bytes()) as reader:
        assert reader.read_next_batch().num_rows == 4


def test_a_disk_that_is_full_as_a_new_log_begins_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from sargas.runtime.history import recorder

    writer = HistoryWriter(tmp_path, roll_after_s=5)
    writer.append(make_tracks(START_NS))
    assert writer.flush()
    full = [OSError(28, "No space left on device")]

    def begin(*given: Any) -> Wal:
        if full:
            raise full.pop()
        return Wal(*given)

    monkeypatch.setattr(recorder, "Wal", begin)
    for step in (1, 2):  # the first finds the disk full as it begins a new log, the second finds room again
        writer.append(make_tracks(START_NS + step * 10 * S))
        assert writer.flush()
        assert count_tracks(tmp_path) == 3 + 3 * step
    assert not full
    assert writer.close()
    assert count_tracks(tmp_path) == writer.status().written == 9
