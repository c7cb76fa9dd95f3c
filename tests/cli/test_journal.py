"""``sargas journal``: what it says, and that it deletes only what it is asked to."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from sargas.cli.failure import Failure
from sargas.cli.main import app
from sargas.model.columns import NS_PER_S
from sargas.picture.state import State
from sargas.runtime.arrival import Arrival
from sargas.runtime.clock import ManualClock
from sargas.runtime.journal import Journal
from sargas.runtime.journal_read import read
from sargas.runtime.replay import ReplaySummary, journal_inputs, replay
from tests.picture.test_step import START_NS, configuration, record, tick

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


def runs(folder: Path, starts: int) -> None:
    """Make the journal of a node that was started so often, each run over several files."""
    with Journal.open(folder / "journal", clock=ManualClock(), fsync_interval_ms=0, segment_bytes=4096) as journal:
        for number in range(starts):
            for second in range(20):
                inputs = record(0, START_NS, configuration()) if second == 0 else tick(0, START_NS + second * NS_PER_S)
                time_ns = inputs.receive_time_ns + number * 60 * NS_PER_S
                journal.append([Arrival("n", time_ns, inputs.data, "record")])


def test_what_retention_leaves_is_replayed_from_its_first_start(tmp_path: Path) -> None:
    runs(tmp_path, 2)
    kept = sum(path.stat().st_size for path in (tmp_path / "journal").glob("*.arrows")) - 1
    said = CliRunner().invoke(app, ["journal", "retain", str(tmp_path), "--bytes", str(kept)])
    assert 0 < sequences(tmp_path)[0] < 20
    assert "begins within a run of the node" in said.stderr
    told = list[str]()
    inputs = list(journal_inputs(tmp_path, tell=told.append))
    assert [envelope.sequence for envelope in inputs] == list(range(20, 40))
    assert told == [f"{tmp_path}: replayed from sequence 20 on; the beginning of the run before is deleted"]
    for _ in replay(inputs, State(), ReplaySummary()):
        pass


def test_a_run_whose_beginning_is_deleted_says_so(tmp_path: Path) -> None:
    runs(tmp_path, 1)
    run("retain", str(tmp_path), "--bytes", "6000")
    with pytest.raises(ValueError, match=r"expected a start of the node in the journal, was none from sequence \d+ on"):
        list(journal_inputs(tmp_path))


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
