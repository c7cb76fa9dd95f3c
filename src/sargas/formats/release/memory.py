"""What a decoder of releases remembers: which messages it had, and what each bucket last held. Bounded."""

from __future__ import annotations

from typing import Any

import numpy as np

from sargas.formats.release.envelope import Release
from sargas.formats.release.octets import ReleaseError
from sargas.model.parts import pack, unpack
from sargas.model.tracks import Tracks
from sargas.model.tracks_parts import pack_tracks, unpack_tracks

MARK = b"SARGAS-RELEASES-1\n"
MOST_TOKENS = 256
"""Tokens of one kind of traffic; a partner that invents more is refused."""
WINDOW = 4096
"""Sequences of the log of one epoch that may come out of order."""


class Seen:
    """Tell what came before: latest-wins for state, every message once for log and plots."""

    def __init__(self) -> None:
        self._latest: dict[tuple[str, str], tuple[int, int]] = {}
        self._epoch: dict[str, int] = {}
        self._recent: dict[str, list[int]] = {}

    def admit(self, release: Release) -> bool:
        """Note a release; False for one that was had before. Raises ReleaseError for one out of the past."""
        known = self._epoch.get(release.traffic, -1)
        if release.epoch < known:
            raise ReleaseError(
                f"expected epoch {known} or later of {release.traffic}, was {release.epoch}: replayed, or the "
                "partner's numbering was set back: it must go on with a later epoch"
            )
        if release.epoch > known:
            self._epoch[release.traffic] = release.epoch
            self._recent[release.traffic] = []
        return self._admit_state(release) if release.traffic == "state" else self._admit_once(release)

    def _admit_state(self, release: Release) -> bool:
        key, number = (release.traffic, release.token), (release.epoch, release.sequence)
        latest = self._latest.get(key)
        if latest == number:
            return False
        if latest is not None and number < latest:
            raise ReleaseError(
                f"expected a state of {release.token} after {latest[1]}, was {release.sequence}: replayed or overtaken"
            )
        if latest is None and len(self._latest) >= MOST_TOKENS:
            raise ReleaseError(f"expected at most {MOST_TOKENS} tokens of state, was one more: {release.token}")
        self._latest[key] = number
        return True

    def _admit_once(self, release: Release) -> bool:
        recent = self._recent[release.traffic]
        if release.sequence in recent:
            return False
        if len(recent) >= WINDOW and release.sequence < recent[0]:
            raise ReleaseError(
                f"expected a sequence of {release.traffic} after {recent[0]}, was {release.sequence}: replayed"
            )
        recent.append(release.sequence)
        recent.sort()
        del recent[:-WINDOW]
        return True

    def to_header(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {
            "latest": [[*key, *number] for key, number in self._latest.items()],
            "epoch": list(self._epoch.items()),
            "recent": list(self._recent.items()),
        }

    @classmethod
    def of_header(cls, header: dict[str, Any]) -> Seen:
        """Return it as it was. Raises ValueError or KeyError for a header that is none."""
        found = cls()
        found._latest = {(traffic, token): (epoch, sequence) for traffic, token, epoch, sequence in header["latest"]}
        found._epoch, found._recent = dict(header["epoch"]), dict(header["recent"])
        return found


class Buckets:
    """The tracks each bucket of a partner last held: what its newest message leaves out has ended."""

    def __init__(self) -> None:
        self._held: dict[str, Tracks] = {}

    def replace(self, token: str, tracks: Tracks) -> Tracks:
        """Put a bucket's newest tracks; return those that ended with it, as last told."""
        before = self._held.get(token)
        self._held[token] = tracks
        if before is None:
            return tracks.take(slice(0, 0))
        others = [held.track_id for name, held in self._held.items() if name != token]
        standing = np.concatenate([tracks.track_id, *others])  # a partner may deal its tracks to more buckets
        return before.take(~np.isin(before.track_id, standing))

    def to_parts(self) -> tuple[list[str], list[bytes]]:
        """Return tokens and their batches."""
        return list(self._held), [pack_tracks(tracks) for tracks in self._held.values()]

    @classmethod
    def of_parts(cls, tokens: list[str], parts: list[bytes]) -> Buckets:
        """Return it as it was. Raises ValueError for parts that are none."""
        found = cls()
        found._held = {token: unpack_tracks(part) for token, part in zip(tokens, parts, strict=True)}
        return found


def pack_memory(seen: Seen, buckets: Buckets) -> bytes:
    """Write a snapshot; equal memories give equal bytes."""
    tokens, parts = buckets.to_parts()
    return pack(MARK, {"seen": seen.to_header(), "tokens": tokens}, parts)


def unpack_memory(data: bytes) -> tuple[Seen, Buckets]:
    """Read a snapshot. Raises ValueError for bytes that are none."""
    header, arrays = unpack(MARK, data)
    return Seen.of_header(header["seen"]), Buckets.of_parts(header["tokens"], [a.tobytes() for a in arrays])
