"""Updates in, blocks on the disk: when a key is due, when a file is full, what is removed. One thread at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sargas.console.screen_log.block import Screen, ScreenUpdate, encode, take_apart
from sargas.console.screen_log.layout import NS_PER_HOUR, BlockFlag
from sargas.console.screen_log.segment import SegmentFile, remove_old

KEY_NS = 15_000_000_000
"""Time between two blocks that reading can begin at."""
SEGMENT_BYTES = 1 << 30
"""Size at which a segment is closed before its hour is over."""


@dataclass(frozen=True, slots=True)
class Retention:
    """How much of the log is kept: for how long, UTC ns, and at most how many bytes."""

    keep_ns: int
    most_bytes: int


class ScreenWriter:
    """Write a run of updates; between two runs the log has a gap."""

    def __init__(self, folder: Path, retention: Retention) -> None:
        """Make the folder, open to the node's user alone. Raises OSError."""
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._folder = folder
        self._retention = retention
        self._screen = Screen()
        self._segment: SegmentFile | None = None
        self._key_ns = 0
        self.is_after_gap = True
        """Whether nothing before the next update is known: it must hold everything."""
        self.written_blocks, self.written_bytes = 0, 0

    def write(self, updates: list[ScreenUpdate]) -> None:
        """Write updates as blocks. Raises OSError for the disk, ValueError for a frame that the log cannot keep.

        After an error, call ``lose``. Updates after a gap are left out up to the first that holds everything.
        """
        if self.is_after_gap:
            updates = updates[next((i for i, one in enumerate(updates) if one.is_whole), len(updates)) :]
        for part in _cut(updates):
            self._write_block(part)

    def lose(self) -> None:
        """Begin anew after something was lost."""
        self.is_after_gap = True
        self._screen.begin()

    def close(self) -> None:
        """Close the file; what is in it stays."""
        if self._segment is not None:
            self._segment.close()
            self._segment = None

    def _write_block(self, updates: list[ScreenUpdate]) -> None:
        first_ns = updates[0].time_ns
        entries = [take_apart(update) for update in updates]
        is_due = self._segment_is_over(first_ns) or first_ns - self._key_ns >= KEY_NS
        flags = BlockFlag.AFTER_GAP if self.is_after_gap or updates[0].is_after_gap else BlockFlag(0)
        if updates[0].is_whole or is_due:
            flags |= BlockFlag.KEY
            if not updates[0].is_whole:
                entries.insert(0, self._screen.whole())
            self._screen.begin()
        body, raw_bytes = encode(entries, self._screen)
        segment = self._segment_for(first_ns)
        segment.append(flags, first_ns, updates[-1].time_ns, body, raw_bytes)
        self.written_blocks += 1
        self.written_bytes += len(body)
        self._key_ns = first_ns if flags & BlockFlag.KEY else self._key_ns
        self.is_after_gap = False

    def _segment_is_over(self, first_ns: int) -> bool:
        segment = self._segment
        if segment is None:
            return True
        return segment.bytes > SEGMENT_BYTES or first_ns // NS_PER_HOUR != segment.first_ns // NS_PER_HOUR

    def _segment_for(self, first_ns: int) -> SegmentFile:
        if self._segment is None or self._segment_is_over(first_ns):
            self.close()
            self._segment = SegmentFile(self._folder, first_ns)
            remove_old(self._folder, first_ns - self._retention.keep_ns, self._retention.most_bytes)
        return self._segment


def _cut(updates: list[ScreenUpdate]) -> Iterator[list[ScreenUpdate]]:
    """Cut updates so that one which holds everything stands first."""
    start = 0
    for i, one in enumerate(updates):
        if one.is_whole and i > start:
            yield updates[start:i]
            start = i
    if updates:
        yield updates[start:]
