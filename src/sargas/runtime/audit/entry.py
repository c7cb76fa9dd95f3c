"""One line of the audit: who did what to what, chained to the line before by SHA-256."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

FIRST_HASH = "0" * 64
"""What the first entry is chained to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """What is to be written: an account, node or rule (``actor``), what it did, and to what.

    ``inputs``: the bytes it was decided on; the audit holds their SHA-256. ``detail``: small, JSON.
    """

    actor: str
    action: str
    object: str
    inputs: bytes = b""
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One entry as it stands in the file. ``journal_sequence``: next envelope then, so what was seen can be shown."""

    seq: int
    time_ns: int
    actor: str
    action: str
    object: str
    inputs_sha256: str
    journal_sequence: int
    detail: Mapping[str, Any]
    prev_hash: str

    @classmethod
    def of(cls, deed: Deed, seq: int, time_ns: int, journal_sequence: int, prev_hash: str) -> Self:
        """Chain a deed to the entry before it."""
        return cls(
            seq=seq,
            time_ns=time_ns,
            actor=deed.actor,
            action=deed.action,
            object=deed.object,
            inputs_sha256=hashlib.sha256(deed.inputs).hexdigest() if deed.inputs else "",
            journal_sequence=journal_sequence,
            detail=deed.detail,
            prev_hash=prev_hash,
        )

    @classmethod
    def of_line(cls, line: bytes) -> Self:
        """Read a line. Raises ValueError for one that differs in any byte from how it would be written."""
        return cls.read(line)[0]

    @classmethod
    def read(cls, line: bytes) -> tuple[Self, bytes, str]:
        """Read a line as ``of_line`` does; return with the entry its canonical bytes and their hash, made once."""
        fields = json.loads(line)
        if not isinstance(fields, dict):
            raise ValueError("expected a JSON object")
        told = fields.pop("hash", None)
        try:
            entry = cls(**fields)
        except TypeError:
            raise ValueError(f"expected the fields of an entry, was {sorted(fields)}") from None
        canonical = entry.canonical()
        digest = hashlib.sha256(canonical).hexdigest()
        if _with_hash(canonical, digest) != line:
            raise ValueError(f"expected the bytes whose SHA-256 is {told}, were changed")
        return entry, canonical, digest

    def canonical(self) -> bytes:
        """Return the bytes that are hashed: JSON, keys sorted, no spaces, ASCII."""
        return json.dumps(self._fields(), sort_keys=True, separators=(",", ":")).encode()

    def hash(self) -> str:
        """Return the SHA-256 of the canonical bytes, hexadecimal."""
        return hashlib.sha256(self.canonical()).hexdigest()

    def line(self) -> bytes:
        """Return the entry as it stands in the file, without the line's end."""
        canonical = self.canonical()
        return _with_hash(canonical, hashlib.sha256(canonical).hexdigest())

    def _fields(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


def _with_hash(canonical: bytes, digest: str) -> bytes:
    """Put the hash in its place among the sorted keys: before ``inputs_sha256``, after which no object comes."""
    at = canonical.rindex(b',"inputs_sha256":')
    return canonical[:at] + b',"hash":"' + digest.encode() + b'"' + canonical[at:]
