"""Find the blocks of a log: by segment, by time, and where it has gaps. Reads beside a living writer."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np

from sargas.console.screen_log.layout import (
    HEADER,
    INDEX,
    LINE,
    MAGIC,
    BlockFlag,
    Lines,
    Segment,
    list_segments,
    read_headers,
)


class Span(NamedTuple):
    """Blocks of one segment that can be read one after another: lines ``first`` to before ``until``; times UTC ns."""

    segment: Segment
    first: int
    until: int
    first_ns: int
    last_ns: int
    follows: bool
    """Nothing is missing between what was recorded before it and its first block."""
    fault: str
    """Why it does not follow, where a file is damaged."""


class Gap(NamedTuple):
    """A time of which nothing is known, UTC ns; ``fault`` names a damaged file."""

    from_ns: int
    until_ns: int
    fault: str


class ScreenIndex:
    """The blocks of a folder; one thread at a time. What was read of a segment is kept, so looking again is cheap."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[Path, tuple[int, Lines]] = {}
        self._bad: dict[Path, set[int]] = {}

    def find(self, time_ns: int) -> Span | Gap | None:
        """Return where an instant (UTC ns) is recorded, or the gap it is in; None: nothing at all is recorded.

        After the last update the last span holds.
        """
        before, after = self._neighbours(time_ns)
        if before is None:
            return Gap(0, after.first_ns, after.fault) if after is not None else None
        if time_ns <= before.last_ns or after is None or after.follows:
            return before
        return Gap(before.last_ns, after.first_ns, after.fault)

    def next_span(self, span: Span) -> Span | None:
        """Return the span that goes on where one ends; None where there is none, or a gap."""
        _, after = self._neighbours(span.last_ns)
        return after if after is not None and after.follows else None

    def bounds(self) -> tuple[int, int] | None:
        """Return the times of the first and the last update, UTC ns."""
        segments = self.segments()
        first = next((spans[0] for one in segments if (spans := self._spans_of(segments, one))), None)
        last = next((spans[-1] for one in reversed(segments) if (spans := self._spans_of(segments, one))), None)
        return None if first is None or last is None else (first.first_ns, last.last_ns)

    def gaps(self, from_ns: int, until_ns: int) -> list[Gap]:
        """List the gaps between what is recorded, as far as they lie in a time."""
        segments, gaps = self.segments(), list[Gap]()
        near = [s for i, s in enumerate(segments) if s.first_ns < until_ns and _end_of(segments, i) >= from_ns]
        spans = [span for one in near for span in self._spans_of(segments, one)]
        for before, after in pairwise(spans):
            if not after.follows and before.last_ns < until_ns and after.first_ns > from_ns:
                gaps.append(Gap(before.last_ns, after.first_ns, after.fault))
        return gaps

    def segments(self) -> list[Segment]:
        """List the segments there are now, oldest first."""
        found = list_segments(self._folder)
        for gone in self._known.keys() - {path for _, path in found}:
            self._known.pop(gone)
            self._bad.pop(gone, None)
        return found

    def lines(self, segment: Segment) -> Lines:
        """Return the index lines of a segment's whole blocks; none when it has been removed."""
        try:
            size = segment.path.stat().st_size
            known = self._known.get(segment.path)
            if known is None:
                known = (size, _with_tail(segment.path, _read_index(segment.path, size), size))
            elif known[0] < size:
                known = (size, _with_tail(segment.path, known[1], size))
        except FileNotFoundError:
            return np.zeros(0, LINE)
        self._known[segment.path] = known
        return known[1]

    def read(self, segment: Segment, lines: Lines) -> list[bytes]:
        """Read blocks that stand behind each other. Raises OSError."""
        start = int(lines[0]["offset"])
        with segment.path.open("rb") as file:
            file.seek(start)
            data = file.read(int(_ends(lines[-1:])[0]) - start)
        return [data[int(a) - start : int(b) - start] for a, b in zip(lines["offset"], _ends(lines), strict=True)]

    def mark_bad(self, segment: Segment, line: np.void) -> None:
        """Note that a block is not what was written; spans break there."""
        self._bad.setdefault(segment.path, set()).add(int(line["offset"]))

    def _neighbours(self, time_ns: int) -> tuple[Span | None, Span | None]:
        """Return the last span that begins at or before a time, and the first that begins after it."""
        segments = self.segments()
        at = sum(one.first_ns <= time_ns for one in segments)
        before = after = None
        for segment in reversed(segments[:at]):
            spans = self._spans_of(segments, segment)
            after = next((span for span in spans if span.first_ns > time_ns), after)
            before = next((span for span in reversed(spans) if span.first_ns <= time_ns), None)
            if before is not None:
                break
        if after is None:
            after = next((spans[0] for one in segments[at:] if (spans := self._spans_of(segments, one))), None)
        return before, after

    def _spans_of(self, segments: list[Segment], segment: Segment) -> list[Span]:
        """Cut a segment where something is missing; its first span follows only what ends well."""
        spans = list(self._cut(segment))
        at = segments.index(segment)
        if spans and spans[0].follows and at:
            fault = self._fault_at_end(segments[at - 1])
            spans[0] = spans[0]._replace(follows=not fault, fault=fault)
        return spans

    def _fault_at_end(self, segment: Segment) -> str:
        lines = self.lines(segment)
        size = self._known[segment.path][0] if segment.path in self._known else 0
        end = int(_ends(lines[-1:])[0]) if len(lines) else 0
        is_bad = len(lines) > 0 and int(lines[-1]["offset"]) in self._bad.get(segment.path, ())
        return f"{segment.path.name} is damaged at byte {end}" if end != size or is_bad else ""

    def _cut(self, segment: Segment) -> Iterator[Span]:
        lines = self.lines(segment)
        if not len(lines):
            return
        bad = np.isin(lines["offset"], list(self._bad.get(segment.path, ())))
        broken = bad.copy()
        broken[0] |= lines["offset"][0] != 0
        broken[1:] |= (lines["offset"][1:] != _ends(lines)[:-1]) | bad[:-1]
        is_key = ((lines["flags"] & BlockFlag.KEY) != 0) & ~bad
        after_gap = (lines["flags"] & BlockFlag.AFTER_GAP) != 0
        begins = broken | after_gap
        begins[0] = True  # not with np.union1d: the first use of that loads a part of numpy, in the first seek
        starts = np.flatnonzero(begins).tolist()
        fault = ""
        for start, until in zip(starts, [*starts[1:], len(lines)], strict=True):
            if broken[start]:
                at = int(_ends(lines)[start - 1]) if start and not bad[start] else int(lines[start]["offset"])
                fault = fault or f"{segment.path.name} is damaged at byte {at}"
            keys = np.flatnonzero(is_key[start:until])
            if len(keys):
                first = start + int(keys[0])
                times = int(lines["first_ns"][first]), int(lines["last_ns"][until - 1])
                follows = not fault and not after_gap[first] and first == start
                yield Span(segment, first, until, *times, follows, fault)
                fault = ""


