"""A node's data is copied while it is written, restored elsewhere, and is the same; what was changed is named."""

import threading
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from sargas.console.screen_log.cursor import ScreenCursor
from sargas.console.screen_log.index import ScreenIndex
from sargas.picture.state import State
from sargas.picture.step import step
from sargas.runtime import backup
from sargas.runtime.accounts import Accounts
from sargas.runtime.arrival import Arrival
from sargas.runtime.audit import AuditLog, Deed, verify
from sargas.runtime.backup import LIST, BackupError, check_backup, make_backup, restore_backup
from sargas.runtime.clock import SystemClock
from sargas.runtime.config import NodeSettings
from sargas.runtime.config_load import load_settings
from sargas.runtime.feeds.url import RecordingUrl, parse_url
from sargas.runtime.history import History, HistoryWriter
from sargas.runtime.journal import Journal
from sargas.runtime.journal_read import read
from sargas.runtime.store import open_store
from sargas.runtime.warnings.outbox import WarningOutbox
from sargas.runtime.warnings.sender import make_notice
from tests.console.screen_log.night import START_NS as SCREEN_START_NS
from tests.console.screen_log.night import STEP_NS, Night
from tests.picture.test_step import night_inputs
from tests.runtime.history_cases import START_NS, S, make_tracks
from tests.runtime.store_cases import make_alert, make_warning

PASSWORD = "nine quiet storks over Nida"
SCREEN_STEPS = 20


@cache
def night() -> list[Arrival]:
    """All that arrives in a night."""
    return [Arrival(e.source, e.receive_time_ns, e.data, e.kind) for e in night_inputs()]


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Copy a node's data while a journal and a database grow; returns data and copy."""
    data = tmp_path_factory.mktemp("node") / "data"
    data.mkdir()
    journal = Journal.open(data / "journal", clock=SystemClock(), fsync_interval_ms=0, segment_bytes=1 << 20)
    journal.append(night()[:400])
    store = open_store(f"sqlite:///{data / 'sargas.db'}")
    Accounts(store, time.time_ns).create("rasa", PASSWORD, "operator")
    store.write([make_alert(number, 5 + number) for number in range(50)], 399)
    history = HistoryWriter(data / "history")
    for k in range(20):
        history.append(make_tracks(START_NS + k * S))
    history.flush()
    AuditLog(data / "audit", "vilnius", time.time_ns).append(Deed(actor="rasa", action="login", object="operator"))
    (data / "track-numbers").write_text("20000\n")
    Night(data / "screen").run(SCREEN_STEPS).end()
    stop = threading.Event()

    def go_on() -> None:
        for number in range(50, 5000):
            if stop.is_set():
                return
            store.write([make_alert(number, 5 + number)])

    def journal_on() -> None:
        for k in range(400, len(night())):
            if stop.is_set():
                return
            journal.append(night()[k : k + 1])

    writers = [threading.Thread(target=work) for work in (go_on, journal_on)]
    for writer in writers:
        writer.start()
    try:
        make_backup(data, data.parent / "copy", "vilnius", 1_790_000_000_000_000_000)
    finally:
        stop.set()
        for writer in writers:
            writer.join()
        journal.close()
        history.close()
        store.close()
    return data, data.parent / "copy"


@pytest.fixture
def restored(copied: tuple[Path, Path], tmp_path: Path) -> Path:
    restore_backup(copied[1], tmp_path / "data")
    return tmp_path / "data"


def test_database_accounts_history_and_audit_are_there_again(restored: Path) -> None:
    store = open_store(f"sqlite:///{restored / 'sargas.db'}")
    assert {f"alert-{number}" for number in range(50)} <= {alert.alert_id for alert in store.alerts(limit=10_000)}
    assert store.journal_sequence() == 399
    assert Accounts(store, time.time_ns).verify("rasa", PASSWORD, "127.0.0.1") is not None
    store.close()
    with_rows = HistoryWriter(restored / "history")
    with_rows.close()
    history = History(restored / "history")
    rows = history.tracks_between(START_NS, START_NS + 60 * S)
    assert rows.num_rows == 60
    assert verify(restored / "audit").faults == ()
    assert (restored / "track-numbers").read_text() == "20000\n"
    assert (restored / "audit" / "key").stat().st_mode & 0o777 == 0o600
    assert restored.stat().st_mode & 0o777 == 0o700


