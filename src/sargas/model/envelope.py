"""The envelope: one journaled input of the core, raw bytes as they came. Specification: spec/journal.md."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

EnvelopeKind = Literal["datagram", "record"]


@dataclass(frozen=True, slots=True)
class Envelope:
    """Hold one input exactly as received; the journal is a sequence of these and nothing else feeds the core.

    ``datagram``: undecoded bytes of the source named. ``record``: a record (tick, decision, configuration, feed
    health) as canonical JSON, made by the node itself. ``sequence`` rises by one from 0 over the life of a journal.
    """

    sequence: int
    receive_time_ns: int
    source: str
    kind: EnvelopeKind
    data: bytes
