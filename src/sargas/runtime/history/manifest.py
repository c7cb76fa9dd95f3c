"""The manifest: which Parquet files make up the history of one kind, and what is in each.

One JSON object a line; each line is one transaction: files added, files removed, write-ahead logs used up. A line
without its newline was cut by a crash and never happened. Queries choose their files from it, so no folder is listed.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from sargas.runtime.history.layout import MANIFEST, HistoryError, sync_folder

_LINES_BEFORE_REWRITE = 2000


class Entry(BaseModel):
    """One Parquet file: where, what span of time, how much, from which sensors, under which labels."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: str
    number: int
    hour: int
    first_ns: int
    last_ns: int
    rows: int
    bytes: int
    sha256: str
    is_sorted: bool
    sensors: tuple[str, ...]
    labels: tuple[str, ...]
    west_south_east_north_deg: tuple[float, float, float, float] | None


class _Line(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    add: tuple[Entry, ...] = ()
    remove: tuple[str, ...] = ()
    used_wal: int | None = None


class Manifest:
    """The files of one kind, read from and added to ``manifest.jsonl``. One thread at a time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / MANIFEST
        self.entries: dict[str, Entry] = {}
        self.used_wal = 0
        self.next_number = 1
        self._lines = 0
        self._read_bytes = 0
        self._inode = 0

    def refresh(self) -> None:
        """Read what was added since the last time. Raises HistoryError for a damaged line."""
        try:
            file = self.path.open("rb")
        except FileNotFoundError:
            return
        with file:
            inode = os.fstat(file.fileno()).st_ino
            if inode != self._inode:
                self.entries, self.used_wal, self._lines, self._read_bytes, self._inode = {}, 0, 0, 0, inode
            file.seek(self._read_bytes)
            whole, newline, _torn = file.read().rpartition(b"\n")
        for text in whole.split(b"\n") if newline else ():
            self._apply(text)
        self._read_bytes += len(whole) + len(newline)

    def open_for_writing(self) -> None:
        """Read it all and cut off a torn last line. Raises HistoryError when files are there but no manifest."""
        self.refresh()
        if not self.path.exists():
            stray = next(self.folder.glob("*/*.parquet"), None)
            if stray is not None:
                raise HistoryError(
                    f"history {self.folder}: expected {MANIFEST} beside {stray.relative_to(self.folder)}, was none; "
                    "restore it from the backup, or move the old files away"
                )
            self.path.touch()
            sync_folder(self.folder)
            self.refresh()
        os.truncate(self.path, self._read_bytes)
        if self._lines > _LINES_BEFORE_REWRITE:
            self._rewrite()

    def commit(self, add: Sequence[Entry] = (), remove: Sequence[str] = (), used_wal: int | None = None) -> None:
        """Make one change durable, all of it or none; whoever reads from now on sees it."""
        line = _Line(add=tuple(add), remove=tuple(remove), used_wal=used_wal)
        text = line.model_dump_json(exclude_defaults=True).encode() + b"\n"
        with self.path.open("ab", buffering=0) as file:
            try:
                if file.write(text) != len(text):
                    raise OSError(f"disk full while writing {self.path}")
                os.fsync(file.fileno())
            except OSError:
                os.truncate(file.fileno(), self._read_bytes)
                raise
        self._read_bytes += len(text)
        self._apply_line(line)

    def _rewrite(self) -> None:
        """Replace the manifest by one line that says the same, so that it does not grow for ever."""
        line = _Line(add=tuple(self.entries.values()), used_wal=self.used_wal)
        new = self.path.with_suffix(".tmp")
        with new.open("wb") as file:
            file.write(line.model_dump_json(exclude_defaults=True).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        new.rename(self.path)
        sync_folder(self.folder)
        self.refresh()

    def _apply(self, text: bytes) -> None:
        try:
            self._apply_line(_Line.model_validate(json.loads(text)))
        except (ValueError, ValidationError) as error:
            raise HistoryError(
                f"history {self.path} line {self._lines + 1}: expected one JSON object as docs/store.md describes, "
                f"was {text[:60]!r}; restore the file from the backup"
            ) from error

    def _apply_line(self, line: _Line) -> None:
        self._lines += 1
        for path in line.remove:
            self.entries.pop(path, None)
        for entry in line.add:
            self.entries[entry.path] = entry
            self.next_number = max(self.next_number, entry.number + 1)
        if line.used_wal is not None:
            self.used_wal = max(self.used_wal, line.used_wal)
