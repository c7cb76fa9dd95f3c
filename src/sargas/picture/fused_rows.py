"""Rows of tracks with what partners' tracks of the same objects add to them. Page: docs/track-fusion.md."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sargas.model.columns import NO_CODE, NS_PER_S, Float64, Int64
from sargas.model.label import most_restrictive
from sargas.model.rising import are_among
from sargas.model.tracks import ECHO_COLUMNS, EXCHANGE_SCHEMA, Tracks
from sargas.picture.partner_tracks import PartnerTracks
from sargas.tracking.correlation import measure
from sargas.tracking.fusion import Fused
from sargas.tracking.quality import VELOCITY, radius_95
from sargas.tracking.remote import DIAGONAL, differences, metres_per_degree, move

STALE_NS = 15 * NS_PER_S
"""A partner's report further than this from the time of the row is not fused."""
DISAGREE = 20.5
"""Squared distance, 99.9 % of five numbers, beyond which a pair is not fused though it is still joined."""
DOUBT = 2.0
"""Share of the inflation found that is applied: errors that both tracks have in common hide about half of it."""


class Joined(NamedTuple):
    """Pairs that are one object, sorted by the first track's number, then the second's."""

    own: Int64
    remote: Int64
    sender: Int64
    """Number of the second track's partner."""
    inflation: Float64

    def take(self, rows: Int64 | NDArray[np.bool_]) -> Joined:
        """Select rows."""
        return Joined._make(column[rows] for column in self)

    @classmethod
    def none(cls) -> Joined:
        """Return no pairs."""
        return cls(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0))

    @classmethod
    def of(cls, parts: Sequence[Joined]) -> Joined:
        """Join and sort."""
        whole = cls._make(np.concatenate(columns) for columns in zip(cls.none(), *parts, strict=True))
        return whole.take(np.lexsort((whole.remote, whole.own)))


class Addition(NamedTuple):
    """How the tracks of one partner are fused into rows."""

    joined: Joined
    offset_m: Float64
    """(2,) Taken off the partner's positions, east and north."""
    inflation: float
    """Of all of its covariances; that of the pair counts where it is larger."""
    fuse: Callable[[Float64, Float64, Float64], Fused]
    node: str | None
    """Tracks that this node is behind add nothing; None: what either track holds of the other's sensors decides."""


def add_partners(own: Tracks, partners: PartnerTracks, additions: dict[int, Addition]) -> tuple[Tracks, ...]:
    """Fuse partners' tracks into rows one partner after the other; one batch for each set of labels."""
    labels, label_of = [own.label], np.zeros(len(own), np.int64)
    for sender, addition in additions.items():
        own, added, remote = _add(own, partners, sender, addition)
        index, theirs = partners.labels_of(sender, remote)
        before = label_of[added]
        for place, other in sorted(set(zip(before.tolist(), index.tolist(), strict=True))):
            label_of[added[(before == place) & (index == other)]] = len(labels)
            labels.append(most_restrictive((labels[place], theirs[other])))
    return tuple(
        replace(own.take(label_of == k), label=labels[k], track_labels=None) for k in np.unique(label_of).tolist()
    )


def _add(own: Tracks, partners: PartnerTracks, sender: int, addition: Addition) -> tuple[Tracks, Int64, Int64]:
    """Fuse in the tracks of one partner; return all rows, which of them gained, and by which of its tracks."""
    joined = addition.joined
    rows = np.flatnonzero(are_among(own.track_id, joined.own))
    joined = joined.take(np.searchsorted(joined.own, own.track_id[rows]))
    there = partners.has(sender, joined.remote)
    rows, joined = rows[there], joined.take(there)
    remote = partners.find(sender, joined.remote)
    usable = np.abs(own.time_ns[rows] - remote.time_ns) <= STALE_NS
    if addition.node is not None:
        usable &= partners.contains(sender, joined.remote, addition.node) == 0
    rows, joined, remote = rows[usable], joined.take(usable), remote.take(usable)
    if not len(rows):
        return own, rows, rows
    ours, moved = own.take(rows), move(remote, own.time_ns[rows])
    difference = differences(ours, moved)
    difference[:, :2] -= addition.offset_m
    doubt = 1.0 + DOUBT * (np.maximum(joined.inflation, addition.inflation) - 1.0)
    agree = measure(ours, moved.covariance, doubt, difference)[0] < DISAGREE
    rows, ours, remote, difference = rows[agree], ours.take(agree), remote.take(agree), difference[agree]
    theirs = (moved.covariance * doubt[:, None])[agree]
    fused = addition.fuse(difference, ours.covariance, theirs)
    if addition.node is None:
        fused = _choose_superset(fused, ours, remote, difference, theirs)
    return _apply(own, rows, remote, fused.shift, fused.covariance), rows, remote.track_id


