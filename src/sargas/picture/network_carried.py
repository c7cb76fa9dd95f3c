"""Identities in the network of nations as partners' tracks carry them, and what a track of ours takes over of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from sargas.model.columns import NO_CODE, Int64
from sargas.model.tracks import Tracks

NETWORK_ID = re.compile(rb"[A-Z]{3}-[0-9]{1,12}")
UNKNOWN_SINCE = 1 << 62
"""Of a partner that does not say since when: its identities are never the older ones."""


class Identity(NamedTuple):
    """An identity and when it was given (UTC ns); the smaller of two is the older, equally old ones go by text."""

    since_ns: int
    text: str


class Adopted(NamedTuple):
    """An identity that a track of ours did not begin with."""

    identity: Identity
    is_sure: bool
    """Three reports have proven it once; else it is only likely."""
    by: int
    """Partner's track that it came from; -1: none of those that stand."""


class Offer(NamedTuple):
    """An identity that a partner's track carries which is probably an object of ours."""

    identity: Identity
    remote: int


@lru_cache(maxsize=65_536)
def _text_of(name: bytes) -> str:
    """Read an identity; what is none is empty."""
    return name.decode() if NETWORK_ID.fullmatch(name) else ""


@dataclass(frozen=True, slots=True)
class Carried:
    """What partners' tracks carry now."""

    identity_of: dict[int, Identity]
    sender_of: dict[int, int]
    carriers: dict[str, list[int]]

    @classmethod
    def of(cls, remote: Tracks, sender: Int64) -> Carried:
        """Read it from all partners' tracks; what is no identity is none."""
        found: dict[int, Identity] = {}
        carriers: dict[str, list[int]] = {}
        rows = np.flatnonzero(remote.network_id != b"")
        columns = (remote.track_id[rows], remote.network_id[rows], remote.network_since_ns[rows])
        for number, name, since_ns in zip(*(column.tolist() for column in columns), strict=True):
            text = _text_of(name)
            if text:
                found[number] = Identity(UNKNOWN_SINCE if since_ns == NO_CODE else since_ns, text)
                carriers.setdefault(text, []).append(number)
        return cls(found, dict(zip(remote.track_id[rows].tolist(), sender[rows].tolist(), strict=True)), carriers)

    def denies(self, text: str, offers: Iterable[Offer]) -> bool:
        """Say whether a sender of one of these tracks has another track under an identity."""
        senders = {self.sender_of[offer.remote] for offer in offers if offer.identity.text != text}
        return any(self.sender_of[number] in senders for number in self.carriers.get(text, ()))
