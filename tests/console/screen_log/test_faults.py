"""A restart, a kill, a damaged file, a full disk: what is missing is shown as missing, and nothing else is lost."""

from __future__ import annotations

import copy
import os
import shutil
from pathlib import Path

import pytest

from sargas.console.screen_log.block import ScreenUpdate
from sargas.console.screen_log.cursor import ScreenCursor
from sargas.console.screen_log.index import Gap, ScreenIndex
from sargas.console.screen_log.layout import HEADER, INDEX, NS_PER_HOUR, Lines, Segment, list_segments
from sargas.console.screen_log.recorder import ScreenRecorder
from sargas.console.screen_log.segment import SegmentFile, remove_old
from sargas.console.screen_log.writer import Retention, ScreenWriter
from sargas.model.saying import NOTHING, Said
from tests.console.screen_log.night import FOREVER, START_NS, STEP_NS, FullDisk, Night

S = 1_000_000_000


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Night:
    made = Night(tmp_path_factory.mktemp("recorded")).run(400)
    made.end()
    return made


@pytest.fixture
def night(recorded: Night, tmp_path: Path) -> Night:
    """A hundred seconds and more of a node that has stopped since, for one test to spoil."""
    mine = copy.copy(recorded)
    mine.folder = tmp_path / "screen"
    shutil.copytree(recorded.folder, mine.folder)
    return mine


def drawn(cursor: ScreenCursor) -> set[int]:
    return set() if cursor.gap else set(cursor.screen.table.present().track_id.tolist())


def check_whole(night: Night, cursor: ScreenCursor, *steps: int) -> None:
    for step in steps:
        time_ns, shown = night.shown[step]
        cursor.seek(time_ns)
        assert (cursor.gap, drawn(cursor)) == (None, set(shown[0])), step


def test_a_restart_goes_on_in_a_new_file_and_the_time_between_is_a_gap(night: Night) -> None:
    down_ns = night.now_ns
    again = Night(night.folder, start_ns=down_ns + 50 * S, seed=5).run(40)
    again.end()
    assert len(list_segments(night.folder)) == 2
    cursor = ScreenCursor(ScreenIndex(night.folder))
    check_whole(night, cursor, 100, 399)
    check_whole(again, cursor, 0, 20, 39)
    cursor.seek(down_ns + 10 * S)
    assert cursor.gap == Gap(down_ns, again.shown[0][0], "")
    assert not drawn(cursor)
    assert cursor.index.gaps(0, 2**62) == [cursor.gap]
    assert cursor.index.bounds() == (night.shown[0][0], again.now_ns)


def test_playing_into_a_gap_and_out_of_it(night: Night) -> None:
    again = Night(night.folder, start_ns=night.now_ns + 50 * S, seed=5).run(40)
    again.end()
    cursor = ScreenCursor(ScreenIndex(night.folder))
    cursor.seek(night.now_ns)
    assert drawn(cursor) == set(night.shown[-1][1][0])
    cursor.advance(night.now_ns + 2 * S)
    assert cursor.gap is not None
    cursor.advance(again.shown[0][0])
    assert (cursor.gap, drawn(cursor)) == (None, set(again.shown[0][1][0]))


def test_before_the_first_and_long_after_the_last_update_nothing_is_known(night: Night) -> None:
    cursor = ScreenCursor(ScreenIndex(night.folder))
    cursor.seek(START_NS - S)
    assert cursor.gap == Gap(0, night.shown[0][0], "")
    cursor.seek(night.now_ns + 3 * S)
    assert cursor.gap is None
    cursor.seek(night.now_ns + 30 * S)
    assert cursor.gap == Gap(night.now_ns, 0, "")
    cursor = ScreenCursor(ScreenIndex(night.folder / "none"))
    cursor.seek(START_NS)
    assert cursor.gap == Gap(0, 0, "")


def test_a_damaged_block_is_named_and_stepped_over(night: Night) -> None:
    (segment,) = list_segments(night.folder)
    lines = ScreenIndex(night.folder).lines(segment)
    bad = 10
    at = int(lines["offset"][bad])
    flip(segment.path, at + HEADER.itemsize + 20)
    cursor = ScreenCursor(ScreenIndex(night.folder))
    check_whole(night, cursor, 5, 399)
    cursor.seek(int(lines["first_ns"][bad]) + S)
    assert cursor.gap is not None
    assert cursor.gap.fault == f"{segment.path.name} is damaged at byte {at}"
    assert cursor.gap.from_ns == int(lines["last_ns"][bad - 1])
    next_key = next(i for i in range(bad, len(lines)) if lines["flags"][i] & 1)
    assert cursor.gap.until_ns == int(lines["first_ns"][next_key])
    check_whole(night, cursor, 5, 399)


