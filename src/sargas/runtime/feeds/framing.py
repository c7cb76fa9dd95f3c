"""Framers: cut a byte stream into datagrams, and find the next frame again when the cut was lost.

Every octet of the stream comes out in some datagram, also the unreadable ones: the journal must have them.
"""

from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np

from sargas.model.columns import Int64
from sargas.runtime.feeds.url import Framing

ASTERIX_HEADER = 3
"""CAT (1 octet) and LEN (2 octets, whole block): EUROCONTROL-SPEC-0149 part 1, 4.3."""
FINAL_HEADER = 6
"""LEN (2 octets, whole frame) and 4 octets of the recorder; one ASTERIX block follows."""
SHORTEST_BLOCK = 4
LONGEST_LINE = 2**20
_LOOK_AHEAD = 4


class Framer(ABC):
    """Cut one connection's stream; ``resyncs`` counts how often the framing was lost."""

    def __init__(self) -> None:
        self.resyncs = 0
        self._buffer = bytearray()

    def push(self, chunk: bytes) -> list[bytes]:
        """Add what was received and return the frames that are complete now."""
        self._buffer += chunk
        return self._cut()

    def end(self) -> bytes:
        """Return what is left of an unfinished frame when the stream ends."""
        rest = bytes(self._buffer)
        self._buffer.clear()
        return rest

    @abstractmethod
    def _cut(self) -> list[bytes]: ...


class NewlineFramer(Framer):
    """One datagram a line, without the line end; empty lines vanish, endless lines are cut at 1 MiB."""

    def _cut(self) -> list[bytes]:
        *lines, rest = bytes(self._buffer).split(b"\n")
        while len(rest) > LONGEST_LINE:
            self.resyncs += 1
            lines.append(rest[:LONGEST_LINE])
            rest = rest[LONGEST_LINE:]
        self._buffer[:] = rest
        return [line.removesuffix(b"\r") for line in lines if line not in (b"", b"\r")]


class LengthFramer(Framer):
    """Frames that say their own length.

    A header that cannot be means that the cut is lost. Then the first place counts from where ``_LOOK_AHEAD`` headers
    fit behind each other, or, near the end of what has come, the place with the longest such run. Everything in front
    of it is one unreadable datagram.
    """

    header_size: int

    def _cut(self) -> list[bytes]:
        buffer, frames, at = bytes(self._buffer), [], 0
        while len(buffer) - at >= self.header_size:
            length = self._frame_length(buffer, at)
            if length == 0:
                found = self._find_frame(buffer, at + 1)
                self.resyncs += 1
                frames.append(buffer[at:found])
                at = found
            elif at + length > len(buffer):
                break
            else:
                frames.append(buffer[at : at + length])
                at += length
        self._buffer[:] = buffer[at:]
        return frames

    def _find_frame(self, buffer: bytes, start: int) -> int:
        octets = np.frombuffer(buffer, np.uint8).astype(np.int64)
        headers = len(octets) - self.header_size + 1
        if start >= headers:
            return len(buffer)
        run = _count_headers(self._frame_lengths(octets, headers), start)
        return start + int(np.argmax(run)) if run.any() else len(buffer)

    @abstractmethod
    def _frame_length(self, buffer: bytes, at: int) -> int:
        """Return the length of the frame whose header stands at ``at``; 0 when that is no header."""

    @abstractmethod
    def _frame_lengths(self, octets: Int64, headers: int) -> Int64:
        """Return the same for each of the first ``headers`` places at once."""


def _count_headers(lengths: Int64, start: int) -> Int64:
    """Count, from each place on, the headers that fit behind each other, at most _LOOK_AHEAD; 0 where one cannot be."""
    place = np.arange(start, len(lengths))
    run = np.zeros(len(place), np.int64)
    fits = np.ones(len(place), bool)
    for _ in range(_LOOK_AHEAD):
        inside = place < len(lengths)
        length = lengths[np.minimum(place, len(lengths) - 1)]
        fits &= ~inside | (length > 0)
        run += inside
        place += np.where(inside, length, 0)
    return np.where(fits, run, 0)


class AsterixFramer(LengthFramer):
    """One datagram an ASTERIX data block."""

    header_size = ASTERIX_HEADER

    def _frame_length(self, buffer: bytes, at: int) -> int:
        length = int.from_bytes(buffer[at + 1 : at + 3], "big")
        return length if buffer[at] != 0 and length >= SHORTEST_BLOCK else 0

    def _frame_lengths(self, octets: Int64, headers: int) -> Int64:
        length = _pairs(octets, 1, headers)
        return np.where((octets[:headers] != 0) & (length >= SHORTEST_BLOCK), length, 0)


class FinalFramer(LengthFramer):
    """One datagram a FINAL frame, its header included (the source is then configured with ``framing = "final"``)."""

    header_size = FINAL_HEADER + ASTERIX_HEADER

    def _frame_length(self, buffer: bytes, at: int) -> int:
        length = int.from_bytes(buffer[at : at + 2], "big")
        block = int.from_bytes(buffer[at + FINAL_HEADER + 1 : at + FINAL_HEADER + 3], "big")
        fits = SHORTEST_BLOCK <= block <= length - FINAL_HEADER
        return length if fits and buffer[at + FINAL_HEADER] != 0 else 0

    def _frame_lengths(self, octets: Int64, headers: int) -> Int64:
        length, block = _pairs(octets, 0, headers), _pairs(octets, FINAL_HEADER + 1, headers)
        fits = (block >= SHORTEST_BLOCK) & (block <= length - FINAL_HEADER)
        return np.where(fits & (octets[FINAL_HEADER : FINAL_HEADER + headers] != 0), length, 0)


def _pairs(octets: Int64, at: int, count: int) -> Int64:
    """Read big-endian pairs of octets at ``at`` behind each of the first ``count`` places."""
    return octets[at : at + count] * 256 + octets[at + 1 : at + 1 + count]


_FRAMERS: dict[Framing, type[Framer]] = {"asterix": AsterixFramer, "final": FinalFramer, "newline": NewlineFramer}


def make_framer(framing: Framing) -> Framer:
    """Make the framer of one connection."""
    return _FRAMERS[framing]()
