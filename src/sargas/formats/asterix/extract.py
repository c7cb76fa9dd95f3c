"""The hot path: one kernel walks the records of a block by the tables and writes the wanted fields into columns.

It is one loop on purpose: a call that hands over ten arrays costs more than reading an item.
"""

from __future__ import annotations

import numpy as np

from sargas.formats.asterix.layout import (
    ABSENT,
    COMPOUND,
    EXPANSION,
    EXPLICIT,
    EXTENDED,
    EXTENDED_TWO_PARTS,
    FIXED,
    REPETITIVE,
    REPETITIVE_FX,
)
from sargas.model.columns import Int32, Int64, UInt8, UInt64
from sargas.model.kernel import inlined_kernel, inner_kernel, kernel

_FIRST_BIT = np.array([8] + [8 - int(octet).bit_length() for octet in range(1, 256)], np.uint8)
"""Leading zeros of an octet."""
_LEVELS = 2
"""Depth below the record: a compound item; or the expansion and a compound item in it."""

OK, UNUSED_SLOT, TOO_LONG, CUT_OFF, ZERO_LENGTH, EMPTY = range(6)
"""Why the walk stopped. The last reading error of a kernel stands in ``trouble[0]``."""

_HASH_SEED = 0xCBF29CE484222325
_HASH_PRIME = 0x9E3779B97F4A7C15


@kernel
def extract_records(
    data: UInt8,
    start: int,
    end: int,
    nodes: Int32,
    slots: Int32,
    wanted: Int32,
    uap_slots: int,
    out: Int64,
    starts: Int64,
    hashes: UInt64,
    trouble: Int64,
) -> int:
    """Extract records from ``data[start:end]``: fields into ``out`` (rows, columns), offsets and hashes a record.

    ``starts`` gets one entry more than there are records. Returns the number of whole records; ``trouble`` becomes
    (reason, offset of the bad record, its slot from 0) with reason OK when the block was used up. The arrays must hold
    (end - start) // 2 + 1 records.
    """
    outer = np.zeros((_LEVELS, 6), np.int64)
    position, row = start, 0
    trouble[0] = OK
    while position < end:
        starts[row] = position
        for column in range(out.shape[1]):
            out[row, column] = ABSENT
        position = _walk(data, position, end, nodes, slots, wanted, uap_slots, out, row, outer, trouble)
        if position < 0:
            trouble[1] = starts[row]
            return row
        hashes[row] = _hash(data, starts[row], position)
        row += 1
    starts[row] = position
    return row


@inlined_kernel
def _walk(
    data: UInt8,
    start: int,
    end: int,
    nodes: Int32,
    slots: Int32,
    wanted: Int32,
    uap_slots: int,
    out: Int64,
    row: int,
    outer: Int64,
    trouble: Int64,
) -> int:
    """Walk one record, down into compound items and the expansion; returns the position behind it, -1 in trouble."""
    trouble[2] = -1
    position = _end_of_presence(data, start, end, uap_slots)
    if position < 0 or (position == start + 1 and data[start] == 0):
        trouble[0] = -position if position < 0 else EMPTY
        return -1
    presence, octet, octets, first, count = start, 0, position - start, 0, uap_slots
    pending, level, limit, expansion_end = int(data[start] & 0xFE), 0, end, -1
    while True:
        if pending == 0:
            octet += 1
            if octet < octets:
                pending = int(data[presence + octet] & 0xFE)
                continue
            if level == 0:
                return position
            level -= 1
            if level == 0 and expansion_end >= 0:
                position, limit, expansion_end = expansion_end, end, -1
            presence, octet, octets = outer[level, 0], outer[level, 1], outer[level, 2]
            pending, first, count = outer[level, 3], outer[level, 4], outer[level, 5]
            continue
        bit = int(_FIRST_BIT[pending])
        pending &= 0x7F >> bit
        slot = octet * 7 + bit
        if level == 0:
            trouble[2] = slot
        node = int(slots[first + slot]) if slot < count else -1
        kind = nodes[node, 0] if node >= 0 else -1
        after = _end_of_item(data, position, limit, kind, nodes[node, 1], nodes[node, 3])
        if after < 0:
            if expansion_end < 0:
                trouble[0] = -after
                return -1
            level, octet, pending = 1, octets, 0  # what cannot be read of an expansion stays absent: its end is known
            continue
        if kind == COMPOUND or (kind == EXPANSION and after > position + 1):
            outer[level, 0], outer[level, 1], outer[level, 2] = presence, octet, octets
            outer[level, 3], outer[level, 4], outer[level, 5] = pending, first, count
            level += 1
            first, count, octet = nodes[node, 2], nodes[node, 3], 0
            if kind == COMPOUND:
                presence, octets, pending = position, after - position, int(data[position] & 0xFE)
                position = after
            else:
                presence, octets, pending = position + 1, 1, int(data[position + 1])
                position, limit, expansion_end = position + 2, after, after
            continue
        for i in range(nodes[node, 4], nodes[node, 5]):
            bit, bits = int(wanted[i, 1]), int(wanted[i, 2])
            if kind == REPETITIVE_FX:
                out[row, wanted[i, 0]] = _mask_of_values(data, position, after, nodes[node, 1], bits)
            elif position + ((bit + bits + 7) >> 3) <= after:
                value = _number(data, position, bit, bits)
                out[row, wanted[i, 0]] = value - ((value >> (bits - 1)) << bits) if wanted[i, 3] else value
        position = after


