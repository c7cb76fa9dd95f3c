"""Which remote tracks are objects of ours: track-to-track association over reports, with hysteresis.

Pairs are remembered from tick to tick. A pair is joined when it is one object with p > 0.9 after three reports, and
parted when p < 0.3. Page: docs/track-fusion.md.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sargas.model.columns import Float64, Int64
from sargas.model.parts import pack, unpack
from sargas.model.rising import are_among
from sargas.model.saying import Said
from sargas.model.tracks import Tracks
from sargas.tracking.correlation_kernels import measure_pairs, nearest_rows
from sargas.tracking.likeness import compare_codes, marginals, score
from sargas.tracking.neighbour_bias import NeighbourBias, inflate
from sargas.tracking.remote import Moved, differences, move
from sargas.tracking.saying import say

MARK = b"SARGAS-PAIRS-1\n"
JOIN, PART = 0.9, 0.3
LEAST_REPORTS = 3
MEMORY = 10
"""Reports that the mean distance of a pair goes back over."""
DOUBTED = 0.2
"""Share of the newest report in the mean when it speaks against a joined pair: a wrong pair hides an object."""
WITHIN_M = 5_000.0
MARGIN_M, MARGIN_MPS, MARGIN_UP_M = 100.0, 3.0, 150.0
"""One sigma added to every comparison: bias of registration, of velocity, of height datums."""
MARGIN_S = 0.5
"""One sigma of the clocks against each other, as position along the flight."""
FAR = 100.0
"""Squared distance of a joined pair that is not among the near ones any more."""


class Pairs(NamedTuple):
    """Remembered pairs, sorted by remote then own number."""

    remote: Int64
    own: Int64
    reports: Int64
    distance: Float64
    """Mean squared distance over the last reports."""
    report_ns: Int64
    """Time of the last remote report that was compared."""
    inflation: Float64
    """How much larger than it says the remote covariance must be to explain the distances: 1 or more."""
    joined: Int64
    """1: one object."""
    probability: Float64
    """Of being one object, at the last tick."""

    def take(self, rows: Int64 | NDArray[np.bool_]) -> Pairs:
        """Select rows."""
        return Pairs._make(column[rows] for column in self)


@dataclass(frozen=True, slots=True)
class CorrelationChange:
    """A pair that was joined or parted."""

    joined: bool
    own: int
    remote: int
    reason: Said


class Correlation:
    """Correlate remote tracks with ours, tick by tick. Deterministic: rows may come in any order."""

    def __init__(self) -> None:
        self.pairs = _no_pairs()
        self.ours = np.zeros(0, np.int64)
        """Remote tracks that are objects of ours, rising, also where it is open which."""
        self._bias: dict[int, NeighbourBias] = {}

    def advance(self, own: Tracks, remote: Tracks, source: Int64, time_ns: int) -> tuple[CorrelationChange, ...]:
        """Compare all own tracks with all remote ones, both confirmed or coasting, at ``time_ns`` (UTC ns).

        ``own`` is predicted to ``time_ns``, ``remote`` stands as reported; ``source`` (remote,) numbers its sender. A
        track that is not among them is gone. Returns the pairs joined and parted, by remote number.
        """
        own = _sorted(own)
        order = np.argsort(remote.track_id, kind="stable")
        remote, source = remote.take(order), source[order]
        before, gone = self._present(own, remote)
        moved = move(remote, time_ns)
        known, rows = self._candidates(before, own, moved)
        pairs, changes = known, gone
        if len(known.own):
            difference, sender = differences(own.take(rows[0]), moved.take(rows[1])), source[rows[1]]
            pairs = self._compare(known, rows, own, remote, moved, sender, difference)
            changes = gone + _changes(known.joined == 1, pairs)
            self._learn(pairs, sender, difference)
        self.pairs = pairs.take((pairs.joined == 1) | (pairs.distance < FAR))
        self._find_ours()
        return tuple(sorted(changes, key=lambda change: (change.remote, change.joined, change.own)))

    def rename(self, old: int, new: int) -> None:
        """Carry the pairs of an own track over to the number that it goes on under (stitched, merged)."""
        taken = self.pairs.remote[self.pairs.own == new]
        moves = (self.pairs.own == old) & ~np.isin(self.pairs.remote, taken)
        pairs = self.pairs._replace(own=np.where(moves, np.int64(new), self.pairs.own))
        self.pairs = pairs.take(np.lexsort((pairs.own, pairs.remote)))

    def bias(self, source: int) -> NeighbourBias:
        """Return what is known of a sender's common errors."""
        return self._bias.get(source, NeighbourBias())

    def probably_ours(self) -> Int64:
        """Return the remote tracks that are, with the probability that joins, some object of ours, rising."""
        numbers, p, _ = _of_remote(self.pairs)
        return numbers[p > JOIN]

    def snapshot(self) -> bytes:
        """Return the whole state as bytes; equal states give equal bytes."""
        return pack(MARK, {"bias": [[k, *asdict(b).values()] for k, b in self._bias.items()]}, [*self.pairs, self.ours])

    def restore(self, data: bytes) -> None:
        """Go on from a snapshot. Raises ValueError for bytes that are none."""
        header, arrays = unpack(MARK, data, len(Pairs._fields) + 1)
        self.pairs, self.ours = Pairs._make(arrays[:-1]), arrays[-1]
        self._bias = {k: NeighbourBias(*values) for k, *values in header["bias"]}

    def _find_ours(self) -> None:
        """Find with the hysteresis of pairs whose objects are ours: of a close formation it is open which is which."""
        numbers, p, reports = _of_remote(self.pairs)
        begins = (p > JOIN) & (reports >= LEAST_REPORTS)
        stays = (p >= PART) & are_among(numbers, self.ours)
        self.ours = np.union1d(numbers[begins | stays], self.pairs.remote[self.pairs.joined == 1])

    def _present(self, own: Tracks, remote: Tracks) -> tuple[Pairs, list[CorrelationChange]]:
        """Drop pairs one of whose tracks is gone, and tell of those that were joined."""
        has_own, has_remote = are_among(self.pairs.own, own.track_id), are_among(self.pairs.remote, remote.track_id)
        lost = np.flatnonzero(~(has_own & has_remote) & (self.pairs.joined == 1)).tolist()
        gone = [
            CorrelationChange(
                False,
                int(self.pairs.own[k]),
                int(self.pairs.remote[k]),
                say("remote_ended" if has_own[k] else "own_ended"),
            )
            for k in lost
        ]
        return self.pairs.take(has_own & has_remote), gone

    def _candidates(self, before: Pairs, own: Tracks, remote: Moved) -> tuple[Pairs, tuple[Int64, Int64]]:
        """Join remembered pairs and near ones; return them with the rows of both tracks."""
        near = nearest_rows(own, remote.latitude_deg, remote.longitude_deg, WITHIN_M)
        j, k = np.nonzero(near >= 0)
        n = max(len(own), 1)
        codes = j * n + near[j, k]
        known = np.searchsorted(remote.track_id, before.remote) * n + np.searchsorted(own.track_id, before.own)
        every = np.union1d(codes, known[before.joined == 1])
        rows = every % n, every // n
        pairs = Pairs(
            remote.track_id[rows[1]], own.track_id[rows[0]], np.zeros(len(every), np.int64),
            np.zeros(len(every)), np.full(len(every), -1), np.ones(len(every)), np.zeros(len(every), np.int64),
            np.zeros(len(every)),
        )  # fmt: skip
        is_old = are_among(known, every)
        places = np.searchsorted(every, known[is_old])
        for column, old in zip(pairs[2:], before[2:], strict=True):
            column[places] = old[is_old]
        pairs.distance[~are_among(every, np.sort(codes))] = FAR
        return pairs, rows

    def _compare(
        self,
        pairs: Pairs,
        rows: tuple[Int64, Int64],
        own: Tracks,
        remote: Tracks,
        moved: Moved,
        sender: Int64,
        difference: Float64,
    ) -> Pairs:
        """Take the newest reports into the pairs; ``sender`` (n,) and ``difference`` (n, 6), as reported, of each."""
        ours, theirs, covariance = own.take(rows[0]), remote.take(rows[1]), moved.covariance[rows[1]]
        difference = self._without_offsets(difference, sender)
        distance, log_volume = measure(ours, covariance, self._inflations(sender), difference)
        is_far = pairs.distance == FAR
        distance[is_far] = FAR
        is_new = (theirs.time_ns > pairs.report_ns) | is_far
        reports = np.minimum(pairs.reports + is_new, MEMORY)
        is_hidden = are_among(pairs.remote, self.ours)
        least_step = np.where(is_hidden & (distance > pairs.distance), DOUBTED, 0.0)
        step = np.where(is_new, np.maximum(1.0 / np.maximum(reports, 1), least_step), 0.0)
        mean = pairs.distance + step * (np.minimum(distance, FAR) - pairs.distance)
        own_of_sender = sender * len(own) + rows[0]
        p = marginals(score(mean, log_volume) + compare_codes(ours, theirs), own_of_sender, rows[1])
        joined = np.where(pairs.joined == 1, p >= PART, (p > JOIN) & (reports >= LEAST_REPORTS))
        joined = _one_to_one(joined, p, own_of_sender, rows[1])
        inflation = inflate(pairs.inflation, difference, ours.covariance, covariance, is_new & (p > PART))
        report_ns = np.maximum(pairs.report_ns, theirs.time_ns)
        return pairs._replace(
            reports=reports, distance=mean, report_ns=report_ns, inflation=inflation, joined=joined.astype(np.int64),
            probability=p,
        )  # fmt: skip

    def _inflations(self, sender: Int64) -> Float64:
        return np.array([self.bias(number).inflation for number in range(int(sender.max()) + 1)])[sender]

    def _without_offsets(self, difference: Float64, sender: Int64) -> Float64:
        found = difference.copy()
        for number, bias in self._bias.items():
            found[sender == number, :2] -= bias.offset_m
        return found

    def _learn(self, pairs: Pairs, sender: Int64, difference: Float64) -> None:
        """Learn from the joined pairs of each sender what its tracks have in common."""
        for number in range(int(sender.max()) + 1):
            mine = (pairs.joined == 1) & (sender == number)
            if mine.any():
                self._bias[number] = self.bias(number).learn(difference[mine, :2], pairs.inflation[mine])


