"""What every format offers: an opener that makes one decoder a source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from sargas.model.plots import Plots
from sargas.model.records import Sensor, SensorStatus, SharedRecord, Source
from sargas.model.tracks import Tracks


@dataclass(frozen=True, slots=True)
class Reject:
    """One refused stretch of a datagram: where it starts and why, in words that name the rule."""

    offset: int
    reason: str


@dataclass(frozen=True, slots=True)
class Decoded:
    """What one datagram held. Decoding never raises: what is wrong is counted here and the rest is kept.

    ``records`` counts those decoded, duplicates excluded. ``trailing_bytes`` are octets behind the last block.
    ``danger_tiers`` is what a partner says beside its tracks, one a row: its worst standing alert about each, 0 none,
    1 advisory, 2 critical.
    ``quarantine``: why nothing of this source may be believed until an operator mends it; empty when all is well.
    """

    plots: Plots | None = None
    tracks: Tracks | None = None
    statuses: tuple[SensorStatus, ...] = ()
    danger_tiers: tuple[int, ...] = ()
    shared: tuple[SharedRecord, ...] = ()
    records: int = 0
    rejects: tuple[Reject, ...] = ()
    duplicates: int = 0
    trailing_bytes: int = 0
    quarantine: str = ""


class Decoder(Protocol):
    """One source's decoder: deterministic, with what a wire format must remember (day, duplicates, edition guard)."""

    def decode(self, receive_time_ns: int, data: bytes) -> Decoded:
        """Decode one datagram received at ``receive_time_ns`` (UTC ns). Never raises on any bytes."""
        ...

    def snapshot(self) -> bytes:
        """Return what it remembers; the same memory gives the same bytes."""
        ...

    def restore(self, data: bytes) -> None:
        """Go on from a snapshot of a decoder of the same settings. Raises ValueError for bytes that are none."""
        ...


class OpenDecoder(Protocol):
    """Make the decoder of one source; raises ValueError when the settings cannot work, saying what and how to mend."""

    def __call__(self, source: Source, sensors: Sequence[Sensor]) -> Decoder: ...