def test_a_damaged_header_is_named_and_stepped_over_without_an_index(night: Night) -> None:
    (segment,) = list_segments(night.folder)
    lines = ScreenIndex(night.folder).lines(segment)
    at = int(lines["offset"][10])
    flip(segment.path, at + 5)
    segment.path.with_suffix(INDEX).unlink()
    cursor = ScreenCursor(ScreenIndex(night.folder))
    check_whole(night, cursor, 5, 399)
    cursor.seek(int(lines["first_ns"][10]) + S)
    assert cursor.gap is not None
    assert cursor.gap.fault == f"{segment.path.name} is damaged at byte {at}"


def test_playing_over_damage_shows_the_gap_and_goes_on_behind_it(night: Night) -> None:
    (segment,) = list_segments(night.folder)
    lines = ScreenIndex(night.folder).lines(segment)
    flip(segment.path, int(lines["offset"][10]) + HEADER.itemsize + 20)
    cursor, gaps = ScreenCursor(ScreenIndex(night.folder)), 0
    cursor.seek(night.shown[20][0])
    for time_ns, shown in night.shown[21:]:
        cursor.advance(time_ns)
        gaps += cursor.gap is not None
        assert cursor.gap is not None or drawn(cursor) == set(shown[0])
    assert 4 < gaps < 0.2 * len(night.shown), "no more than from the damage to the next key"


@pytest.mark.parametrize("index", [None, b"", b"garbage" * 100])
def test_without_a_good_index_the_blocks_are_found_all_the_same(night: Night, index: bytes | None) -> None:
    (segment,) = list_segments(night.folder)
    path = segment.path.with_suffix(INDEX)
    path.unlink() if index is None else path.write_bytes(index)
    cursor = ScreenCursor(ScreenIndex(night.folder))
    check_whole(night, cursor, 0, 100, 399)
    assert cursor.gap is None


def test_a_kill_in_mid_write_costs_the_torn_block_alone(night: Night) -> None:
    (segment,) = list_segments(night.folder)
    lines = ScreenIndex(night.folder).lines(segment)
    os.truncate(segment.path, int(lines["offset"][-1]) + 60)
    again = Night(night.folder, start_ns=night.now_ns + 20 * S, seed=5).run(8)
    again.end()
    cursor = ScreenCursor(ScreenIndex(night.folder))
    check_whole(night, cursor, 100, 390)
    check_whole(again, cursor, 7)
    cursor.seek(night.now_ns)
    assert cursor.gap is not None
    assert cursor.gap.from_ns == int(lines["last_ns"][-2])


def test_a_reader_follows_the_file_that_grows(tmp_path: Path) -> None:
    night = Night(tmp_path).run(40)
    cursor = ScreenCursor(ScreenIndex(tmp_path))
    check_whole(night, cursor, 10)
    night.run(40)
    assert isinstance(night.sink, FullDisk)
    night.sink.write()
    cursor.advance(night.now_ns)
    assert drawn(cursor) == set(night.shown[-1][1][0])
    check_whole(night, cursor, 70)


