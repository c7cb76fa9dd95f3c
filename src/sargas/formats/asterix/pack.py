"""Columns to records: a kernel that writes rows of pieces behind their FSPEC, packed into datagrams."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sargas.model.columns import Int64, UInt8, UInt64
from sargas.model.kernel import inner_kernel, kernel

DATAGRAM_OCTETS = 1400
"""Largest datagram written: fits an Ethernet frame behind IP, UDP and a tunnel header."""

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Piece:
    """``octets`` octets of item ``frn`` for each row of ``values`` where ``present``."""

    frn: int
    octets: int
    values: UInt64
    present: Mask


def pack_records(category: int, pieces: Sequence[Piece], limit_octets: int = DATAGRAM_OCTETS) -> list[bytes]:
    """Write row after row as records of one category, in datagrams of one block each of at most ``limit_octets``.

    Pieces stand in FRN order; a row's item is announced when any of its pieces is present. No rows: no datagrams.
    """
    rows = len(pieces[0].values)
    if rows == 0:
        return []
    frn = np.array([piece.frn for piece in pieces], np.int64)
    octets = np.array([piece.octets for piece in pieces], np.int64)
    values = np.stack([piece.values for piece in pieces]).astype(np.uint64)
    present = np.stack([piece.present for piece in pieces])
    longest_record = int(octets.sum()) + -(-int(frn[-1]) // 7)
    if longest_record + 3 > limit_octets:
        raise ValueError(f"expected room for a record of {longest_record} octets, was a limit of {limit_octets}")
    out = np.zeros(rows * (longest_record + 3), np.uint8)
    ends = np.zeros(rows, np.int64)
    count = _write_blocks(category, frn, octets, values, present, limit_octets, out, ends)
    edges = [0, *ends[:count].tolist()]
    data = out[: edges[-1]].tobytes()
    return [data[start:end] for start, end in pairwise(edges)]


@kernel
def _write_blocks(
    category: int,
    frn: Int64,
    octets: Int64,
    values: UInt64,
    present: Mask,
    limit: int,
    out: UInt8,
    ends: Int64,
) -> int:
    """Fill ``out`` with blocks and ``ends`` with where each stops; returns the number of blocks."""
    position, block, count = 3, 0, 0
    for row in range(values.shape[1]):
        size = _record_octets(frn, octets, present, row)
        if position - block + size > limit:
            _close_block(category, out, block, position)
            ends[count] = position
            count += 1
            block = position
            position += 3
        position = _write_record(frn, octets, values, present, row, out, position)
    _close_block(category, out, block, position)
    ends[count] = position
    return count + 1


@inner_kernel
def _close_block(category: int, out: UInt8, start: int, end: int) -> None:
    out[start] = category
    out[start + 1] = (end - start) >> 8
    out[start + 2] = (end - start) & 0xFF


@inner_kernel
def _record_octets(frn: Int64, octets: Int64, present: Mask, row: int) -> int:
    size, last = 0, 1
    for k in range(len(frn)):
        if present[k, row]:
            size += octets[k]
            last = frn[k]
    return size + (last + 6) // 7


@inner_kernel
def _write_record(frn: Int64, octets: Int64, values: UInt64, present: Mask, row: int, out: UInt8, position: int) -> int:
    start, last = position, 1
    for k in range(len(frn)):
        if present[k, row]:
            last = frn[k]
            out[start + (last - 1) // 7] |= np.uint8(1 << (7 - (last - 1) % 7))
    fspec_octets = (last + 6) // 7
    for k in range(fspec_octets - 1):
        out[start + k] |= np.uint8(1)
    position += fspec_octets
    for k in range(len(frn)):
        if present[k, row]:
            value = values[k, row]
            for i in range(octets[k]):
                shift = np.uint64(8 * (octets[k] - 1 - i))
                out[position] = np.uint8((value >> shift) & np.uint64(0xFF))
                position += 1
    return position


def quantise(
    name: str, column: ArrayLike, lsb: Fraction | float, bits: int, *, signed: bool = False
) -> tuple[UInt64, Mask]:
    """Turn a column of physical values into the raw integers of a field, NaN meaning absent.

    Halves round to even. Raises ValueError naming the first row out of the field's range.
    """
    real = np.asarray(column, np.float64)
    present = ~np.isnan(real)
    raw = np.rint(np.where(present, real, 0.0) / float(lsb))
    low, high = (-(2.0 ** (bits - 1)), 2.0 ** (bits - 1) - 1) if signed else (0.0, 2.0**bits - 1)
    wrong = (raw < low) | (raw > high)
    if wrong.any():
        row = int(np.argmax(wrong))
        raise ValueError(
            f"expected {name} within {low * float(lsb):g}..{high * float(lsb):g}, was {real.flat[row]:g} in row {row}"
        )
    return raw.astype(np.int64).astype(np.uint64) & np.uint64((1 << bits) - 1), present


def quantise_angle(column: ArrayLike, bits: int) -> tuple[UInt64, Mask]:
    """Turn degrees of any turn into a full-circle field of ``bits`` bits, NaN meaning absent."""
    real = np.asarray(column, np.float64)
    present = ~np.isnan(real)
    raw = np.rint(np.where(present, real, 0.0) / (360.0 / 2**bits)).astype(np.int64)
    return (raw % (1 << bits)).astype(np.uint64), present


def time_of_day(column: ArrayLike) -> tuple[UInt64, Mask]:
    """Turn seconds since midnight into the 24-bit field of 1/128 s; a value that rounds up to a day becomes 0."""
    raw, present = quantise("time_of_day_s", column, Fraction(1, 128), 24)
    return raw % np.uint64(86400 * 128), present


def codes(name: str, column: ArrayLike, bits: int) -> tuple[UInt64, Mask]:
    """Take a column of integers as they are, -1 meaning absent. Raises ValueError naming a row out of range."""
    whole = np.asarray(column, np.int64)
    wrong = (whole < -1) | (whole >= 1 << bits)
    if wrong.any():
        row = int(np.argmax(wrong))
        raise ValueError(f"expected {name} within 0..{(1 << bits) - 1} or -1, was {whole.flat[row]} in row {row}")
    present = whole >= 0
    return np.where(present, whole, 0).astype(np.uint64), present


_SIX_BIT = np.full(256, 255, np.uint8)
_SIX_BIT[[0, 32]] = 32
_SIX_BIT[np.arange(48, 58)] = np.arange(48, 58)
_SIX_BIT[np.arange(65, 91)] = np.arange(1, 27)
_SIX_BIT[np.arange(97, 123)] = np.arange(1, 27)


def six_bit_strings(name: str, column: ArrayLike) -> tuple[UInt64, Mask]:
    """Turn strings of up to 8 ASCII characters into 48-bit ICAO alphabet fields, b"" meaning absent.

    Lower case becomes upper case. Raises ValueError for a character that the alphabet lacks.
    """
    text: NDArray[Any] = np.ascontiguousarray(column, "S8")
    present = text != b""
    letters = _SIX_BIT[text.view(np.uint8).reshape(len(text), 8)]
    if (letters == 255).any():
        row = int(np.argmax((letters == 255).any(axis=1)))
        raise ValueError(f"expected {name} of A-Z, 0-9 and space, was {bytes(text[row])!r} in row {row}")
    raw = np.zeros(len(text), np.uint64)
    for i in range(8):
        raw = (raw << np.uint64(6)) | letters[:, i].astype(np.uint64)
    return raw, present


def constant(value: int, rows: int) -> UInt64:
    """Repeat one raw value."""
    return np.full(rows, value, np.uint64)


def columns_of(rows: int, null: float | bytes, column: ArrayLike | None) -> NDArray[Any]:
    """Give a column its full length: None is all null, one value is every row's."""
    return np.broadcast_to(np.asarray(null if column is None else column), (rows,))