def test_a_warning_that_waited_when_the_copy_was_made_is_not_sent_as_if_nobody_had(tmp_path: Path) -> None:
    data = tmp_path / "node"
    data.mkdir()
    store = open_store(f"sqlite:///{data / 'sargas.db'}")
    warning = make_warning(START_NS)
    outbox, notice = WarningOutbox(store), make_notice(warning, "vilnius", ())
    outbox.enter(warning.message_id, notice, ("mail", "old"), warning.expires_ns, warning.label, START_NS)
    outbox.mark(warning.message_id, "old", "sent", 1, START_NS)
    make_backup(data, tmp_path / "copy", "vilnius", START_NS)
    assert len(outbox.due("mail", "waiting")) == 1
    store.close()
    restore_backup(tmp_path / "copy", tmp_path / "again")
    store = open_store(f"sqlite:///{tmp_path / 'again' / 'sargas.db'}")
    outbox = WarningOutbox(store)
    assert [len(outbox.due("mail", state)) for state in ("waiting", "sending")] == [0, 1]
    assert len(outbox.due("old", "sent")) == 1
    store.close()
    check_backup(tmp_path / "copy")


def test_what_screens_showed_can_be_shown_again(restored: Path) -> None:
    cursor = ScreenCursor(ScreenIndex(restored / "screen"))
    cursor.seek(SCREEN_START_NS + SCREEN_STEPS * STEP_NS)
    assert cursor.gap is None
    assert len(cursor.screen.table.present().track_id) > SCREEN_STEPS // 2
    assert {path.stat().st_mode & 0o777 for path in (restored / "screen").iterdir()} == {0o600}


def test_the_journal_replays_to_the_same_picture(copied: tuple[Path, Path], restored: Path) -> None:
    envelopes = list(read(restored / "journal"))
    assert len(envelopes) >= 400
    digests = []
    for folder in (copied[0], restored):
        state = State()
        for envelope, _ in zip(read(folder / "journal"), range(len(envelopes)), strict=False):
            step(state, envelope)
        digests.append(state.digest.hex())
    assert digests[0] == digests[1]
    journal = Journal.open(restored / "journal", clock=SystemClock(), fsync_interval_ms=0, segment_bytes=1 << 20)
    assert journal.status().next_sequence == len(envelopes)
    journal.close()


def test_a_database_that_cannot_be_copied_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "sargas.db").write_bytes(b"no database" * 500)
    with pytest.raises(BackupError, match=r"data/sargas\.db: expected to be copied .* file is not a database"):
        make_backup(tmp_path / "data", tmp_path / "copy", "vilnius", 1)


def change(copy: Path) -> None:
    path = copy / "sargas.db"
    data = bytearray(path.read_bytes())
    data[5000] ^= 1
    path.write_bytes(data)


def leave_out(copy: Path) -> None:
    (copy / "track-numbers").unlink()


def add(copy: Path) -> None:
    (copy / "audit" / "more.jsonl").write_text("{}\n")


def cut_short(copy: Path) -> None:
    (copy / LIST).unlink()


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (change, "sargas.db: expected the bytes that were copied"),
        (leave_out, "track-numbers: expected a file of the copy, was none"),
        (add, "more.jsonl: expected only files of the copy"),
        (cut_short, "backup.json: expected the list of a whole copy"),
    ],
)
def test_a_copy_that_is_not_whole_is_not_restored(
    copied: tuple[Path, Path], tmp_path: Path, spoil: Callable[[Path], None], told: str
) -> None:
    restore_backup(copied[1], tmp_path / "copy")
    (tmp_path / "copy" / LIST).write_bytes((copied[1] / LIST).read_bytes())
    assert check_backup(tmp_path / "copy").node == "vilnius"
    spoil(tmp_path / "copy")
    with pytest.raises(BackupError, match=told):
        restore_backup(tmp_path / "copy", tmp_path / "data")
    assert not (tmp_path / "data").exists()


