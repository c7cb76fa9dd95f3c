"""Who handed something in waits until the journal has it: what a person was told is taken survives the node's end."""

from __future__ import annotations

from threading import Event
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sargas.runtime.arrival import Arrival


class NotJournaled(Exception):
    """What was handed in waits for the journal; it takes effect once that has it, unless the node ends before."""


class Awaited:
    """Arrivals that somebody waits for, by what they are, not by what they say: the same may be handed in twice."""

    def __init__(self) -> None:
        self._events: dict[int, Event] = {}

    def expect(self, arrival: Arrival) -> Event:
        """Return what is set once an arrival is journaled; asked for before it is handed in, from any thread."""
        return self._events.setdefault(id(arrival), Event())

    def leave(self, arrival: Arrival) -> None:
        """Wait for an arrival no longer."""
        self._events.pop(id(arrival), None)

    def note(self, arrivals: Sequence[Arrival]) -> None:
        """Tell those who wait that arrivals are journaled."""
        if self._events:
            for arrival in arrivals:
                if (event := self._events.get(id(arrival))) is not None:
                    event.set()
