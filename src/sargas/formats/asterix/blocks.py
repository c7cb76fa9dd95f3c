"""Datagram to data blocks: CAT, LEN, records. What cannot be a block is refused or counted as trailing octets."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass

_HEADER_OCTETS = 3

MOST_BLOCKS = 256
"""Blocks read of one datagram: real ones hold a few, and each costs time."""


@dataclass(frozen=True, slots=True)
class BlockSpan:
    """One data block of a wanted category: its place and length, header included."""

    category: int
    offset: int
    octets: int


@dataclass(frozen=True, slots=True)
class Refused:
    """A refused stretch of a datagram, and the rule it breaks."""

    offset: int
    octets: int
    reason: str


def split_blocks(data: bytes, wanted: Container[int]) -> tuple[list[BlockSpan], list[Refused], int]:
    """Split a datagram into blocks of the wanted categories; returns them, what was refused, and the trailing octets.

    A block of another category is skipped, and counted as refused, only when the block lengths lead exactly to the end
    of the datagram: no category is ever invented from octets that some networks append behind the last block.
    """
    spans: list[BlockSpan] = []
    refused: list[Refused] = []
    position, leads_to_end = 0, False
    while position < len(data):
        category, octets = _header(data, position)
        if octets == 0:
            break
        if category not in wanted and not leads_to_end:
            leads_to_end = _leads_to_end(data, position)
            if not leads_to_end:
                break
        if len(spans) + len(refused) == MOST_BLOCKS:
            refused.append(Refused(position, len(data) - position, f"expected at most {MOST_BLOCKS} blocks, was more"))
            return spans, refused, 0
        if category in wanted:
            spans.append(BlockSpan(category, position, octets))
        else:
            refused.append(Refused(position, octets, f"category {category:03d} is not configured"))
        position += octets
    rest = len(data) - position
    if rest and not spans:
        refused.append(Refused(position, rest, _what_is_wrong(data, position)))
        rest = 0
    return spans, refused, rest


def _header(data: bytes, position: int) -> tuple[int, int]:
    """Read CAT and LEN; a length of 0 stands for no possible block."""
    if len(data) - position <= _HEADER_OCTETS:
        return 0, 0
    octets = data[position + 1] << 8 | data[position + 2]
    fits = _HEADER_OCTETS < octets <= len(data) - position
    return data[position], octets if fits else 0


def _leads_to_end(data: bytes, position: int) -> bool:
    while position < len(data):
        category, octets = _header(data, position)
        if octets == 0 or category == 0:
            return False
        position += octets
    return True


def _what_is_wrong(data: bytes, position: int) -> str:
    rest = len(data) - position
    if rest <= _HEADER_OCTETS:
        return "expected a data block of more than 3 octets, was shorter"
    octets = data[position + 1] << 8 | data[position + 2]
    if not _HEADER_OCTETS < octets <= rest:
        return "expected a block length within the datagram, was outside"
    return "expected a configured category, was another"
