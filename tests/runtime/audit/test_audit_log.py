"""The audit: what is written lasts, goes on after a crash, and shows every changed byte."""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sargas.runtime.audit import AuditEntry, AuditError, AuditLog, Deed, verify
from sargas.runtime.audit.files import CHECKPOINTS, segments
from sargas.runtime.audit.look import look_beside

DEEDS = [
    Deed(actor="jonas", action=f"decision:{k}", object=f"alert-{k}", inputs=b"x" * k, detail={"k": k}) for k in range(9)
]


class Clock:
    """A clock that goes on by a second at each look."""

    def __init__(self) -> None:
        self.now_ns = 1_790_000_000_000_000_000

    def __call__(self) -> int:
        self.now_ns += 1_000_000_000
        return self.now_ns


def written(directory: Path, segment_bytes: int = 600) -> AuditLog:
    log = AuditLog(directory, "vilnius", Clock(), lambda: 42, segment_bytes=segment_bytes)
    for deed in DEEDS[:6]:
        log.append(deed)
    log.checkpoint()
    log.append(*DEEDS[6:])
    return log


def test_what_was_written_verifies_and_tells_what_is_not_signed_yet(tmp_path: Path) -> None:
    log = written(tmp_path)
    found = verify(tmp_path)
    assert (found.entries, found.checkpoints, found.unsigned, found.faults) == (9, 1, 3, ())
    assert len(segments(tmp_path)) > 2
    signed = log.checkpoint()
    assert signed is not None
    assert signed.root == verify(tmp_path).root
    assert verify(tmp_path).unsigned == 0
    assert log.checkpoint() is None


def test_another_process_goes_on_where_this_one_is(tmp_path: Path) -> None:
    log = written(tmp_path)
    program = (
        "import sys; from pathlib import Path; from sargas.runtime.audit import AuditLog, Deed;"
        "AuditLog(Path(sys.argv[1]), 'vilnius', lambda: 1).append(Deed(actor='root', action='account', object='ona'))"
    )
    subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=True, timeout=60)
    (entry,) = log.append(Deed(actor="jonas", action="logout", object="jonas"))
    assert entry.seq == 10
    assert verify(tmp_path).faults == ()


def test_a_line_cut_short_by_a_crash_is_set_aside_and_told_of(tmp_path: Path) -> None:
    written(tmp_path)
    last = segments(tmp_path)[-1]
    with last.open("ab") as file:
        file.write(b'{"action":"half')
    assert "cut short" in verify(tmp_path).faults[0]
    log = AuditLog(tmp_path, "vilnius", Clock())
    assert log.size == 10
    assert [path.read_bytes() for path in tmp_path.glob("*.torn-*")] == [b'{"action":"half']
    assert verify(tmp_path).faults == ()


@pytest.mark.parametrize("torn", [b"", b'{"half'], ids=["its end changed", "half written"])
def test_a_torn_checkpoint_is_found_set_aside_and_does_not_spoil_the_next(tmp_path: Path, torn: bytes) -> None:
    written(tmp_path)
    path = tmp_path / CHECKPOINTS
    whole = path.read_bytes()
    path.write_bytes(whole + torn if torn else whole[:-1] + b"x")
    assert any("cut short" in fault for fault in verify(tmp_path).faults)
    later = Clock()
    later.now_ns += 3_600_000_000_000
    log = AuditLog(tmp_path, "vilnius", later)
    assert [kept.read_bytes() for kept in tmp_path.glob("*.torn-*")] == [torn or whole[:-1] + b"x"]
    assert log.checkpoint() is not None
    found = verify(tmp_path)
    assert (found.faults, found.unsigned, found.checkpoints) == ((), 0, 2 if torn else 1)


def test_an_audit_that_was_changed_is_not_gone_on_with(tmp_path: Path) -> None:
    written(tmp_path)
    first = segments(tmp_path)[0]
    first.write_bytes(first.read_bytes().replace(b"alert-1", b"alert-7", 1))
    with pytest.raises(AuditError, match="run sargas audit verify"):
        AuditLog(tmp_path, "vilnius", Clock())


def cut_end(directory: Path) -> None:
    for path in segments(directory)[-2:]:
        path.unlink()


def take_out_a_segment(directory: Path) -> None:
    segments(directory)[1].unlink()


