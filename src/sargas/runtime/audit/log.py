"""Write the audit: entries last before ``append`` returns, whoever else writes to the same folder."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sargas.runtime.audit.entry import FIRST_HASH, AuditEntry, Deed
from sargas.runtime.audit.files import (
    CHECKPOINTS,
    SEGMENT_BYTES,
    Checkpoint,
    audit_key,
    locked,
    segment_name,
    segments,
    write_durably,
)
from sargas.runtime.audit.merkle import Frontier, leaf_hash


class AuditError(ValueError):
    """Say in one line why the audit cannot be gone on with, and how to mend it."""


class AuditLog:
    """The audit of one node, safe to use from any thread and from several processes."""

    def __init__(
        self,
        directory: Path,
        node: str,
        now_ns: Callable[[], int],
        journal_sequence: Callable[[], int] = lambda: -1,
        *,
        segment_bytes: int = SEGMENT_BYTES,
    ) -> None:
        """Go on with the audit in a folder, or begin one.

        ``journal_sequence``: next envelope of the journal now; -1: no journal is near. Raises AuditError for an audit
        whose chain is broken: it is never gone on with over a gap.
        """
        directory.mkdir(parents=True, exist_ok=True)
        self.directory = directory
        self._node, self._now_ns, self._journal_sequence = node, now_ns, journal_sequence
        self._segment_bytes = segment_bytes
        self._lock = threading.Lock()
        self._key = audit_key(directory)
        self._frontier = Frontier()
        self._last_hash = FIRST_HASH
        self._place = ("", 0)
        self._signed_size = -1
        self._last_error = ""
        with self._its_turn():
            self._mend_checkpoints()

    @property
    def size(self) -> int:
        """Return the number of entries that this process knows of."""
        return self._frontier.size

    @property
    def last_error(self) -> str:
        """Return why the last write failed; empty when it did not."""
        return self._last_error

    def append(self, *deeds: Deed) -> tuple[AuditEntry, ...]:
        """Write deeds in order and make them last; one fsync for all. Raises OSError when the disk refuses."""
        with self._its_turn():
            return self._write(deeds)

    def checkpoint(self) -> Checkpoint | None:
        """Sign how long the audit is and its Merkle root; none when nothing was added since the last one."""
        with self._its_turn():
            if self._frontier.size in (0, self._signed_size):
                return None
            made = Checkpoint.sign(self._node, self._frontier.size, self._frontier.root(), self._now_ns(), self._key)
            write_durably(self.directory / CHECKPOINTS, made.line() + b"\n")
            self._signed_size = made.size
            return made

    @contextmanager
    def _its_turn(self) -> Iterator[None]:
        """Let nobody else write meanwhile, go on from what others wrote, and keep why it failed."""
        try:
            with self._lock, locked(self.directory):
                self._catch_up()
                yield
        except (OSError, AuditError) as error:
            self._last_error = str(error)
            raise
        self._last_error = ""

    def _write(self, deeds: Sequence[Deed]) -> tuple[AuditEntry, ...]:
        entries, data = list[AuditEntry](), bytearray()
        last, seq = self._last_hash, self._frontier.size
        for deed in deeds:
            entry = AuditEntry.of(deed, seq, self._now_ns(), self._journal_sequence(), last)
            last, seq = entry.hash(), seq + 1
            data += entry.line() + b"\n"
            entries.append(entry)
        name, at = self._place
        if not name or at >= self._segment_bytes:
            name, at = segment_name(self._frontier.size), 0
        write_durably(self.directory / name, bytes(data))
        self._place, self._last_hash = (name, at + len(data)), last
        for entry in entries:
            self._frontier.add(leaf_hash(entry.canonical()))
        return tuple(entries)

    def _catch_up(self) -> None:
        """Read what is in the folder beyond what this process knows; the whole of it at the start."""
        name, at = self._place
        for path in segments(self.directory):
            if path.name < name:
                continue
            at = at if path.name == name else 0
            if path.stat().st_size == at:
                continue
            with path.open("rb") as file:
                file.seek(at)
                data = file.read()
            whole = data[: data.rfind(b"\n") + 1]
            for line in whole.splitlines():
                self._take(path, line)
            self._place = (path.name, at + len(whole))
            if len(whole) < len(data):
                self._set_aside(path, at + len(whole), data[len(whole) :])

    def _take(self, path: Path, line: bytes) -> None:
        try:
            entry, canonical, digest = AuditEntry.read(line)
        except ValueError as error:
            raise AuditError(f"{path}: {error}: run sargas audit verify; move the folder away to begin anew") from None
        if entry.seq != self._frontier.size or entry.prev_hash != self._last_hash:
            raise AuditError(
                f"{path}: expected entry {self._frontier.size} chained to {self._last_hash[:12]}, was {entry.seq} "
                f"chained to {entry.prev_hash[:12]}: run sargas audit verify; move the folder away to begin anew"
            )
        self._frontier.add(leaf_hash(canonical))
        self._last_hash = digest

    def _mend_checkpoints(self) -> None:
        path = self.directory / CHECKPOINTS
        data = path.read_bytes() if path.exists() else b""
        whole = data.rfind(b"\n") + 1
        if whole < len(data):
            self._set_aside(path, whole, data[whole:])

    def _set_aside(self, path: Path, at: int, torn: bytes) -> None:
        """Keep a line that a crash cut short beside its file, cut it off, and say so in the audit itself."""
        write_durably(path.with_suffix(f".torn-{at}"), torn)
        with path.open("r+b") as file:
            file.truncate(at)
        self._write([Deed(actor=self._node, action="set-aside", object=path.name, inputs=torn)])