def test_nothing_is_overwritten(copied: tuple[Path, Path]) -> None:
    data, copy = copied
    with pytest.raises(BackupError, match="expected a new or empty data folder"):
        restore_backup(copy, data)
    with pytest.raises(BackupError, match="expected a new or empty folder"):
        make_backup(data, copy, "vilnius", 1)


def test_a_folder_that_never_was_a_node_is_named(tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="expected the data folder of a node, was none"):
        make_backup(tmp_path / "none", tmp_path / "copy", "x", 1)
    (tmp_path / "data").mkdir()
    with pytest.raises(BackupError, match="has the node ever run here"):
        make_backup(tmp_path / "data", tmp_path / "copy", "x", 1)


def test_a_folder_that_changes_faster_than_it_is_copied_is_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, target, copy, copies = tmp_path / "history", tmp_path / "copy", backup._copy, list[str]()
    source.mkdir()
    for number in range(40):
        (source / f"{number:08d}.parquet").write_bytes(b"rows")

    def slow_copy(path: Path, to: Path) -> None:
        copy(path, to)
        copies.append(path.name)
        if len(copies) % 10 == 0:  # a minute went by: a log became Parquet, two hours became one file
            (source / f"{100 + len(copies):08d}.parquet").write_bytes(b"more")
            (source / f"{len(copies):08d}.parquet").unlink(missing_ok=True)

    monkeypatch.setattr(backup, "_copy", slow_copy)
    backup._copy_settled(source, target)
    assert sorted(path.name for path in target.iterdir()) == sorted(path.name for path in source.iterdir())
    assert len(copies) < 50


def test_a_copied_audit_holds_all_that_its_checkpoints_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data, copy = tmp_path / "data", backup._copy
    log = AuditLog(data / "audit", "vilnius", time.time_ns)
    log.append(Deed(actor="rasa", action="login", object="operator"))
    log.checkpoint()

    def copy_as_it_grows(path: Path, to: Path) -> None:
        copy(path, to)
        log.append(Deed(actor="vilnius", action="release:released", object=path.name))
        log.checkpoint()

    monkeypatch.setattr(backup, "_copy", copy_as_it_grows)
    make_backup(data, tmp_path / "copy", "vilnius", 1_790_000_000_000_000_000, has_sqlite=False)
    assert verify(tmp_path / "copy" / "audit").faults == ()


@pytest.mark.parametrize("folder", ["100% mūsų", "a%41b", "night #3", "what? now"])
def test_a_node_may_lie_in_a_folder_of_any_name(tmp_path: Path, folder: str) -> None:
    """What ends a path in a URL led to another database, or to the copy of an empty one."""
    place = tmp_path / folder
    place.mkdir()
    (place / "sargas.toml").write_text('[[source]]\nname = "radar"\nurl = "pcap:radar.pcap?speed=2"\n', "utf-8")
    settings = load_settings(place / "sargas.toml").settings
    url = parse_url(settings.source[0].url)
    assert isinstance(url, RecordingUrl)
    assert (url.path, url.speed) == (str(place / "radar.pcap"), 2.0)
    settings.node.data_dir.mkdir()
    store = open_store(settings.store_url())
    store.write([make_alert(1, 5)])
    store.close()
    make_backup(settings.node.data_dir, place / "copy", "vilnius", 1)
    restore_backup(place / "copy", place / "again")
    again = open_store(settings.model_copy(update={"node": NodeSettings(data_dir=place / "again")}).store_url())
    assert [one.alert_id for one in again.alerts()] == [make_alert(1, 5).alert_id]
    again.close()
    assert [one.name for one in tmp_path.iterdir()] == [folder], "nothing is made beside it"
