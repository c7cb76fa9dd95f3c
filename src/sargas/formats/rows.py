"""Typed columns out of loosely typed rows (JSON objects, CSV lines): what is garbage is dropped and counted."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sargas.formats.contract import Reject
from sargas.model.columns import NO_CODE, Bytes8, Float64, Int32

LARGEST_TEXT_OCTETS = 512 << 20
"""A compressed recording that unpacks to more is refused: a small datagram must not fill the memory."""

EARLIEST_UNIX_S, LATEST_UNIX_S = 946_684_800.0, 4_102_444_800.0
"""2000-01-01 and 2100-01-01: a clock that was never set stamps 1970, and a later stamp is garbage."""

_GZIP_MAGIC = b"\x1f\x8b"
_GARBAGE = np.inf


class Malformed(ValueError):
    """The whole document is unreadable: why, and at which octet. Decoders turn it into one ``Reject``."""

    def __init__(self, reason: str, offset: int = 0) -> None:
        super().__init__(reason)
        self.offset = offset


@dataclass(slots=True)
class RejectLog:
    """Collect what was refused, by row; reasons name the rule and not the value, so that they can be counted."""

    rejects: list[Reject] = field(default_factory=list)

    def add(self, row: int, reason: str) -> None:
        """Note one refusal at a row."""
        self.rejects.append(Reject(offset=row, reason=reason))

    def add_where(self, wrong: np.ndarray[Any, np.dtype[np.bool_]], rows: Sequence[int], reason: str) -> None:
        """Note the same refusal at every row whose mark is set."""
        for index in np.flatnonzero(wrong).tolist():
            self.add(rows[index], reason)


def unpack(data: bytes) -> bytes:
    """Return the bytes, inflated if they are gzip. Raises Malformed for a broken or too large archive."""
    if not data.startswith(_GZIP_MAGIC):
        return data
    parts: list[bytes] = []
    room, rest = LARGEST_TEXT_OCTETS, data
    while rest.startswith(_GZIP_MAGIC):  # a file may hold several members
        inflater = zlib.decompressobj(wbits=31)
        try:
            parts.append(inflater.decompress(rest, room))
        except zlib.error as error:
            raise Malformed("expected a whole gzip member") from error
        room -= len(parts[-1])
        if room <= 0 or not inflater.eof:
            raise Malformed(f"expected a whole gzip member of at most {LARGEST_TEXT_OCTETS >> 20} MiB")
        rest = inflater.unused_data
    return b"".join(parts)


def parse_json(data: bytes) -> Any:
    """Parse one JSON document. Raises Malformed with the place of the first error."""
    try:
        return json.loads(data)
    except json.JSONDecodeError as error:
        raise Malformed("expected a JSON document", error.pos) from error
    except (UnicodeDecodeError, RecursionError, ValueError) as error:
        raise Malformed("expected a JSON document of ordinary depth and numbers in UTF-8") from error


def read_numbers(
    values: Sequence[Any], rows: Sequence[int], name: str, low: float, high: float, log: RejectLog
) -> Float64:
    """Read numbers, or text of numbers, within low..high; absent is NaN, anything else is NaN and logged."""
    out = np.array([_number(value) for value in values], np.float64)
    wrong = ~((out >= low) & (out <= high)) & ~np.isnan(out)
    if wrong.any():
        log.add_where(wrong, rows, f"expected {name} within {low:g}..{high:g}; field dropped")
        out[wrong] = np.nan
    return out


def read_codes(values: Sequence[Any], rows: Sequence[int], name: str, base: int, digits: int, log: RejectLog) -> Int32:
    """Read codes of at most ``digits`` digits in ``base`` (16: address, 8: Mode 3/A); absent is ``NO_CODE``.

    A number stands for its decimal digits, as tables write squawk 4637 as 4637 or 4637.0.
    """
    out = np.full(len(values), NO_CODE, np.int32)
    for index, value in enumerate(values):
        if value is None or value != value or value == "":  # NaN: a pandas table
            continue
        code = _code(value, base, digits)
        if code is None:
            log.add(rows[index], f"expected {name} of {digits} digits to base {base}; field dropped")
        else:
            out[index] = code
    return out


def read_callsigns(values: Sequence[Any], rows: Sequence[int], log: RejectLog) -> Bytes8:
    """Read call signs of up to eight printable ASCII characters, blanks trimmed; absent is ``b""``."""
    out = np.zeros(len(values), "S8")
    for index, value in enumerate(values):
        text = value.strip() if isinstance(value, str) else value
        if text is None or text == "" or text != text:
            continue
        if isinstance(text, str) and len(text) <= 8 and text.isascii() and text.isprintable():
            out[index] = text.encode("ascii")
        else:
            log.add(rows[index], "expected a call sign of up to 8 printable ASCII characters; field dropped")
    return out


def _number(value: Any) -> float:
    kind = type(value)
    if value is None:
        return float("nan")
    if kind is float or kind is int or kind is str:
        if kind is str and not value.strip():
            return float("nan")
        try:
            return float(value)
        except (ValueError, OverflowError):
            return _GARBAGE
    return _GARBAGE


def _code(value: Any, base: int, digits: int) -> int | None:
    if type(value) is float and value.is_integer():
        value = int(value)
    if type(value) is int and 0 <= value < 10**digits:
        value = f"{value:0{digits}d}"
    if type(value) is not str:
        return None
    text = value.strip().removesuffix(".0")
    if not 1 <= len(text) <= digits or not text.isascii() or not text.isalnum():
        return None
    try:
        return int(text, base)
    except ValueError:
        return None
