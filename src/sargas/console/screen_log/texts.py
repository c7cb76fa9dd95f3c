"""The texts beside the tracks: sections as changes against their last text, names of tracks as a table."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

_SEAM = "},{"
"""Between two members of a JSON list of objects; texts are cut here whatever they are, and put together again."""
_OF_ALL = ("type", "snapshot", "sensor_ids", "track_id")

Piece = str | tuple[int, int] | list[int]
"""New text, or first index and number of pieces that stay as they were."""


def text_change(before: str, now: str) -> list[Piece]:
    """Say how one text became another: the pieces that are new, and where the others stood."""
    place = {piece: i for i, piece in enumerate(before.split(_SEAM))}
    change: list[Piece] = []
    for piece in now.split(_SEAM):
        at = place.get(piece)
        last = change[-1] if change else ""
        if at is None:
            change.append(piece)
        elif not isinstance(last, str) and last[0] + last[1] == at:
            change[-1] = (last[0], last[1] + 1)
        else:
            change.append((at, 1))
    return change


def changed_text(before: str, change: Iterable[Piece]) -> str:
    """Make the text that ``text_change`` was told."""
    pieces, old = list[str](), before.split(_SEAM)
    for piece in change:
        pieces += [piece] if isinstance(piece, str) else old[piece[0] : piece[0] + piece[1]]
    return _SEAM.join(pieces)


class Names:
    """What tracks are called: the newest column values of each, as ``NamesSection`` has them."""

    def __init__(self) -> None:
        self._columns: list[str] = []
        self._sensor_ids: list[str] = []
        self._of: dict[int, list[Any]] = {}

    def take(self, text: str) -> list[int]:
        """Take over a names section; return the tracks that it names."""
        told = json.loads(text)
        if told["snapshot"]:
            self._of = {}
        self._sensor_ids = told["sensor_ids"]
        self._columns = [name for name in told if name not in _OF_ALL]
        columns = [told[name] for name in self._columns]
        for i, track_id in enumerate(told["track_id"]):
            self._of[track_id] = [column[i] for column in columns]
        named: list[int] = told["track_id"]
        return named

    def forget(self, track_ids: Iterable[int]) -> None:
        """Drop tracks that are no more."""
        for track_id in track_ids:
            self._of.pop(track_id, None)

    def of(self, track_ids: Iterable[int], *, snapshot: bool) -> str:
        """Return the names of some tracks as a section; those that none are known of are left out."""
        known = [track_id for track_id in track_ids if track_id in self._of]
        told: dict[str, Any] = {"type": "names", "snapshot": snapshot, "sensor_ids": self._sensor_ids}
        told["track_id"] = known
        rows = [self._of[track_id] for track_id in known]
        told |= {name: [row[i] for row in rows] for i, name in enumerate(self._columns)}
        return json.dumps(told, ensure_ascii=False, separators=(",", ":"))
