"""The sealed release: who tells whom, under which label and policy, and whose signature. See spec/release.md."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, get_args

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from sargas.formats.release.label_octets import pack_label, unpack_label
from sargas.formats.release.octets import Octets, ReleaseError, text_octets
from sargas.formats.release.words import WORDS
from sargas.model.label import Label

Traffic = Literal["state", "log", "plots"]
TRAFFIC: tuple[Traffic, ...] = get_args(Traffic)

MAGIC, VERSION = b"SR", 1
SIGNATURE_OCTETS, HEADER_OCTETS = 64, 44
LARGEST_BODY_OCTETS = 900_000
"""Of the unpacked body; the bus carries at most 1 MB."""
SIGNED_AS = b"SARGAS-RELEASE-1\x00"
"""Stands before what is signed, so that a signature under something else never fits a release."""
DEFLATED, WITH_WORDS = 1, 2
_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,32}")
_NATION = re.compile(r"[A-Z]{3}")


@dataclass(frozen=True, slots=True)
class Release:
    """One message of a nation to another. ``body`` is as spec/release.md says for its traffic and token."""

    origin: str
    destination: str
    traffic: Traffic
    token: str
    epoch: int
    """Rises each time the origin's numbering begins anew."""
    sequence: int
    """Rises by one within (destination, traffic) of an epoch."""
    created_ns: int
    policy_hash: bytes
    """First eight octets of the hash of the rules that let it go."""
    label: Label
    body: bytes

    @property
    def message_id(self) -> str:
        """Return its identity in the world: the same on every retry."""
        return f"{self.origin}-{self.destination}-{self.traffic}-{self.token}-{self.epoch}-{self.sequence}"

    @property
    def subject(self) -> str:
        """Return the subject of the bus it is told under."""
        return f"release.{self.origin}.{self.traffic}.{self.token}"


def seal(release: Release, signing_key_seed: bytes) -> bytes:
    """Write and sign a release with the origin's 32-octet Ed25519 seed; the same release gives the same bytes.

    Raises ReleaseError for a release that no reader would take.
    """
    head = _unsigned(release)
    return head + sealer(signing_key_seed)(head)


@lru_cache(maxsize=8)
def sealer(signing_key_seed: bytes) -> Callable[[bytes], bytes]:
    """Return what signs the bytes of a release. Raises ReleaseError for a seed that is none."""
    if len(signing_key_seed) != 32:
        raise ReleaseError(
            f"expected a signing key seed of 32 octets, was {len(signing_key_seed)}: sargas network init"
        )
    key = Ed25519PrivateKey.from_private_bytes(signing_key_seed)
    return lambda data: key.sign(SIGNED_AS + data)


def unseal(data: bytes, *verify_keys_hex: str) -> Release:
    """Read a release whose signature is that of one of the keys (64 hexadecimal digits each): two while one is changed.

    Raises ReleaseError that says what is wrong and how to mend it; nothing of an unsigned message is believed.
    """
    if not data.startswith(MAGIC):
        raise ReleaseError(f"expected a release (octets {MAGIC!r}), was {data[:2]!r}: something else feeds this source")
    if len(data) > 2 and data[2] != VERSION:
        raise ReleaseError(f"expected version {VERSION} of releases, was {data[2]}: update the older node")
    if len(data) < HEADER_OCTETS + SIGNATURE_OCTETS:
        raise ReleaseError(f"expected at least {HEADER_OCTETS + SIGNATURE_OCTETS} octets, was {len(data)}: cut short")
    signed, signature = data[:-SIGNATURE_OCTETS], data[-SIGNATURE_OCTETS:]
    if not any(_is_signed(signed, signature, key) for key in verify_keys_hex):
        raise ReleaseError(
            "expected a signature by the partner's key, was another: forged or changed on its way, or it has a new "
            "key: compare keys by voice, then mend verify_key of the partner"
        )
    return _read(signed)


