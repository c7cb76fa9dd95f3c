"""Invitations: the one small signed file that a nation gives to a partner, and what it is checked for.

An invitation is made for one named nation and holds nothing secret. Its signature keeps it whole on its way; that it
comes from whom it says is known only once two people have compared its fingerprint by another way, or once it is
signed by a key that an earlier invitation of that nation named.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError

from sargas.model.label import Nation
from sargas.model.record_base import Ring, Value
from sargas.runtime.network.certificates import check_authority
from sargas.runtime.network.identity import Host, NetworkError, NodeName, Port, UserKey, VerifyKey
from sargas.runtime.network.keys import is_signed_by, sign

LARGEST_BYTES = 256 << 10
FINGERPRINT_GROUPS = 6


class Invitation(Value):
    """What a partner needs to know of a nation: where it is reached, and the public halves of its keys."""

    form: Literal["sargas-invitation-1"] = Field(default="sargas-invitation-1", description="Version of this file")
    nation: Nation = Field(description="Nation that invites")
    guest: Nation = Field(description="Nation that is invited; nobody else can use the file")
    node: NodeName = Field(description="Name of the node that invites")
    leaf_host: Host = Field(description="DNS name or IP address under which the guest reaches it")
    leaf_port: Port = Field(description="TCP port there")
    authority: str = Field(max_length=8192, description="Certificate of its authority, PEM")
    verify_keys: tuple[VerifyKey, ...] = Field(
        min_length=1, max_length=2, description="Keys of its signatures: the one in use, then the next one"
    )
    link_keys: tuple[UserKey, ...] = Field(
        min_length=1, max_length=2, description="Keys with which it will dial the guest: the one in use, then the next"
    )
    area: Ring = Field(default=(), description="Ring of lon, lat that it answers for")
    made_ns: int = Field(ge=0, description="UTC ns at which it was made")

    @property
    def fingerprint(self) -> str:
        """Return 96 bits of its SHA-256 in groups of four, to be compared by two people on the phone."""
        digits = hashlib.sha256(_canonical(self)).hexdigest().upper()
        return "-".join(digits[4 * i : 4 * i + 4] for i in range(FINGERPRINT_GROUPS))


def seal_invitation(invitation: Invitation, signing_seed: bytes) -> bytes:
    """Write an invitation with the signature of the key in use under it: one JSON object."""
    body = invitation.model_dump(mode="json")
    signature = sign(signing_seed, _canonical(invitation))
    return json.dumps({"invitation": body, "signature": signature}, indent=1).encode() + b"\n"


def read_invitation(path: Path, now_ns: int, trusted: Iterable[str] = ()) -> Invitation:
    """Read and check what a partner sent; with ``trusted`` keys one of those must have signed it.

    Raises OSError when it cannot be read, NetworkError when it is not whole, was changed, or is signed by another.
    """
    invitation, signature = _parse(path)
    body, keys = _canonical(invitation), tuple(trusted)
    if not is_signed_by(invitation.verify_keys[0], body, signature) and not _is_signed_by_any(keys, body, signature):
        raise NetworkError(
            f"{path}: the signature does not fit: the file was changed after {invitation.nation} made it"
        )
    if keys and not _is_signed_by_any(keys, body, signature):
        raise NetworkError(
            f"{path}: expected the signature of a key that {invitation.nation} named before, was that of another: "
            "if it lost its keys, compare the fingerprint by phone and add it with --replace"
        )
    try:
        check_authority(invitation.authority, now_ns)
    except NetworkError as error:
        raise NetworkError(f"{path}: {error}") from None
    return invitation


def load_invitation(path: Path) -> Invitation:
    """Load an invitation that was checked when it was added; its signature is looked at again, its dates are not.

    Raises OSError, NetworkError when the file was changed since.
    """
    invitation, signature = _parse(path)
    if not _is_signed_by_any(invitation.verify_keys, _canonical(invitation), signature):
        raise NetworkError(f"{path}: the signature does not fit: add the partner anew with the file that it gave")
    return invitation


def claimed_nation(path: Path) -> str:
    """Say which nation a file claims to be of; whether that is true shows its signature. Raises as the others do."""
    return _parse(path)[0].nation


def _parse(path: Path) -> tuple[Invitation, str]:
    if path.stat().st_size > LARGEST_BYTES:
        raise NetworkError(f"{path}: expected an invitation of at most {LARGEST_BYTES} bytes, was larger")
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(document, dict) or set(document) != {"invitation", "signature"}:
            raise ValueError("expected invitation and signature")
        return Invitation.model_validate(document["invitation"]), str(document["signature"])
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise NetworkError(f"{path}: {place}: {first['msg']}: ask the partner for the file anew") from None
    except ValueError:
        raise NetworkError(f"{path}: expected an invitation of sargas network invite, was another file") from None


def _is_signed_by_any(keys: Iterable[str], body: bytes, signature: str) -> bool:
    return any(is_signed_by(key, body, signature) for key in keys)


def _canonical(invitation: Invitation) -> bytes:
    body = invitation.model_dump(mode="json")
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()
