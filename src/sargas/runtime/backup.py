"""Back a node up while it runs, and set one up again from it. Page: docs/operator/backup.md.

Order matters: the database first, the journal after it, so that the journal is never behind; the copy's own list of
files with their hashes last: without it the copy is not whole.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sargas.runtime.audit.files import CHECKPOINTS
from sargas.runtime.network.secret_files import make_folder

LIST = "backup.json"
FORM = "sargas-backup-1"
STORE = "sargas.db"
FOLDERS = ("journal", "history", "audit", "screen")
FILES = ("track-numbers",)
NOT_COPIED = (".lock", ".tmp")
SECRETS = ("audit/key",)
TRIES = 5


class BackupError(ValueError):
    """Say in one line what is wrong with a copy or a folder, where, and how to mend it."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What a copy holds."""

    node: str
    made_ns: int
    files: int
    bytes: int


def make_backup(data_dir: Path, target: Path, node: str, now_ns: int, *, has_sqlite: bool = True) -> Summary:
    """Copy a node's data into an empty folder, whether or not the node runs.

    ``has_sqlite``: the database is ours; PostgreSQL has tools of its own. Raises BackupError.
    """
    if target.exists() and any(target.iterdir()):
        raise BackupError(f"{target}: expected a new or empty folder, was one with files: name another")
    if not data_dir.is_dir():
        raise BackupError(f"{data_dir}: expected the data folder of a node, was none: see node.data_dir")
    make_folder(target)
    if has_sqlite:
        _copy_database(data_dir / STORE, target / STORE)
    for name in FOLDERS:
        if (data_dir / name).is_dir():
            _copy_settled(data_dir / name, target / name)
    for name in FILES:
        if (data_dir / name).is_file():
            _copy(data_dir / name, target / name)
    files = {str(path.relative_to(target)): _digest(path) for path in _files(target)}
    told = {"form": FORM, "node": node, "made_ns": now_ns, "has_store": has_sqlite, "files": files}
    _write_durably(target / LIST, json.dumps(told, indent=1, sort_keys=True).encode() + b"\n")
    return check_backup(target)


def check_backup(source: Path) -> Summary:
    """Check every byte of a copy against its list. Raises BackupError that names the first file that differs."""
    told = _read_list(source)
    present = {str(path.relative_to(source)) for path in _files(source)} - {LIST}
    listed: Mapping[str, Any] = told["files"]
    for name in sorted(listed.keys() - present):
        raise BackupError(f"{source / name}: expected a file of the copy, was none: take another copy")
    for name in sorted(present - listed.keys()):
        raise BackupError(f"{source / name}: expected only files of the copy, was another: move it away")
    for name in sorted(listed):
        if _digest(source / name) != listed[name]:
            raise BackupError(f"{source / name}: expected the bytes that were copied, was changed: take another copy")
    size = sum((source / name).stat().st_size for name in listed)
    return Summary(told["node"], told["made_ns"], len(listed), size)


def restore_backup(source: Path, data_dir: Path) -> Summary:
    """Set a data folder up from a copy, which is checked first. Raises BackupError; nothing is ever overwritten."""
    summary = check_backup(source)
    if data_dir.exists() and any(data_dir.iterdir()):
        raise BackupError(f"{data_dir}: expected a new or empty data folder, was one with files: move it away first")
    make_folder(data_dir)
    for name in _read_list(source)["files"]:
        _copy(source / name, data_dir / name)
    if (data_dir / STORE).is_file():
        _doubt_warnings(data_dir / STORE)
    return summary


def _doubt_warnings(database: Path) -> None:
    """Take what waited to be sent for begun: the node that was copied may have sent it since, nobody knows."""
    with closing(sqlite3.connect(database)) as connection, connection:
        if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'warning_outbox'").fetchone():
            connection.execute("UPDATE warning_outbox SET state = 'sending' WHERE state = 'waiting'")
    _sync(database)


def _copy_database(source: Path, target: Path) -> None:
    """Copy a SQLite database as it is at one moment, by its own means, beside whoever writes to it."""
    if not source.is_file():
        raise BackupError(f"{source}: expected the node's database, was none: has the node ever run here?")
    try:
        with (
            closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True, timeout=30)) as reading,
            closing(sqlite3.connect(target)) as writing,
        ):
            reading.backup(writing)
    except sqlite3.Error as error:
        raise BackupError(f"{source}: expected to be copied to {target}, was not: {error}") from None
    os.chmod(target, 0o600)
    _sync(target)


def _copy_settled(source: Path, target: Path) -> None:
    """Copy a folder whose files are put together and removed meanwhile, until its list of files did not change.

    What was copied and did not change since is not copied again: each try takes as long as what came during the one
    before. A file that grows is copied as far as it went: its readers take what is whole in it.
    """
    copied = dict[Path, tuple[int, ...]]()
    for _ in range(TRIES):
        before = _inventory(source)
        with suppress(FileNotFoundError):  # then the list has changed
            _follow(source, target, copied)
            if _inventory(source) == before:
                return
    raise BackupError(f"{source}: expected a list of files that stays for a moment, was changing: try again")


def _follow(source: Path, target: Path, copied: dict[Path, tuple[int, ...]]) -> None:
    """Bring a copy up to what a folder holds now; ``copied``: what stands in the copy, as it was in the folder."""
    # Signed sizes of the audit before its entries: a copy must not lack what a checkpoint in it counts.
    present = sorted(_files(source), key=lambda path: path.name != CHECKPOINTS)
    for gone in copied.keys() - set(present):
        (target / gone.relative_to(source)).unlink()
        del copied[gone]
    for path in present:
        facts = path.stat()
        seen = (facts.st_ino, facts.st_size, facts.st_mtime_ns)
        if copied.get(path) != seen:
            _copy(path, target / path.relative_to(source))
            copied[path] = seen


def _inventory(folder: Path) -> tuple[object, ...]:
    """Name what must not change while a folder is copied: its files, and what its manifests say."""
    manifests = tuple(path.read_bytes() for path in _files(folder) if path.name == "manifest.jsonl")
    return (tuple(str(path) for path in _files(folder)), manifests)


def _files(folder: Path) -> Iterator[Path]:
    return (
        p for p in sorted(folder.rglob("*")) if p.is_file() and not p.name.endswith(NOT_COPIED) and p.name != "lock"
    )


def _copy(source: Path, target: Path) -> None:
    make_folder(target.parent)
    shutil.copyfile(source, target)
    os.chmod(target, 0o600 if str(target).endswith(SECRETS) else source.stat().st_mode & 0o777)
    _sync(target)


def _read_list(source: Path) -> dict[str, Any]:
    path = source / LIST
    if not path.is_file():
        raise BackupError(f"{path}: expected the list of a whole copy, was none: it was cut short, take another copy")
    try:
        told: dict[str, Any] = json.loads(path.read_bytes())
    except ValueError as error:
        raise BackupError(f"{path}: expected JSON, {error}: take another copy") from None
    if not isinstance(told, dict) or told.get("form") != FORM:
        raise BackupError(f"{path}: expected the form {FORM}, was another: made by another version")
    return told


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _write_durably(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
