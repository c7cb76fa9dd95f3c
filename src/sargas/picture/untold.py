"""Own tracks that plots have moved and nobody was told of: told with each datagram, in a crowd ten times a second.

By receive time, so that a replay tells at the same envelopes. Reading tracks out and showing them costs some
milliseconds a time, whether for one or for hundreds; a night of 10,000 targets brings 400 datagrams a second, and what
each of them moved would be told late. A crowd's next datagram is a few milliseconds away: nothing waits for long.
"""

from __future__ import annotations

import numpy as np

from sargas.model.columns import NS_PER_S, Int32
from sargas.model.parts import pack, unpack

MARK = b"SARGAS-UNTOLD-1\n"
CROWD = 3_000
"""Tracks, tentative ones among them, from which on they are told together."""
TELL_EVERY_NS = NS_PER_S // 10


class UntoldTracks:
    """Collect where the tracker keeps the tracks that moved."""

    def __init__(self) -> None:
        self._slots: list[Int32] = []
        self._since_ns = 0
        self._told_ns = -TELL_EVERY_NS
        self.waited_ns = 0
        """How long the first plot behind what this step told has waited; no part of what is remembered."""

    def __bool__(self) -> bool:
        return bool(self._slots)

    def add(self, slots: Int32, time_ns: int) -> None:
        """Note tracks that a datagram received at ``time_ns`` (UTC ns) moved."""
        if len(slots):
            self._since_ns = self._since_ns if self._slots else time_ns
            self._slots.append(slots)

    def is_due(self, time_ns: int, tracks: int) -> bool:
        """Say whether to tell now, ``tracks`` in all being kept."""
        return bool(self._slots) and (tracks <= CROWD or time_ns - self._told_ns >= TELL_EVERY_NS)

    def take(self, time_ns: int) -> Int32:
        """Return each of the slots once, at ``time_ns`` (UTC ns), and begin anew."""
        slots, self._slots = self._slots, []
        self.waited_ns, self._told_ns = time_ns - self._since_ns, time_ns
        return slots[0] if len(slots) == 1 else np.unique(np.concatenate(slots))

    def snapshot(self) -> bytes:
        """Return the whole state as bytes; equal states give equal bytes."""
        return pack(MARK, {"since_ns": self._since_ns, "told_ns": self._told_ns}, self._slots)

    def restore(self, data: bytes) -> None:
        """Go on from a snapshot. Raises ValueError for bytes that are none."""
        header, slots = unpack(MARK, data)
        self._since_ns, self._told_ns, self._slots = header["since_ns"], header["told_ns"], list(slots)