def _choose_superset(fused: Fused, first: Tracks, second: Tracks, difference: Float64, theirs: Float64) -> Fused:
    """Take of two tracks the one with all sensors of the other, as it is: the other has nothing to add to it."""
    names = zip(first.contributing_sensor_ids(), second.contributing_sensor_ids(), strict=True)
    for row, (ours, others) in enumerate(names):
        if others and set(others) <= set(ours):
            fused.shift[row], fused.covariance[row] = 0.0, first.covariance[row]
        elif ours and set(ours) < set(others):
            fused.shift[row], fused.covariance[row] = difference[row], theirs[row]
    return fused


def _apply(own: Tracks, rows: Int64, remote: Tracks, shift: Float64, covariance: Float64) -> Tracks:
    """Write fused states into rows of a batch, with the sensors and the codes that the partner adds."""
    columns = {name: getattr(own, name).copy() for name in _CHANGED}
    north_m, east_m = metres_per_degree(own.latitude_deg[rows])
    steps = (shift[:, 1] / north_m, shift[:, 0] / east_m, *(shift[:, k] for k in range(2, 6)))
    for name, step in zip(_STATE, (steps[0], steps[1], *steps[2:]), strict=True):
        columns[name][rows] += step
    columns["covariance"][rows] = covariance
    is_known = np.isfinite(covariance[:, DIAGONAL[0]])
    columns["position_95_m"][rows] = np.where(is_known, radius_95(covariance), np.nan)
    columns["velocity_95_mps"][rows] = np.where(is_known, radius_95(covariance, VELOCITY), np.nan)
    newest = np.minimum(remote.update_time_ns, own.time_ns[rows])
    columns["update_time_ns"][rows] = np.maximum(columns["update_time_ns"][rows], newest)
    for name in ("icao_address", "mode_3a"):
        ours = columns[name][rows]
        columns[name][rows] = np.where(ours == NO_CODE, getattr(remote, name), ours)
    for name in ("callsign", "uas_id"):
        names = columns[name][rows]
        columns[name][rows] = np.where(names == b"", getattr(remote, name), names)
    for name in ECHO_COLUMNS:
        ours = columns[name][rows]
        columns[name][rows] = np.where(np.isnan(ours), getattr(remote, name), ours)
    contributing, sensor_ids = _join_sensors(own, rows, remote)
    return replace(own, **columns, contributing=contributing, sensor_ids=sensor_ids)


_STATE = tuple(EXCHANGE_SCHEMA.names[2:])
_CHANGED = (
    *_STATE, "covariance", "position_95_m", "velocity_95_mps", "update_time_ns", "icao_address", "mode_3a", "callsign",
    "uas_id", *ECHO_COLUMNS,
)  # fmt: skip


def _join_sensors(own: Tracks, rows: Int64, remote: Tracks) -> tuple[np.ndarray, tuple[str, ...]]:
    """Add the sensors behind remote tracks to rows of a batch."""
    bits = [remote.contributing[:, i // 64] >> np.uint64(i % 64) & np.uint64(1) for i in range(len(remote.sensor_ids))]
    present = [i for i, column in enumerate(bits) if column.any()]
    names = list(dict.fromkeys((*own.sensor_ids, *(remote.sensor_ids[i] for i in present))))
    masks = np.zeros((len(own), max(1, -(-len(names) // 64))), np.uint64)
    masks[:, : own.contributing.shape[1]] = own.contributing[:, : masks.shape[1]]
    for i in present:
        place = names.index(remote.sensor_ids[i])
        masks[rows, place // 64] |= bits[i] << np.uint64(place % 64)
    return masks, tuple(names)
