"""Which tracks of different partners are one object: each partner's against those of the partners heard before it.

Of each object one track leads: the one of the partner first heard. The others follow it and are told with it.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sargas.model.columns import Float64, Int64
from sargas.model.parts import pack, unpack
from sargas.model.tracks import Tracks
from sargas.picture.fused_rows import Joined
from sargas.tracking.correlation import JOIN, Correlation, CorrelationChange
from sargas.tracking.neighbour_bias import NeighbourBias
from sargas.tracking.remote import metres_per_degree, predict

MARK = b"SARGAS-BETWEEN-1\n"


class PartnerPairs:
    """Correlate partners' tracks with each other, tick by tick. A partner that is alone costs nothing."""

    def __init__(self) -> None:
        self.of_sender = dict[int, Correlation]()
        self.joined = Joined.none()
        """Tracks that lead (``own``) and that follow (``remote``)."""

    @property
    def following(self) -> Int64:
        """Tracks that are told with another one, also where it is open with which, rising."""
        return np.unique(np.concatenate([np.zeros(0, np.int64), *(c.ours for c in self.of_sender.values())]))

    def advance(self, remote: Tracks, sender: Int64, offset_m: Float64, time_ns: int) -> list[CorrelationChange]:
        """Compare all partners' tracks, as reported, at ``time_ns`` (UTC ns).

        ``sender`` (n,) numbers their partners; ``offset_m`` (senders, 2): east and north offset of each as compared
        with our own tracks, taken off here.
        """
        if len(np.unique(sender)) < 2 and not self.of_sender:
            return []
        remote = _without_offset(remote, offset_m[sender])
        leads, changes, joined = sender == 0, list[CorrelationChange](), list[Joined]()
        predicted = _without_gaps(predict(remote, time_ns))
        for k in range(1, len(offset_m)):
            mine = np.flatnonzero(sender == k)
            correlation = self.of_sender.setdefault(k, Correlation())
            changes += correlation.advance(predicted.take(leads), remote.take(mine), sender[mine] * 0, time_ns)
            leads[mine] = ~np.isin(remote.track_id[mine], correlation.ours)
            pairs = correlation.pairs.take(correlation.pairs.joined == 1)
            joined.append(Joined(pairs.own, pairs.remote, np.full(len(pairs.own), k), pairs.inflation))
        self.joined = Joined.of(joined)
        return changes

    def probable(self, told: Int64) -> Int64:
        """Return the tracks that probably are another's object and should wait: not those that are told (rising)."""
        found = [np.zeros(0, np.int64)]
        for correlation in self.of_sender.values():
            pairs = correlation.pairs.take(correlation.pairs.probability > JOIN)
            found += [correlation.probably_ours(), pairs.own[np.isin(pairs.remote, told)]]
        return np.setdiff1d(np.concatenate(found), told)

    def hand_over(self, gone: int) -> int | None:
        """Let the first of those that follow an ended track lead the others; return it."""
        heirs = np.flatnonzero(self.joined.own == gone)
        if not len(heirs):
            return None
        heir = int(self.joined.remote[heirs[np.argmin(self.joined.sender[heirs])]])
        for correlation in self.of_sender.values():
            correlation.rename(gone, heir)
        own = np.where(self.joined.own == gone, heir, self.joined.own)
        self.joined = Joined.of([self.joined._replace(own=own).take(self.joined.remote != heir)])
        return heir

    def forget(self, ended: Int64) -> None:
        """Leave out tracks that followed and ended."""
        if len(ended):
            self.joined = self.joined.take(~np.isin(self.joined.remote, ended))

    def snapshot(self) -> bytes:
        """Return the whole state as bytes; equal states give equal bytes."""
        parts = [correlation.snapshot() for correlation in self.of_sender.values()]
        return pack(MARK, {"senders": list(self.of_sender)}, [*self.joined, *parts])

    def restore(self, data: bytes) -> None:
        """Go on from a snapshot. Raises ValueError for bytes that are none."""
        header, arrays = unpack(MARK, data)
        self.joined, parts = Joined._make(arrays[: len(Joined._fields)]), arrays[len(Joined._fields) :]
        self.of_sender = {}
        for sender, part in zip(header["senders"], parts, strict=True):
            self.of_sender[sender] = Correlation()
            self.of_sender[sender].restore(part.tobytes())

    def bias(self, sender: int) -> NeighbourBias:
        """Return what is left of a partner's common errors against those before it."""
        correlation = self.of_sender.get(sender)
        return NeighbourBias() if correlation is None else correlation.bias(0)


def _without_offset(tracks: Tracks, offset_m: Float64) -> Tracks:
    if not offset_m.any():
        return tracks
    north_m, east_m = metres_per_degree(tracks.latitude_deg)
    return replace(
        tracks,
        latitude_deg=tracks.latitude_deg - offset_m[:, 1] / north_m,
        longitude_deg=tracks.longitude_deg - offset_m[:, 0] / east_m,
    )


def _without_gaps(tracks: Tracks) -> Tracks:
    """Write 0 for values that a partner does not give: their variance says nothing."""
    names = ("altitude_m", "velocity_east_mps", "velocity_north_mps", "velocity_up_mps")
    columns: dict[str, Float64] = {name: np.nan_to_num(getattr(tracks, name), nan=0.0) for name in names}
    return replace(tracks, **columns)  # type: ignore[arg-type]
