"""What the core is handed beside datagrams, in order; who must know waits until the journal has it."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from threading import Event

from sargas.runtime.arrival import Arrival

JOURNALED_WITHIN_S = 3.0
"""How long who hands something in waits for the journal; a turn of a full sky is well under a second."""


class NotJournaled(Exception):
    """What was handed in waits for the journal; it takes effect once that has it, unless the node ends before."""


class Control(deque[Arrival]):
    """Records that wait for the core; added from any thread, taken by the event loop."""

    def __init__(self) -> None:
        super().__init__()
        self._awaited: dict[int, Event] = {}
        """By what an arrival is, not by what it says: the same may be handed in twice."""

    def take(self) -> list[Arrival]:
        """Take all that wait."""
        return [self.popleft() for _ in range(len(self))]

    def extend_surely(self, arrivals: Sequence[Arrival], *, stands_still: bool) -> None:
        """Add arrivals and wait until they are journaled; never in the event loop, which does that.

        Raises NotJournaled, at once while ingest stands still.
        """
        last = id(arrivals[-1])
        journaled = self._awaited.setdefault(last, Event())
        self.extend(arrivals)
        try:
            if stands_still or not journaled.wait(JOURNALED_WITHIN_S):
                raise NotJournaled
        finally:
            del self._awaited[last]

    def note_journaled(self, arrivals: Sequence[Arrival]) -> None:
        """Tell those who wait that arrivals are journaled."""
        if self._awaited:
            for arrival in arrivals:
                if (event := self._awaited.get(id(arrival))) is not None:
                    event.set()