def measure(own: Tracks, covariance: Float64, scale: Float64, difference: Float64) -> tuple[Float64, Float64]:
    """Return dᵀ S⁻¹ d and ln det S of n pairs, S with the margins for what no covariance says.

    ``covariance`` (n, 21) of the remote tracks, times ``scale`` (n,); ``difference`` (n, 6), remote less own.
    """
    distance, log_volume = np.empty(len(own)), np.empty(len(own))
    margin_m = np.hypot(MARGIN_M, MARGIN_S * np.hypot(own.velocity_east_mps, own.velocity_north_mps))
    measure_pairs(
        difference, own.covariance, covariance, scale, margin_m, MARGIN_MPS, MARGIN_UP_M, distance, log_volume
    )
    return distance, log_volume


def _one_to_one(
    joined: NDArray[np.bool_], p: Float64, rows: NDArray[np.intp], columns: NDArray[np.intp]
) -> NDArray[np.bool_]:
    """Keep of several joined pairs of one track the most probable; p sums to 1 at most, so conflicts are rare."""
    chosen = np.flatnonzero(joined)
    if max(np.bincount(rows[chosen], minlength=1).max(), np.bincount(columns[chosen], minlength=1).max()) <= 1:
        return joined
    chosen = chosen[np.lexsort((chosen, -p[chosen]))]
    _, first_row = np.unique(rows[chosen], return_index=True)
    chosen = chosen[np.sort(first_row)]
    _, first_column = np.unique(columns[chosen], return_index=True)
    kept = np.zeros(len(joined), np.bool_)
    kept[chosen[first_column]] = True
    return kept


