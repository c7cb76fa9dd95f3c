"""``sargas journal``: what it says, and that it deletes only what it is asked to."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from sargas.cli.failure import Failure
from sargas.cli.main import app
from sargas.runtime.arrival import Arrival
from sargas.runtime.clock import ManualClock
from sargas.runtime.journal import Journal
from sargas.runtime.journal_read import read

ROWS = 20


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    with Journal.open(tmp_path / "journal", clock=ManualClock(), fsync_interval_ms=0, segment_bytes=4096) as journal:
        for row in range(ROWS):
            journal.append([Arrival("radar", row + 1, bytes(1000), "datagram")])
    return tmp_path


def run(*arguments: str) -> str:
    result = CliRunner().invoke(app, ["journal", *arguments], standalone_mode=False)
    if result.exception is not None:
        raise result.exception
    return result.stdout


def sequences(data_dir: Path) -> list[int]:
    return [envelope.sequence for envelope in read(data_dir / "journal")]


def test_compaction_keeps_every_row_and_leaves_the_last_segment(data_dir: Path) -> None:
    segments = sorted((data_dir / "journal").glob("*.arrows"))
    assert f"{len(segments) - 1} segments" in run("compact", str(data_dir))
    assert sorted((data_dir / "journal").glob("*.arrows")) == segments[-1:]
    assert sequences(data_dir) == list(range(ROWS))


def test_compaction_works_beside_a_writer(data_dir: Path) -> None:
    with Journal.open(data_dir / "journal", clock=ManualClock(), fsync_interval_ms=0) as journal:
        run("compact", str(data_dir / "journal"))
        journal.append([Arrival("radar", ROWS + 1, b"later", "datagram")])
    assert sequences(data_dir) == list(range(ROWS + 1))


def test_retention_deletes_the_oldest_and_says_where_the_journal_begins(data_dir: Path) -> None:
    said = run("retain", str(data_dir), "--bytes", "9000")
    left = sequences(data_dir)
    assert 0 < len(left) < ROWS
    assert left == list(range(left[0], ROWS))
    assert f"begins at sequence {left[0]}" in said


def test_retention_works_beside_a_writer(data_dir: Path) -> None:
    with Journal.open(data_dir / "journal", clock=ManualClock(), fsync_interval_ms=0) as journal:
        said = run("retain", str(data_dir), "--bytes", "0")
        journal.append([Arrival("radar", ROWS + 1, b"later", "datagram")])
    left = sequences(data_dir)
    assert left == list(range(left[0], ROWS + 1))
    assert f"begins at sequence {left[0]}" in said
    with Journal.open(data_dir / "journal", clock=ManualClock(), fsync_interval_ms=0) as journal:
        assert journal.status().next_sequence == ROWS + 1


def test_a_store_that_cannot_be_opened_is_named(data_dir: Path) -> None:
    with pytest.raises(Failure, match="mysql"):
        run("records", str(data_dir), "--store", "mysql://here")


def test_retention_by_age_keeps_the_last_file(data_dir: Path) -> None:
    run("retain", str(data_dir), "--days", "1")
    assert sequences(data_dir)[-1] == ROWS - 1


def test_retention_without_a_rule_deletes_nothing(data_dir: Path) -> None:
    with pytest.raises(Failure, match="expected --days or --bytes"):
        run("retain", str(data_dir))
    assert sequences(data_dir) == list(range(ROWS))


def test_a_folder_without_a_journal_is_named(tmp_path: Path) -> None:
    with pytest.raises(Failure, match="expected a folder with a journal"):
        run("compact", str(tmp_path))