def _end_of(segments: list[Segment], i: int) -> int:
    """Return when the segment after one begins; the last has no end."""
    return segments[i + 1].first_ns if i + 1 < len(segments) else 2**63 - 1


def _ends(lines: Lines) -> np.ndarray[tuple[int], np.dtype[np.uint64]]:
    """Return where each block ends in its file."""
    ends: np.ndarray[tuple[int], np.dtype[np.uint64]] = lines["offset"] + HEADER.itemsize + lines["stored_bytes"]
    return ends


def _read_index(path: Path, size: int) -> Lines:
    """Read the index beside a segment as far as it fits the segment's first ``size`` bytes; else none of it counts."""
    try:
        data = path.with_suffix(INDEX).read_bytes()
    except FileNotFoundError:
        return np.zeros(0, LINE)
    lines = np.frombuffer(data, LINE, len(data) // LINE.itemsize)
    lines = lines[: int(np.searchsorted(_ends(lines), size, side="right"))]
    fits = len(lines) > 0 and lines["offset"][0] == 0 and bool((lines["magic"] == MAGIC).all())
    fits = fits and bool((lines["offset"][1:] == _ends(lines)[:-1]).all())
    return lines if fits else np.zeros(0, LINE)


def _with_tail(path: Path, lines: Lines, size: int) -> Lines:
    """Add the blocks that stand behind those known, up to ``size`` bytes."""
    covered = int(_ends(lines[-1:])[0]) if len(lines) else 0
    if covered >= size:
        return lines
    with path.open("rb") as file:
        file.seek(covered)
        found = read_headers(file.read(size - covered), covered)
    return np.concatenate([lines, found]) if len(found) else lines
