"""The file that is being written: blocks behind each other, and an index line for each beside it."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np

from sargas.console.screen_log.layout import HEADER, INDEX, LINE, BlockFlag, list_segments, make_header, segment_path


class SegmentFile:
    """A new segment; one thread at a time."""

    def __init__(self, folder: Path, first_ns: int) -> None:
        """Make the files, readable by the node's user alone. Raises OSError, also when there is one of that time."""
        self.first_ns = first_ns
        self.path = segment_path(folder, first_ns)
        self.bytes = 0
        self._file = _create(self.path)
        try:
            self._index = _create(self.path.with_suffix(INDEX))
        except OSError:
            os.close(self._file)
            raise

    def append(self, flags: BlockFlag, first_ns: int, last_ns: int, body: bytes, raw_bytes: int) -> None:
        """Write one block whole, or nothing of it: then OSError is raised."""
        header = make_header(flags, first_ns, last_ns, body, raw_bytes)
        _write_whole(self._file, header + body, self.bytes)
        line = np.zeros(1, LINE)
        line["offset"] = self.bytes
        self.bytes += HEADER.itemsize + len(body)
        written = np.frombuffer(header, HEADER)
        for name in HEADER.names or ():
            line[name] = written[name]
        _write_whole(self._index, line.tobytes(), os.fstat(self._index).st_size)

    def close(self) -> None:
        """Close the files; what is in them stays."""
        os.close(self._file)
        os.close(self._index)


def remove_old(folder: Path, before_ns: int, most_bytes: int) -> int:
    """Remove what ends before a time, then the oldest until the rest fits; never the newest. Returns how many."""
    segments = list_segments(folder)
    sizes = [_size(path) for _, path in segments]
    total, removed = sum(sizes), 0
    for i, (_, path) in enumerate(segments[:-1]):
        if segments[i + 1].first_ns > before_ns and total <= most_bytes:
            break
        path.unlink(missing_ok=True)
        path.with_suffix(INDEX).unlink(missing_ok=True)
        total -= sizes[i]
        removed += 1
    return removed


def _size(path: Path) -> int:
    return sum(p.stat().st_size for p in (path, path.with_suffix(INDEX)) if p.exists())


def _create(path: Path) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)


def _write_whole(file: int, data: bytes, size: int) -> None:
    """Append; cut back to ``size`` what did not fit."""
    left = memoryview(data)
    try:
        while left:
            left = left[os.write(file, left) :]
    except OSError:
        os.ftruncate(file, size)
        os.lseek(file, size, os.SEEK_SET)
        raise
