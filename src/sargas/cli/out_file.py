"""Files that commands write: refused before the work where none can be, and in the end there whole or as before."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from sargas.cli.failure import USAGE, Failure

TABLES = (".parquet", ".pq", ".csv")
"""Ends of the names of tables that are written in either form."""


def refuse_unwritable(option: str, path: Path, ends: tuple[str, ...] = ()) -> None:
    """Raise Failure when no file can be written there, or its name has none of the ``ends``: before the work."""
    if not path.parent.is_dir():
        fault = f"expected an existing folder, was none: make {path.parent} first"
    elif ends and path.suffix.lower() not in ends:
        fault = f"expected a name that ends in .parquet or .csv, was {path.suffix or 'neither'}"
    elif path.is_dir():
        fault = "expected a file, was a folder: name a file in it"
    elif not os.access(path if _is_special(path) else path.resolve().parent, os.W_OK):
        fault = "expected a folder that can be written to, was not: name another"
    else:
        return
    raise Failure(f"{option} {path}: {fault}", USAGE)


@contextmanager
def open_whole(path: Path) -> Iterator[BinaryIO]:
    """Open a file that takes the place of ``path`` once all is written; what fails leaves there what was.

    A pipe or device is written to as it is. Raises Failure that names ``path``.
    """
    is_special = _is_special(path)
    target = path.resolve()
    written = path if is_special else target.with_name(f".{target.name}.partial")
    try:
        with written.open("wb") as file:
            yield file
        if not is_special:
            written.replace(target)
    except OSError as error:
        reason = str(error) if error.errno is None else os.strerror(error.errno).lower()
        raise Failure(f"{path}: cannot be written: {reason}") from None
    finally:
        if not is_special:
            written.unlink(missing_ok=True)


def _is_special(path: Path) -> bool:
    # standard output may be a file that others write to as well: it must stay the same one
    folder = path.absolute().parent
    is_named_by_system = folder in (Path("/dev"), Path("/dev/fd")) or folder.is_relative_to("/proc")
    return is_named_by_system or (path.exists() and not path.is_file() and not path.is_dir())