def test_what_is_too_old_or_too_much_is_removed_never_the_newest(tmp_path: Path) -> None:
    for hour in range(5):
        file = SegmentFile(tmp_path, (hour + 1) * NS_PER_HOUR)
        os.write(file._file, bytes(1000))
        file.close()
    assert remove_old(tmp_path, 3 * NS_PER_HOUR, 1 << 30) == 2
    assert [s.first_ns // NS_PER_HOUR for s in list_segments(tmp_path)] == [3, 4, 5]
    assert remove_old(tmp_path, 0, 1500) == 2
    assert remove_old(tmp_path, 2**62, 0) == 0
    assert [path.name for path in sorted(tmp_path.iterdir())] == [
        f"screen-{5 * NS_PER_HOUR:020d}{suffix}" for suffix in (INDEX, ".screen")
    ]


def test_what_retention_removes_under_a_reader_is_a_gap(night: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    cursor, read = ScreenCursor(ScreenIndex(night.folder)), ScreenIndex.read
    check_whole(night, cursor, 100)

    def remove_first(index: ScreenIndex, segment: Segment, lines: Lines) -> list[bytes]:
        segment.path.unlink(missing_ok=True)
        return read(index, segment, lines)

    monkeypatch.setattr(ScreenIndex, "read", remove_first)
    cursor.seek(night.shown[300][0])
    assert cursor.gap == Gap(0, 0, "")
    assert not drawn(cursor)


def test_the_hour_ends_a_file_and_a_playback_does_not_notice(tmp_path: Path) -> None:
    start_ns = (START_NS // NS_PER_HOUR + 1) * NS_PER_HOUR - 10 * S
    night = Night(tmp_path, start_ns=start_ns).run(100)
    night.end()
    assert len(list_segments(tmp_path)) == 2
    cursor = ScreenCursor(ScreenIndex(tmp_path))
    cursor.seek(night.shown[0][0])
    for time_ns, shown in night.shown[1:]:
        cursor.advance(time_ns)
        assert (cursor.gap, drawn(cursor)) == (None, set(shown[0]))
    assert cursor.index.gaps(0, 2**62) == []


def test_a_full_disk_costs_the_log_a_gap_and_nobody_else_anything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[Said] = []
    recorder = ScreenRecorder(tmp_path / "screen", FOREVER, said.append)
    night = Night(recorder.folder, recorder=recorder).run(20)
    recorder.flush(5.0)
    before_ns = night.now_ns

    def is_full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("sargas.console.screen_log.segment.os.write", is_full)
        night.run(20)
        recorder.flush(5.0)
    assert "No space left on device" in said[-1].en
    assert recorder.lost_updates == 20
    night.run(20)
    recorder.flush(10.0)
    night.end()
    assert said[-1] == NOTHING
    cursor = ScreenCursor(ScreenIndex(recorder.folder))
    check_whole(night, cursor, 5, 19, 45, 59)
    cursor.seek(before_ns + 2 * S)
    assert cursor.gap == Gap(before_ns, before_ns + 20 * STEP_NS + STEP_NS, "")


def test_the_last_of_a_disk_is_left_to_the_journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[Said] = []
    monkeypatch.setattr("sargas.console.screen_log.recorder.LEAST_FREE_BYTES", 1 << 60)
    recorder = ScreenRecorder(tmp_path / "screen", FOREVER, said.append)
    Night(recorder.folder, recorder=recorder).run(4).end()
    assert "was less: the rest is the journal's" in said[0].en
    assert list_segments(recorder.folder) == []


def test_what_waits_for_a_slow_disk_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sargas.console.screen_log.recorder.MOST_WAITING_BYTES", 300_000)
    monkeypatch.setattr("sargas.console.screen_log.recorder.BLOCK_S", 60.0)
    recorder = ScreenRecorder(tmp_path, FOREVER)
    night = Night(tmp_path, recorder=recorder).run(400)
    assert recorder.lost_updates > 50
    assert recorder._waiting_bytes <= 300_000
    recorder.flush(5.0)
    lost = recorder.lost_updates
    night.run(2)
    night.end()
    assert recorder.lost_updates == lost, "there is room again"
    cursor = ScreenCursor(ScreenIndex(tmp_path))
    check_whole(night, cursor, 3, 401)
    assert len(cursor.index.gaps(0, 2**62)) == 1


def test_a_frame_that_the_log_cannot_keep_is_said(tmp_path: Path) -> None:
    writer = ScreenWriter(tmp_path, Retention(1, 1))
    with pytest.raises(ValueError, match="expected"):
        writer.write([ScreenUpdate(START_NS, b"no frame at all", is_whole=True)])


def flip(path: Path, at: int) -> None:
    """Change one byte of a file."""
    data = bytearray(path.read_bytes())
    data[at] ^= 0xFF
    path.write_bytes(bytes(data))


def test_after_a_loss_nothing_is_written_before_an_update_that_holds_everything(tmp_path: Path) -> None:
    writer = ScreenWriter(tmp_path, FOREVER)
    writer.lose()
    writer.write([ScreenUpdate(START_NS), ScreenUpdate(START_NS + S)])
    assert writer.written_blocks == 0
