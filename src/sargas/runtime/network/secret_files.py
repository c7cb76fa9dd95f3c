"""Files of the network folder: secrets that only their owner reads, and files that are there whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

SECRET_MODE = 0o600
FOLDER_MODE = 0o700


def make_folder(path: Path) -> None:
    """Make a folder that only its owner enters, with what is above it."""
    path.mkdir(parents=True, exist_ok=True, mode=FOLDER_MODE)


def write_secret(path: Path, data: bytes) -> None:
    """Write a secret: never readable by others, not even for a moment; there whole or not at all."""
    _write(path, data, SECRET_MODE)


def write_public(path: Path, data: bytes) -> None:
    """Write what anybody may read; there whole or not at all."""
    _write(path, data, 0o644)


def _write(path: Path, data: bytes, mode: int) -> None:
    unfinished = path.with_name(path.name + ".tmp")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
