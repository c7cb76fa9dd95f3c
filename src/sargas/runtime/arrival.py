"""An arrival: what a feed or the node hands to the journal, before it has a sequence number."""

from __future__ import annotations

from typing import NamedTuple

from sargas.model.envelope import EnvelopeKind


class Arrival(NamedTuple):
    """One input as it came: the source's name, UTC ns of reception, the bytes, and whether the node made it itself."""

    source: str
    receive_time_ns: int
    data: bytes
    kind: EnvelopeKind = "datagram"
