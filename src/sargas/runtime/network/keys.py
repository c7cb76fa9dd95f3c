"""Keys: Ed25519 for the signature under releases and invitations, nkeys for the users of the NATS servers."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import nkeys
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from sargas.runtime.network.identity import NetworkError
from sargas.runtime.network.secret_files import write_secret

SEED_BYTES = 32


@dataclass(frozen=True, slots=True)
class UserSeed:
    """Seed (``SU...``) and public key (``U...``) of one user of a NATS server."""

    seed: str
    public: str

    def __repr__(self) -> str:
        """Show the public key alone, so that no log ever holds a seed."""
        return f"UserSeed({self.public})"


def make_signing_seed() -> bytes:
    """Draw a seed of 32 bytes for an Ed25519 key."""
    return os.urandom(SEED_BYTES)


def verify_key_of(seed: bytes) -> str:
    """Return the public key that belongs to a signing seed, hexadecimal."""
    public = Ed25519PrivateKey.from_private_bytes(seed).public_key()
    return public.public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def sign(seed: bytes, data: bytes) -> str:
    """Return the Ed25519 signature (RFC 8032) of data, hexadecimal."""
    return Ed25519PrivateKey.from_private_bytes(seed).sign(data).hex()


def is_signed_by(verify_key: str, data: bytes, signature: str) -> bool:
    """Say whether a signature, hexadecimal, is that of this key under this data."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(verify_key)).verify(bytes.fromhex(signature), data)
    except (InvalidSignature, ValueError):
        return False
    return True


def write_signing_seed(path: Path, seed: bytes) -> None:
    """Keep a signing seed in a file that only its owner reads."""
    write_secret(path, seed.hex().encode() + b"\n")


def read_signing_seed(path: Path) -> bytes:
    """Read a signing seed. Raises NetworkError when the file holds none."""
    try:
        seed = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except ValueError:
        seed = b""
    if len(seed) != SEED_BYTES:
        raise NetworkError(f"{path}: expected a seed of {SEED_BYTES} bytes in hexadecimal, was none: restore a backup")
    return seed


def make_user_seed() -> UserSeed:
    """Draw the key pair of a user of a NATS server."""
    seed: bytes = nkeys.encode_seed(os.urandom(SEED_BYTES), nkeys.PREFIX_BYTE_USER)
    return _user_seed(seed)


def write_user_seed(path: Path, user: UserSeed) -> None:
    """Keep a user's seed in a file that only its owner reads."""
    write_secret(path, user.seed.encode() + b"\n")


def read_user_seed(path: Path) -> UserSeed:
    """Read a user's seed. Raises NetworkError when the file holds none."""
    try:
        return _user_seed(path.read_bytes().strip())
    except (nkeys.NkeysError, ValueError, IndexError):
        raise NetworkError(f"{path}: expected the seed of an nkey user (SU...), was none: restore a backup") from None


def _user_seed(seed: bytes) -> UserSeed:
    if not seed.startswith(b"SU"):
        raise ValueError("expected the seed of a user")
    public: bytes = nkeys.from_seed(bytearray(seed)).public_key
    return UserSeed(seed.decode("ascii"), public.decode("ascii"))
