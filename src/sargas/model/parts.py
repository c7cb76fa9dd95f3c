"""Parts of a snapshot: a mark, a JSON header and arrays as .npy, one after the other; equal parts, equal bytes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from io import BytesIO
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from sargas.model.columns import UInt8

HEAD_BYTES = 1 << 16
"""More than the header of any of the arrays."""
Array = np.ndarray[Any, Any]


class Part(Protocol):
    """What can be written and read again: later outputs and later snapshots are the same."""

    def snapshot(self) -> bytes:
        """Return the whole state as bytes; equal states give equal bytes."""
        ...

    def restore(self, data: bytes) -> None:
        """Go on from a snapshot. Raises ValueError for bytes that are none."""
        ...


def pack(mark: bytes, header: Mapping[str, Any], arrays: Sequence[Array | bytes] = ()) -> bytes:
    """Write a snapshot; bytes among the arrays are snapshots of parts. Orders in the header are kept."""
    out: list[bytes | memoryview] = [mark]
    for values in (json.dumps(header, separators=(",", ":")).encode(), *arrays):
        write_array(out, _octets(values) if isinstance(values, bytes) else values)
    return b"".join(out)


def unpack(mark: bytes, data: bytes, arrays: int | None = None) -> tuple[dict[str, Any], list[Array]]:
    """Read a snapshot: its header and its arrays, copied. Raises ValueError for other bytes or numbers of arrays."""
    if not data.startswith(mark):
        raise ValueError(f"expected a snapshot that begins with {mark!r}, was {data[: len(mark)]!r}")
    found, view, at = list[Array](), memoryview(data), len(mark)
    while at < len(data):
        values, at = read_array(view, at)
        found.append(values.copy())
    if not found or arrays not in (None, len(found) - 1):
        raise ValueError(f"expected a whole snapshot {mark!r}, was cut short: take the one before")
    header: dict[str, Any] = json.loads(found[0].tobytes())
    return header, found[1:]


def write_array(out: list[bytes | memoryview], values: Array) -> None:
    """Append an array as .npy to parts that are joined later."""
    # the header of a .npy file, then the array's own memory: it is copied once, when the parts are joined
    whole = _without_padding(np.ascontiguousarray(values))
    head = BytesIO()
    np.lib.format.write_array_header_1_0(head, np.lib.format.header_data_from_array_1_0(whole))
    out.append(head.getvalue())
    if whole.size:
        out.append(whole.reshape(-1).view(np.uint8).data)


def read_array(data: memoryview, at: int) -> tuple[Array, int]:
    """Return a view of the array at a place of a snapshot, and where the next one begins. Raises ValueError."""
    head = BytesIO(data[at : at + HEAD_BYTES])
    if np.lib.format.read_magic(head) != (1, 0):
        raise ValueError("expected a whole snapshot, was damaged: take the one before")
    shape, _, dtype = np.lib.format.read_array_header_1_0(head, max_header_size=HEAD_BYTES)
    start = at + head.tell()
    stop = start + int(np.prod(shape)) * dtype.itemsize
    if stop > len(data):
        raise ValueError("expected a whole snapshot, was cut short: take the one before")
    return np.frombuffer(data[start:stop], dtype).reshape(shape), stop


def _without_padding(values: Array) -> Array:
    """Return records with zeros between their fields, where memory holds anything: equal records are equal bytes."""
    meant = _meant_octets(values.dtype)
    if meant.all() or not values.size:
        return values
    raw = values.reshape(-1).view(np.uint8).reshape(-1, values.dtype.itemsize).copy()
    raw[:, ~meant] = 0
    return raw.reshape(-1).view(values.dtype).reshape(values.shape)


@cache
def _meant_octets(dtype: np.dtype[Any]) -> NDArray[np.bool_]:
    """Say which octets of a record are of a field, also of records within records."""
    base, shape = dtype.subdtype or (dtype, ())
    if base.fields is None:
        return np.ones(dtype.itemsize, np.bool_)
    meant = np.zeros(base.itemsize, np.bool_)
    for inner, start, *_ in base.fields.values():
        meant[start : start + inner.itemsize] = _meant_octets(inner)
    return np.tile(meant, int(np.prod(shape, dtype=np.int64)))


def _octets(data: bytes) -> UInt8:
    return np.frombuffer(data, np.uint8)