@inlined_kernel
def _end_of_presence(data: UInt8, start: int, limit: int, slot_count: int) -> int:
    """Find the position behind presence octets; the reason, negative, when they do not end within slots or data."""
    for octet in range((slot_count + 6) // 7):
        if start + octet >= limit:
            return -CUT_OFF
        if not data[start + octet] & 1:
            return start + octet + 1
    return -TOO_LONG


@inlined_kernel
def _end_of_item(data: UInt8, position: int, limit: int, kind: int, octets: int, slot_count: int) -> int:
    """Find the position behind an item, behind the presence octets of a compound one; the reason, negative, if none."""
    if kind < 0:
        return -UNUSED_SLOT
    if kind == FIXED:
        position += octets
    elif kind == COMPOUND:
        return _end_of_presence(data, position, limit, slot_count)
    elif position >= limit:
        return -CUT_OFF
    elif kind in (EXPLICIT, EXPANSION):
        if data[position] == 0:
            return -ZERO_LENGTH
        position += int(data[position])
    elif kind == REPETITIVE:
        position += 1 + int(data[position]) * octets
    elif kind == EXTENDED_TWO_PARTS:
        if position + octets > limit:
            return -CUT_OFF
        position += octets + (data[position + octets - 1] & 1)
    else:
        step = octets
        while position + step <= limit:
            position += step
            if not data[position - 1] & 1:
                return position
            if kind == EXTENDED:
                step = 1
        return -CUT_OFF
    return position if position <= limit else -CUT_OFF


@inlined_kernel
def _number(data: UInt8, position: int, first_bit: int, bits: int) -> int:
    """Read an unsigned number of up to 62 bits that starts at any bit."""
    octet = position + (first_bit >> 3)
    skip = first_bit & 7
    value = np.int64(data[octet]) & np.int64(0xFF >> skip)
    have = 8 - skip
    while have < bits:
        if have > 54:
            left = bits - have
            octet += 1
            return int((value << left) | (np.int64(data[octet]) >> (8 - left)))
        octet += 1
        value = (value << 8) | np.int64(data[octet])
        have += 8
    return int(value >> (have - bits))


@inlined_kernel
def _hash(data: UInt8, start: int, end: int) -> int:
    """Hash octets eight at a time: multiply and fold, good enough to tell records of one feed apart."""
    hashed = np.uint64(_HASH_SEED) ^ np.uint64(end - start)
    position = start
    while position + 8 <= end:
        word = np.uint64(0)
        for i in range(8):
            word |= np.uint64(data[position + i]) << np.uint64(8 * i)
        hashed = (hashed ^ word) * np.uint64(_HASH_PRIME)
        hashed ^= hashed >> np.uint64(32)
        position += 8
    word = np.uint64(0)
    while position < end:
        word = word << np.uint64(8) | np.uint64(data[position])
        position += 1
    hashed = (hashed ^ word) * np.uint64(_HASH_PRIME)
    return int(hashed ^ (hashed >> np.uint64(29)))


@inner_kernel
def _mask_of_values(data: UInt8, start: int, end: int, octets: int, bits: int) -> int:
    mask = np.int64(0)
    for position in range(start, end, octets):
        value = _number(data, position, 0, bits)
        if value < 63:
            mask |= np.int64(1) << value
    return int(mask)
