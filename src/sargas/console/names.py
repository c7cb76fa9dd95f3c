"""What tracks call themselves: sends a track's call sign, codes and sensors only when they change."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sargas.console.frame import Column
from sargas.console.messages import NamesSection
from sargas.model.columns import Int64
from sargas.model.tracks import Tracks


class SentNames:
    """Remember what was last sent of each track, as sorted columns, and pick the rows that differ."""

    def __init__(self) -> None:
        self._track_id: Int64 = np.zeros(0, np.int64)
        self._known: Column = np.zeros(0, _key_dtype(1))

    def changed(self, tracks: Tracks) -> Tracks:
        """Return the rows whose names differ from what was sent, and remember them as sent.

        ``tracks`` has ascending track ids, as the live picture gives them.
        """
        keys = _keys(tracks)
        known = _widened(self._known, keys.dtype)
        place = np.searchsorted(self._track_id, tracks.track_id)
        inside = np.minimum(place, max(len(self._track_id) - 1, 0))
        if len(self._track_id):
            found = self._track_id[inside] == tracks.track_id
            same = found & (known[inside] == keys)
        else:
            found = same = np.zeros(len(tracks), bool)
        known[inside[found]] = keys[found]
        self._known = known
        if not found.all():  # else, as nearly always, nothing is put in: a copy of all that is remembered
            self._track_id = np.insert(self._track_id, place[~found], tracks.track_id[~found])
            self._known = np.insert(known, place[~found], keys[~found])
        return tracks.take(~same)

    def forget(self, deleted: Int64) -> None:
        """Drop tracks that are no more."""
        if not len(deleted):
            return
        kept = ~np.isin(self._track_id, deleted)
        self._track_id, self._known = self._track_id[kept], self._known[kept]


def names_section(tracks: Tracks, *, snapshot: bool) -> NamesSection:
    """Convert rows to the text frame that names them."""
    # Built unchecked: every value is made here, and checking ten thousand rows would hold up the stream.
    return NamesSection.model_construct(
        snapshot=snapshot,
        sensor_ids=tracks.sensor_ids,
        track_id=tuple(tracks.track_id.tolist()),
        callsign=tuple(v.decode("ascii", "replace").strip() for v in tracks.callsign.tolist()),
        icao_address=tuple(f"{v:06x}" if v >= 0 else "" for v in tracks.icao_address.tolist()),
        mode_3a=tuple(f"{v:04o}" if v >= 0 else "" for v in tracks.mode_3a.tolist()),
        sensors=contributing_indices(tracks),
        network_id=tuple(v.decode("ascii", "replace") for v in tracks.network_id.tolist()),
    )


def contributing_indices(tracks: Tracks) -> tuple[tuple[int, ...], ...]:
    """Return, per row, the contributing sensors as indices; many rows share few combinations."""
    known: dict[tuple[int, ...], tuple[int, ...]] = {}
    rows = [tuple(words) for words in tracks.contributing.tolist()]
    for words in rows:
        if words not in known:
            known[words] = sensor_indices(words)
    return tuple(known[words] for words in rows)


def sensor_indices(words: Sequence[int]) -> tuple[int, ...]:
    """Return the set bits of a sensor mask as indices."""
    return tuple(64 * i + bit for i, word in enumerate(words) for bit in range(word.bit_length()) if word >> bit & 1)


def _key_dtype(words: int) -> np.dtype[np.void]:
    return np.dtype(
        [("callsign", "S8"), ("icao", "i4"), ("squawk", "i2"), ("network_id", "S16"), ("sensors", "u8", (words,))]
    )


def _keys(tracks: Tracks) -> Column:
    keys = np.zeros(len(tracks), _key_dtype(tracks.contributing.shape[1]))
    keys["callsign"], keys["icao"], keys["squawk"] = tracks.callsign, tracks.icao_address, tracks.mode_3a
    keys["sensors"], keys["network_id"] = tracks.contributing, tracks.network_id
    return keys


def _widened(known: Column, dtype: np.dtype[np.void]) -> Column:
    """Give remembered keys room for as many sensor words as there are now; a new sensor alone changes no key."""
    if known.dtype == dtype:
        return known
    wider = np.zeros(len(known), dtype)
    for name in ("callsign", "icao", "squawk", "network_id"):
        wider[name] = known[name]
    words = min(known["sensors"].shape[1], wider["sensors"].shape[1])
    wider["sensors"][:, :words] = known["sensors"][:, :words]
    return wider
