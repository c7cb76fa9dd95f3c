"""Go to an instant of the log and on from there: the screen as readers had it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sargas.console.screen_log.block import Block, Damaged, Screen, Touched, apply, decode
from sargas.console.screen_log.index import Gap, ScreenIndex, Span
from sargas.console.screen_log.layout import BlockFlag

END_NS = 5_000_000_000
"""So long after the last update nothing more is known: the writer lags by less."""
MOST_STEPS_NS = 60_000_000_000
"""A longer way is shorter by going there anew."""


class _Place(NamedTuple):
    """The block that is applied as far as ``entry``, and the line behind it."""

    span: Span
    line: int
    block: Block
    entry: int


class ScreenCursor:
    """The screen at one instant; one thread at a time."""

    def __init__(self, index: ScreenIndex) -> None:
        self.index = index
        self.screen = Screen()
        self.gap: Gap | None = None
        """Why the screen is empty: nothing is known of the instant; ``until_ns`` 0: nor of any later one."""
        self._place: _Place | None = None

    def seek(self, time_ns: int) -> None:
        """Go to an instant, UTC ns: what the last update up to it left on the screen, or the gap it is in."""
        while True:
            found = self.index.find(time_ns)
            self.screen.begin()
            self._place, self.gap = None, None
            if not isinstance(found, Span):
                self.gap = found or Gap(0, 0, "")
            elif time_ns > found.last_ns + END_NS and self.index.next_span(found) is None:
                self.gap = Gap(found.last_ns, 0, "")
            elif not self._read(found, time_ns):
                continue  # a block was not what was written, and is marked; or it has gone: look again
            return

    def advance(self, time_ns: int) -> list[Touched] | None:
        """Go on to a later instant and say what that touched; None: all is new, as after ``seek``."""
        if self._place is None or not 0 <= time_ns - self.screen.time_ns <= MOST_STEPS_NS:
            self.seek(time_ns)
            return None
        touched = list[Touched]()
        while True:
            place = self._place
            until = int(np.searchsorted(place.block.entries["time_ns"], time_ns, side="right"))
            if until > place.entry:
                touched.append(apply(place.block, self.screen, place.entry, until))
                self._place = place = place._replace(entry=until)
            if until < len(place.block.entries):
                return touched
            step = self._next_block(place, time_ns)
            if step == "anew":
                self.seek(time_ns)
                return None
            if step == "end":
                return touched

    def _read(self, span: Span, time_ns: int) -> bool:
        """Read from the last key up to an instant; False when a block is damaged, or gone by retention."""
        lines = self.index.lines(span.segment)[span.first : span.until]
        if not len(lines):
            return False
        at = int(np.searchsorted(lines["first_ns"], time_ns, side="right")) - 1
        key = int(np.flatnonzero((lines["flags"][: at + 1] & BlockFlag.KEY) != 0)[-1])
        try:
            blocks = self.index.read(span.segment, lines[key : at + 1])
        except FileNotFoundError:
            return False
        for i, data in enumerate(blocks, start=key):
            try:
                block = decode(data)
            except Damaged:
                self.index.mark_bad(span.segment, lines[i])
                return False
            if lines["flags"][i] & BlockFlag.KEY:
                self.screen.begin()
            until = int(np.searchsorted(block.entries["time_ns"], time_ns, side="right"))
            apply(block, self.screen, 0, until)
            self._place = _Place(span, span.first + i + 1, block, until)
        return True

    def _next_block(self, place: _Place, time_ns: int) -> str:
        """Take up the next block when it has begun by then: "on", "end" when not, "anew" when the way is not open."""
        span = place.span
        if place.line >= span.until:
            found = self.index.find(time_ns)
            if not isinstance(found, Span) or (found.segment, found.first) != (span.segment, span.first):
                return "anew"
            span = found
        lines = self.index.lines(span.segment)[: span.until]
        if place.line >= len(lines) or int(lines[place.line]["first_ns"]) > time_ns:
            return "anew" if time_ns > self.screen.time_ns + END_NS else "end"
        line = lines[place.line : place.line + 1]
        try:
            block = decode(self.index.read(span.segment, line)[0])
        except FileNotFoundError:
            return "anew"
        except Damaged:
            self.index.mark_bad(span.segment, line[0])
            return "anew"
        first = 0
        if line["flags"][0] & BlockFlag.KEY:
            if int(block.entries["time_ns"][0]) == int(line["first_ns"][0]):
                return "anew"  # the picture began anew there
            self.screen.begin()
            apply(block, self.screen, 0, 1)
            first = 1
        self._place = _Place(span, place.line + 1, block, first)
        return "on"