def forge(directory: Path) -> None:
    """Write a whole new history, well chained, under another key."""
    for path in [*segments(directory), directory / CHECKPOINTS, directory / "key"]:
        path.unlink()
    public = (directory / "key.pub").read_bytes()
    (directory / "key.pub").unlink()
    written(directory)
    (directory / "key.pub").write_bytes(public)


@pytest.mark.parametrize(
    ("tamper", "told"),
    [(cut_end, "the end was cut off"), (take_out_a_segment, "taken out"), (forge, "signed by somebody else")],
)
def test_what_was_cut_taken_out_or_forged_is_found(tmp_path: Path, tamper: Callable[[Path], None], told: str) -> None:
    written(tmp_path).checkpoint()
    tamper(tmp_path)
    assert any(told in fault for fault in verify(tmp_path).faults), verify(tmp_path).faults


def test_a_signature_in_capitals_is_found(tmp_path: Path) -> None:
    written(tmp_path).checkpoint()
    path = tmp_path / CHECKPOINTS
    line = json.loads(path.read_bytes().splitlines()[-1])
    assert line["signature"] != line["signature"].upper()
    path.write_bytes(path.read_bytes().replace(line["signature"].encode(), line["signature"].upper().encode()))
    assert any("expected a signature" in fault for fault in verify(tmp_path).faults)


@settings(max_examples=150)
@given(data=st.data())
def test_any_changed_byte_is_found(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    folder = tmp_path_factory.getbasetemp() / "audit-bytes"
    if not folder.exists():
        written(folder).checkpoint()
    path = data.draw(st.sampled_from([*segments(folder), folder / CHECKPOINTS]))
    whole = path.read_bytes()
    at = data.draw(st.one_of(st.just(len(whole) - 1), st.integers(0, len(whole) - 1)))
    other = data.draw(st.integers(0, 255).filter(lambda value: value != whole[at]))
    path.write_bytes(whole[:at] + bytes([other]) + whole[at + 1 :])
    try:
        assert verify(folder).faults
    finally:
        path.write_bytes(whole)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="expected the folder of an audit"):
        verify(tmp_path / "none")


@pytest.mark.parametrize("times", [1, 2])
def test_who_stops_waiting_for_a_look_leaves_no_process_behind(tmp_path: Path, times: int) -> None:
    written(tmp_path)

    async def stop_waiting() -> bool:
        looking, own, deadline = asyncio.create_task(look_beside(tmp_path)), psutil.Process(), time.monotonic() + 20.0
        others = own.children()
        while not (begun := [child for child in own.children() if child not in others]):
            assert time.monotonic() < deadline
            await asyncio.sleep(0.001)
        await asyncio.sleep(0.02)  # it begins to listen to the process, which takes longer to start
        for _ in range(times):  # a server that stops cancels what it serves, and its loop all that is left
            looking.cancel()
            for _turn in range(8):  # it hears of the one before the next comes
                await asyncio.sleep(0)
        with pytest.raises(asyncio.CancelledError):
            await looking
        return any(child.is_running() for child in begun)

    assert not asyncio.run(stop_waiting())


def test_an_audit_that_somebody_broke_while_it_is_written_is_not_called_well(tmp_path: Path) -> None:
    log = written(tmp_path)
    with segments(tmp_path)[-1].open("ab") as file:
        file.write(b"{}\n")
    with pytest.raises(AuditError):
        log.append(DEEDS[0])
    assert "run sargas audit verify" in log.last_error


@pytest.mark.parametrize(
    "detail",
    [
        {},
        {"inputs_sha256": "x", "hash": "y"},
        {"why": ',"inputs_sha256":"", {"a":1}'},
        {"label": {"inputs_sha256": [1]}},
    ],
)
def test_the_hash_stands_among_the_sorted_keys_whatever_the_words_are(detail: dict[str, Any]) -> None:
    deed = Deed(actor='"hash":', action=',"inputs_sha256":', object="é\n", inputs=b"x", detail=detail)
    entry = AuditEntry.of(deed, 3, 5, 7, "0" * 64)
    fields = {name: getattr(entry, name) for name in AuditEntry.__slots__} | {"hash": entry.hash()}
    assert entry.line() == json.dumps(fields, sort_keys=True, separators=(",", ":")).encode()
    assert AuditEntry.read(entry.line()) == (entry, entry.canonical(), entry.hash())
