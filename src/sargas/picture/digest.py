"""The digest: SHA-256 over the canonical bytes of every output, the proof that live and replay agree."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import fields
from functools import lru_cache
from typing import Any

import numpy as np

from sargas.model.label import Label
from sargas.model.message import Message
from sargas.model.plots import Plots
from sargas.model.tracks import Tracks

_COLUMNS = {
    batch: tuple(field.name for field in fields(batch) if field.name not in ("sensor_ids", "label", "track_labels"))
    for batch in (Plots, Tracks)
}


class Digest:
    """Run SHA-256 over outputs in order; equal digests mean bit-equal outputs."""

    def __init__(self, chained: bytes = b"") -> None:
        self._value = chained

    @property
    def value(self) -> bytes:
        """The chained value so far: 32 bytes, or empty before the first output."""
        return self._value

    def hex(self) -> str:
        """Return the value as hexadecimal text."""
        return self._value.hex()

    def update(self, messages: Sequence[Message]) -> None:
        """Chain the messages of one step: value = SHA-256(value, canonical bytes of each)."""
        if not messages:
            return
        running = hashlib.sha256(self._value)
        for message in messages:
            _hash_message(running, message)
        self._value = running.digest()


def _hash_message(running: Any, message: Message) -> None:
    running.update(type(message).__name__.encode())
    if not isinstance(message, Plots | Tracks):
        running.update(message.model_dump_json().encode())
        return
    parts: list[bytes] = []
    for name in _COLUMNS[type(message)]:
        value = getattr(message, name)
        parts += (_header(name, value.shape, value.dtype), value.tobytes())
    parts += ("\0".join(message.sensor_ids).encode(), _label_bytes(message.label))
    running.update(b"".join(parts))


@lru_cache(maxsize=65_536)
def _header(name: str, shape: tuple[int, ...], dtype: np.dtype[Any]) -> bytes:
    return f"{name}{shape}{dtype.str}".encode()


@lru_cache(maxsize=256)
def _label_bytes(label: Label) -> bytes:
    return label.model_dump_json().encode()
