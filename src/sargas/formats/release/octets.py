"""Octets one after the other, little endian: what is read is checked against what is there. See spec/release.md."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from sargas.model.columns import UInt8

LONGEST_VARINT = 10
"""Octets of 64 bits in groups of seven."""


class ReleaseError(ValueError):
    """A release that cannot be believed or made: what was expected, what it was, and how to mend it."""


class Octets:
    """Read one stretch of octets from its beginning. Every read raises ReleaseError beyond its end."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.at = 0

    def take(self, count: int, what: str) -> bytes:
        """Return the next ``count`` octets."""
        if self.at + count > len(self._data):
            raise ReleaseError(f"expected {count} octets of {what} at octet {self.at}, was {len(self._data) - self.at}")
        self.at += count
        return self._data[self.at - count : self.at]

    def whole(self, count: int, what: str) -> int:
        """Return the next ``count`` octets as an unsigned number."""
        return int.from_bytes(self.take(count, what), "little")

    def varint(self, what: str) -> int:
        """Return a number in groups of seven bits, the lowest first; bit 7 says that another follows."""
        value = 0
        for place in range(LONGEST_VARINT):
            octet = self.whole(1, what)
            value |= (octet & 0x7F) << (7 * place)
            if octet < 0x80:
                if value >= 1 << 64:
                    break
                return value
        raise ReleaseError(f"expected {what} of at most 64 bits before octet {self.at}")

    def text(self, what: str) -> str:
        """Return a text behind one octet with its length in octets."""
        try:
            return self.take(self.whole(1, what), what).decode("utf-8")
        except UnicodeDecodeError:
            raise ReleaseError(f"expected {what} in UTF-8 before octet {self.at}") from None

    def planes(self, rows: int, width: int, what: str) -> UInt8:
        """Return ``rows`` numbers of ``width`` octets, stored plane by plane: (rows, width), the lowest octet first."""
        data = np.frombuffer(self.take(rows * width, what), np.uint8)
        return np.ascontiguousarray(data.reshape(width, rows).T)

    def numbers(self, rows: int, kind: str, what: str) -> np.ndarray[Any, Any]:
        """Return ``rows`` numbers of a numpy kind such as ``<i2``, stored plane by plane."""
        return self.planes(rows, np.dtype(kind).itemsize, what).reshape(-1).view(kind)

    def triples(self, rows: int, what: str) -> np.ndarray[Any, Any]:
        """Return ``rows`` unsigned numbers of 24 bits, stored plane by plane, as int64."""
        low, middle, high = self.planes(rows, 3, what).astype(np.int64).T
        return low | middle << 8 | high << 16

    def end(self) -> None:
        """Raise ReleaseError unless everything was read."""
        if self.at != len(self._data):
            raise ReleaseError(f"expected the end at octet {self.at}, was {len(self._data) - self.at} octets more")


def text_octets(text: str, what: str) -> bytes:
    """Write a text behind its length. Raises ReleaseError above 255 octets."""
    data = text.encode()
    if len(data) > 255:
        raise ReleaseError(f"expected {what} of at most 255 octets, was {len(data)}: shorten it")
    return bytes((len(data),)) + data


def varint_octets(value: int) -> bytes:
    """Write an unsigned number of at most 64 bits in groups of seven."""
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def varints_octets(values: Sequence[int]) -> bytes:
    """Write unsigned numbers one after the other."""
    return b"".join([varint_octets(value) for value in values])


def plane_octets(values: np.ndarray[Any, Any], width: int | None = None) -> bytes:
    """Write a column plane by plane: all lowest octets, then all second ones; equal octets then lie together."""
    wide = np.ascontiguousarray(values).view(np.uint8).reshape(len(values), values.dtype.itemsize)
    return np.ascontiguousarray(wide[:, :width].T).tobytes()
