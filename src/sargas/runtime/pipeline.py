"""Journal, then core, then everything that follows: the one path that every input of a live node takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from sargas.model.envelope import Envelope
from sargas.picture.state import State
from sargas.picture.step import Outputs, step
from sargas.runtime.arrival import Arrival
from sargas.runtime.live_picture import LivePicture


class Journal(Protocol):
    """What the pipeline needs of a journal."""

    def append(self, arrivals: Sequence[Arrival]) -> tuple[Envelope, ...]: ...


Sink = Callable[[int, Outputs], None]
"""Takes the sequence of an envelope in the journal, and what the core made of it."""
OnFault = Callable[[str, Exception], None]
"""Told which sink failed, and how."""


@dataclass(slots=True)
class Pipeline:
    """Carry arrivals through journal and core to the live picture and the sinks; runs in the core's one thread."""

    journal: Journal
    state: State
    picture: LivePicture
    sinks: Mapping[str, Sink]
    on_fault: OnFault

    def process(self, arrivals: Sequence[Arrival]) -> None:
        """Write the arrivals, then step the core through them one by one.

        Raises JournalFull or JournalBroken before anything was decoded: what is not written is not processed, so
        that a replay never lacks an input that the live picture had. A sink that fails is told of and passed over.
        """
        for envelope in self.journal.append(arrivals):
            outputs = step(self.state, envelope)
            self.picture.apply(outputs.messages, envelope.receive_time_ns, outputs.waited_ns)
            for name, sink in self.sinks.items():
                try:
                    sink(envelope.sequence, outputs)
                except Exception as error:  # what one cannot keep, the journal has; the others go on
                    self.on_fault(name, error)
