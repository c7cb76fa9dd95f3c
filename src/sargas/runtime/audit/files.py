"""The audit's folder: segments of lines, checkpoints, the node's audit key, and a lock among processes."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

CHECKPOINTS = "checkpoints.jsonl"
SEGMENT_BYTES = 16 << 20


def segments(directory: Path) -> list[Path]:
    """List the segments in order."""
    return sorted(directory.glob("audit-*.jsonl"))


def segment_name(first_seq: int) -> str:
    """Name the segment that begins with an entry."""
    return f"audit-{first_seq:012d}.jsonl"


@contextmanager
def locked(directory: Path) -> Iterator[None]:
    """Hold the folder alone among processes: the node and a command may both write."""
    with (directory / "lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def write_durably(path: Path, data: bytes, *, mode: int = 0o640) -> None:
    """Append bytes and make them last; a new file's name, too."""
    is_new = not path.exists()
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, mode)
    try:
        written = 0
        while written < len(data):
            written += os.write(descriptor, data[written:])
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    if is_new:
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How long the audit was at a time, the Merkle root over it, and the node's signature under both."""

    node: str
    size: int
    root: str
    time_ns: int
    key: str
    signature: str

    @classmethod
    def sign(cls, node: str, size: int, root: bytes, time_ns: int, key: Ed25519PrivateKey) -> Self:
        """Sign the state of the audit."""
        public = key.public_key().public_bytes_raw().hex()
        told = cls(node, size, root.hex(), time_ns, public, "")
        return cls(node, size, root.hex(), time_ns, public, key.sign(told.signed_bytes()).hex())

    @classmethod
    def of_line(cls, line: bytes) -> Self:
        """Read a line. Raises ValueError for one that is no checkpoint or differs from how it would be written."""
        fields = json.loads(line)
        try:
            found = cls(**fields)
        except TypeError:
            raise ValueError("expected the fields of a checkpoint") from None
        if found.line() != line:
            raise ValueError("expected a checkpoint in canonical form")
        return found

    def signed_bytes(self) -> bytes:
        """Return what the signature stands under."""
        return _canonical({"node": self.node, "size": self.size, "root": self.root, "time_ns": self.time_ns})

    def line(self) -> bytes:
        """Return it as it stands in the file, without the line's end."""
        return _canonical({name: getattr(self, name) for name in self.__slots__})

    def is_signed(self) -> bool:
        """Say whether the signature fits the content and the key it names, and is written as it was."""
        try:
            signature = bytes.fromhex(self.signature)
            Ed25519PublicKey.from_public_bytes(bytes.fromhex(self.key)).verify(signature, self.signed_bytes())
        except (InvalidSignature, ValueError):
            return False
        return signature.hex() == self.signature  # capitals say the same, but somebody changed them


def audit_key(directory: Path) -> Ed25519PrivateKey:
    """Return the node's audit key; made at first use, readable by its owner alone."""
    path = directory / "key"
    if path.exists():
        return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(path.read_text().strip()))
    key = Ed25519PrivateKey.generate()
    write_durably(path, key.private_bytes_raw().hex().encode() + b"\n", mode=0o600)
    write_durably(directory / "key.pub", key.public_key().public_bytes_raw().hex().encode() + b"\n")
    return key


def _canonical(fields: Mapping[str, Any]) -> bytes:
    return json.dumps(fields, sort_keys=True, separators=(",", ":")).encode()
