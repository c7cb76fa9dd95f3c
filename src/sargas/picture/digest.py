"""The digest: SHA-256 over the canonical bytes of every output, the proof that live and replay agree."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import fields
from typing import Any

import numpy as np

from sargas.model.message import Message
from sargas.model.plots import Plots
from sargas.model.tracks import Tracks


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
    for field in fields(message):
        value = getattr(message, field.name)
        if isinstance(value, np.ndarray):
            running.update(f"{field.name}{value.shape}{value.dtype.str}".encode())
            running.update(np.ascontiguousarray(value).data if value.dtype.kind != "S" else value.tobytes())
    running.update("\0".join(message.sensor_ids).encode())
    running.update(message.label.model_dump_json().encode())