def _of_remote(pairs: Pairs) -> tuple[Int64, Float64, Int64]:
    """Return the remote numbers, rising, with the probability of being any own track and the most reports of a pair."""
    numbers, start = np.unique(pairs.remote, return_index=True)
    if not len(numbers):
        return numbers, np.zeros(0), np.zeros(0, np.int64)
    return numbers, np.add.reduceat(pairs.probability, start), np.maximum.reduceat(pairs.reports, start)


def _changes(was_joined: NDArray[np.bool_], pairs: Pairs) -> list[CorrelationChange]:
    changes = []
    for k in np.flatnonzero((pairs.joined == 1) & ~was_joined).tolist():
        reason = say("one_object", reports=pairs.reports[k], sigmas=np.sqrt(pairs.distance[k]))
        changes.append(CorrelationChange(True, int(pairs.own[k]), int(pairs.remote[k]), reason))
    for k in np.flatnonzero((pairs.joined == 0) & was_joined).tolist():
        changes.append(CorrelationChange(False, int(pairs.own[k]), int(pairs.remote[k]), say("fly_apart")))
    return changes


def _sorted(tracks: Tracks) -> Tracks:
    if bool((tracks.track_id[1:] > tracks.track_id[:-1]).all()):
        return tracks
    return tracks.take(np.argsort(tracks.track_id, kind="stable"))


def _no_pairs() -> Pairs:
    whole, real = np.zeros(0, np.int64), np.zeros(0)
    return Pairs(whole, whole, whole, real, whole, real, whole, real)
