"""Track numbers over restarts: blocks are reserved on disk before they are used, so that none is ever given twice."""

from __future__ import annotations

import os
from pathlib import Path

BLOCK = 10_000
LAST_NUMBER = (1 << 31) - 1
"""Own numbers stay below partners' (picture.partner_tracks)."""


class TrackNumbers:
    """Hold the reservation of one node: ``<data_dir>/track-numbers`` has the last number that may have been used."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._reserved = _read(path)
        self.first = self._reserved + 1
        """First number of this run, above all earlier ones."""
        self.use(self.first)

    def use(self, highest: int) -> None:
        """Say which number is the highest given so far; reserves further blocks, on disk, well before they run out.

        Raises OSError when the reservation cannot be written, ValueError when all numbers are used up.
        """
        if highest + BLOCK // 2 <= self._reserved:
            return
        reserved = (highest // BLOCK + 2) * BLOCK
        if reserved > LAST_NUMBER:
            raise ValueError(
                f"{self._path}: expected track numbers below {LAST_NUMBER}, was {reserved}: delete the file"
            )
        temporary = self._path.with_suffix(".tmp")
        with temporary.open("w", encoding="ascii") as file:
            file.write(f"{reserved}\n")
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self._path)
        self._reserved = reserved


def _read(path: Path) -> int:
    try:
        text = path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return 0
    if not text.isdigit():
        raise ValueError(f"{path}: expected one number, was {text[:40]!r}: write the highest track number ever given")
    return int(text)