def check_release(release: Release) -> None:
    """Raise ReleaseError for names, numbers or sizes that no reader would take."""
    for name in ("origin", "destination"):
        if not _NATION.fullmatch(getattr(release, name)):
            raise ReleaseError(f"expected {name} as three capital letters, was {getattr(release, name)!r}")
    if not _TOKEN.fullmatch(release.token):
        raise ReleaseError(f"expected a token of 1 to 32 letters, digits, - and _, was {release.token!r}")
    if release.traffic not in TRAFFIC:
        raise ReleaseError(f"expected traffic out of {', '.join(TRAFFIC)}, was {release.traffic!r}")
    for name in ("epoch", "sequence", "created_ns"):
        if not 0 <= getattr(release, name) < 1 << 63:
            raise ReleaseError(f"expected {name} within 0..2^63-1, was {getattr(release, name)}")
    if len(release.policy_hash) != 8:
        raise ReleaseError(f"expected a policy hash of 8 octets, was {len(release.policy_hash)}")
    if len(release.body) > LARGEST_BODY_OCTETS:
        raise ReleaseError(
            f"expected a body of at most {LARGEST_BODY_OCTETS} octets, was {len(release.body)}: use more buckets"
        )


def _unsigned(release: Release) -> bytes:
    check_release(release)
    body, flags = _deflate(release.body, with_words=release.traffic == "log")
    return b"".join(
        (
            MAGIC,
            bytes((VERSION, flags)),
            release.origin.encode(),
            release.destination.encode(),
            bytes((TRAFFIC.index(release.traffic),)),
            bytes(1),
            release.epoch.to_bytes(8, "little"),
            release.sequence.to_bytes(8, "little"),
            release.created_ns.to_bytes(8, "little"),
            release.policy_hash,
            text_octets(release.token, "token"),
            pack_label(release.label, release.origin),
            body,
        )
    )


def _read(signed: bytes) -> Release:
    octets = Octets(signed)
    octets.take(3, "magic and version")
    flags = octets.whole(1, "flags")
    if flags & ~(DEFLATED | WITH_WORDS):
        raise ReleaseError(f"expected flags that version {VERSION} knows, was {flags}: update this node")
    origin, destination = (octets.take(3, what).decode("ascii", "replace") for what in ("origin", "destination"))
    traffic = octets.whole(1, "traffic")
    if traffic >= len(TRAFFIC):
        raise ReleaseError(f"expected traffic 0..{len(TRAFFIC) - 1}, was {traffic}: update this node")
    octets.take(1, "reserved octet")
    epoch, sequence, created_ns = (octets.whole(8, what) for what in ("epoch", "sequence", "created_ns"))
    policy_hash = octets.take(8, "policy hash")
    token = octets.text("token")
    label = unpack_label(octets, origin)
    body = _inflate(signed[octets.at :], flags)
    release = Release(
        origin, destination, TRAFFIC[traffic], token, epoch, sequence, created_ns, policy_hash, label, body
    )
    check_release(release)
    return release


def _deflate(body: bytes, *, with_words: bool) -> tuple[bytes, int]:
    """Return the shorter of the body and its deflated form, and the flags that say which it is."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15, 9, zlib.Z_DEFAULT_STRATEGY, WORDS if with_words else b"")
    packed = packer.compress(body) + packer.flush()
    return (packed, DEFLATED | (WITH_WORDS if with_words else 0)) if len(packed) < len(body) else (body, 0)


def _inflate(body: bytes, flags: int) -> bytes:
    if not flags & DEFLATED:
        return body
    unpacker = zlib.decompressobj(-15, WORDS if flags & WITH_WORDS else b"")
    try:
        whole = unpacker.decompress(body, LARGEST_BODY_OCTETS + 1)
    except zlib.error:
        raise ReleaseError(
            "expected a deflated body, was damaged before it was signed: report it to the partner"
        ) from None
    if len(whole) > LARGEST_BODY_OCTETS or not unpacker.eof or unpacker.unused_data:
        raise ReleaseError(
            f"expected a whole deflated body of at most {LARGEST_BODY_OCTETS} octets: report it to the partner"
        )
    return whole


def _is_signed(signed: bytes, signature: bytes, verify_key_hex: str) -> bool:
    try:
        _verify_key(verify_key_hex).verify(signature, SIGNED_AS + signed)
    except InvalidSignature:
        return False
    return True


@lru_cache(maxsize=64)
def _verify_key(verify_key_hex: str) -> Ed25519PublicKey:
    try:
        return Ed25519PublicKey.from_public_bytes(bytes.fromhex(verify_key_hex))
    except ValueError:
        raise ReleaseError(
            f"expected a verify key of 64 hexadecimal digits, was {len(verify_key_hex)} characters: mend verify_key"
        ) from None


def verify_key_of(signing_key_seed: bytes) -> str:
    """Return the public key that belongs to a seed, 64 hexadecimal digits."""
    return Ed25519PrivateKey.from_private_bytes(signing_key_seed).public_key().public_bytes_raw().hex()
