"""The tracker: owns the state, hands batches of plots to the kernels, gives back Tracks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from sargas.geo.enu import Frame
from sargas.model.columns import NS_PER_S, Bytes20, Int32, Int64, UInt64
from sargas.model.label import Label, most_restrictive
from sargas.model.plots import Plots
from sargas.model.records import Sensor
from sargas.model.track_labels import TrackLabels
from sargas.model.tracks import Tracks, TrackStatus
from sargas.sensors.registration import Registration
from sargas.sensors.registration_book import read_biases
from sargas.sensors.site import Sites
from sargas.tracking.continuity import MERGED, SPLIT, STITCHED
from sargas.tracking.ellipsoid import region_of
from sargas.tracking.life import advance_tracks, list_confirmed, release_dropped
from sargas.tracking.parameters import DEFAULT, Parameters, as_record
from sargas.tracking.quality import POSITION, VELOCITY, radius_95
from sargas.tracking.readout import OWN_TIME, allocate_columns, read_out
from sargas.tracking.scan import COUNT_NAMES, PlotRows, rows_of
from sargas.tracking.snapshot import dump_snapshot, load_snapshot
from sargas.tracking.state import EVENT_COUNT, EVENTS, FREE_TOP, HIGH_WATER, NEXT_NUMBER, NOW_NS, allocate, grow
from sargas.tracking.step import absorb
from sargas.tracking.support import Support, allocate_support, read_support
from sargas.tracking.workspace import TOUCHED, Workspace, allocate_workspace

HEARD_SCANS = 3.0
"""A sensor that has told us of no look for so many scans is not heard."""
LABELS = 64
"""Labels a tracker can tell apart; the last one stands for all further ones together."""
ENDED = 4096
"""Ended tracks, once firm, whose labels are kept: what is told of them later inherits from them."""
FIRST_CAPACITY = 1024
FIRST_PAIRS = 4096
BIAS_NAMES = ("range_m", "azimuth_deg", "elevation_deg", "time_s")


ChangeKind = Literal["stitched", "merged", "split"]
KINDS: dict[int, ChangeKind] = {STITCHED: "stitched", MERGED: "merged", SPLIT: "split"}


@dataclass(frozen=True, slots=True)
class TrackChange:
    """What happened between two numbers: ``kept`` goes on, ``other`` is seen no more; of a split ``other`` begins.

    ``gap_s``: of a stitched one, without plots between.
    """

    kind: ChangeKind
    kept: int
    other: int
    time_ns: int
    gap_s: float


class Tracker:
    """Turn plots into system tracks. Deterministic: the same calls give the same bits.

    ``origin`` is (latitude_deg, longitude_deg) of the region frame: a rigid east-north-up frame, exact at any
    distance. Track numbers rise from ``first_number`` and are never used twice. Batches are taken in order of arrival;
    nothing is sorted by time of validity.
    """

    def __init__(
        self,
        sensors: Sequence[Sensor],
        origin: tuple[float, float],
        parameters: Parameters = DEFAULT,
        *,
        first_number: int = 1,
    ) -> None:
        self.frame = Frame(origin[0], origin[1], 0.0)
        self.sites = Sites(sensors, self.frame)
        self.parameters = parameters
        self._par = as_record(parameters)
        self.region = region_of(self.frame)
        self.registration = Registration()
        self.registration.extend(self.sites.table)
        self._labels: list[Label] = []
        self._ended: dict[int, int] = {}
        self._ended_kinds: frozenset[int] = frozenset()
        self._label_of_bits: dict[int, Label] = {}
        self._ended_labels: TrackLabels | None = None
        """Made when it is asked for; none since the last track ended, or since there was a new label."""
        self._counts = np.zeros(TOUCHED + 1, np.int64)
        self._call = 0
        self._state = allocate(FIRST_CAPACITY, 1)
        self._state.registers[NEXT_NUMBER] = first_number
        self._space = allocate_workspace(FIRST_CAPACITY, 256, FIRST_PAIRS, self._counts, self.registration)

    @property
    def counts(self) -> dict[str, int]:
        """Count plots since the start by what became of them; see ``scan.COUNT_NAMES``."""
        return dict(zip(COUNT_NAMES, self._counts.tolist(), strict=False))

    @property
    def next_number(self) -> int:
        """Return the number that the next track will have: never given before."""
        return int(self._state.registers[NEXT_NUMBER])

    @property
    def now_ns(self) -> int:
        """Return the UTC ns that it has come to."""
        return int(self._state.registers[NOW_NS])

    def __len__(self) -> int:
        return int(self._state.registers[HIGH_WATER] - self._state.registers[FREE_TOP])

    def place(self, sensor_id: str, latitude_deg: float, longitude_deg: float, height_m: float) -> None:
        """Set where a sensor stands (WGS84 deg, m): from then on its polar plots can be used."""
        if self.sites.place(sensor_id, latitude_deg, longitude_deg, height_m):
            self.registration.extend(self.sites.table)
            self._space = self._workspace()

    def hear(self, sensor_id: str, time_ns: int) -> None:
        """Note that a sensor has looked by ``time_ns`` (UTC ns), as its north and sector messages say, plots or not."""
        index = int(self.sites.indices([sensor_id])[0])
        self.sites.table["heard_ns"][index] = max(int(self.sites.table["heard_ns"][index]), time_ns)

    def update(self, plots: Plots) -> Tracks:
        """Take a batch (a scan, a part of one, any positions) and return the tracks it touched, each at its own time.

        Tentative tracks are among them; ``status`` tells. What could not be used is counted by reason, never raised.
        """
        self.absorb(plots)
        return self._read(self.touched(), OWN_TIME, plots.label)

    def touched(self) -> Int32:
        """Return where the tracks are kept that the last batch touched; what is kept there changes as time passes."""
        return self._space.touched[: int(self._counts[TOUCHED])].copy()

    def read(self, slots: Int32) -> Tracks:
        """Return tracks kept there, each at its own time; ``slots``: of ``touched``, since time last passed."""
        return self._read(slots, OWN_TIME, None)

    def absorb(self, plots: Plots, rows: PlotRows | None = None, start: int = 0, stop: int | None = None) -> None:
        """Take rows ``start`` to ``stop`` of a batch without reading the tracks back.

        ``rows`` of an earlier call to ``rows_for`` saves laying out the same batch again.
        """
        rows = self.rows_for(plots) if rows is None else rows
        stop = len(plots) if stop is None else stop
        self._call += 1
        self._counts[TOUCHED] = 0
        self._make_room(stop - start)
        bit, sites = self._label_bit(plots.label), self.sites.table
        while start < stop:
            start = absorb(self._state, rows, start, stop, bit, self._call, sites, self.region, self._par, self._space)
            if start < stop:
                self._space = self._workspace(pairs=2 * len(self._space.found))

    def rows_for(self, plots: Plots) -> PlotRows:
        """Lay a batch out for ``absorb``."""
        return rows_of(plots, self.sites.indices(plots.sensor_ids))

    def advance(self, time_ns: int) -> Tracks:
        """Let time pass (a tick, UTC ns): return the tracks that begin to coast, recover or are dropped."""
        if self.registration.is_due(time_ns):
            self.registration.solve(time_ns, self.sites.table)
        changed = np.empty(len(self._state.book), np.int32)
        before = self._state.book["status"].copy()
        self._state.registers[NOW_NS] = max(self._state.registers[NOW_NS], time_ns)
        count = advance_tracks(
            self._state, time_ns, self.sites.table, self.region, self._par, self._space.work, changed
        )
        tracks = self._read(changed[:count], time_ns, None)
        self._note_ended(changed[:count][before[changed[:count]] != TrackStatus.TENTATIVE])
        release_dropped(self._state, changed, count)
        return tracks

    def events(self) -> list[TrackChange]:
        """Return, and forget, what has happened to track numbers since the last call, in order."""
        count = int(self._state.registers[EVENT_COUNT])
        first = max(count - EVENTS, 0)
        rows = [self._state.events[k % EVENTS] for k in range(first, count)]
        self._state.registers[EVENT_COUNT] = 0
        return [
            TrackChange(
                KINDS[row["kind"]], int(row["kept"]), int(row["other"]), int(row["time_ns"]), float(row["gap_s"])
            )
            for row in rows
        ]

    def report(self, time_ns: int) -> Tracks:
        """Return every confirmed or coasting track predicted to ``time_ns`` (UTC ns), by track number."""
        slots = np.empty(len(self._state.book), np.int32)
        count = list_confirmed(self._state, slots)
        return self._read(slots[:count], time_ns, None)

    def has(self, number: int) -> bool:
        """Say whether there is a confirmed or coasting track of this number."""
        slots = np.empty(len(self._state.book), np.int32)
        count = list_confirmed(self._state, slots)
        return bool((self._state.book["number"][slots[:count]] == number).any())

    def support(self, time_ns: int) -> Support:
        """Return who vouches for the place of every confirmed or coasting track at ``time_ns`` (UTC ns), by number."""
        slots = np.empty(len(self._state.book), np.int32)
        count = list_confirmed(self._state, slots)
        slots = slots[:count][np.argsort(self._state.book["number"][slots[:count]])]
        support = allocate_support(count)
        read_support(self._state, slots, count, time_ns, self.sites.table, support)
        return support

    def biases(self) -> dict[str, dict[str, float | bool]]:
        """Return the bias found of every radar with pairs, and its sigma: measured = true + bias.

        Keys ``range_m``, ``azimuth_deg``, ``elevation_deg``, ``time_s``, each also with ``sigma_`` before it;
        ``pairs``; ``walking`` while it walks off.
        """
        return {
            radar.sensor_id: dict(zip(BIAS_NAMES, radar.bias, strict=True))
            | {f"sigma_{name}": sigma for name, sigma in zip(BIAS_NAMES, radar.sigma, strict=True)}
            | {"pairs": float(radar.pairs), "walking": radar.is_walking}
            for radar in read_biases(self.registration, self.sites)
        }

    def snapshot(self) -> bytes:
        """Return the whole state as bytes; ``restore`` continues from it bit by bit."""
        return dump_snapshot(
            self._state,
            self._counts,
            self._call,
            tuple(self.sites.sensors),
            tuple(self._labels),
            self._ended,
            self.sites.table,
            self.registration,
        )

    def heard(self, time_ns: int) -> frozenset[str]:
        """Name the sensors that have looked within their last scans before ``time_ns`` (UTC ns), and told us of it."""
        table = self.sites.table
        silent_ns = time_ns - table["heard_ns"]
        fresh = silent_ns <= (HEARD_SCANS * NS_PER_S * table["scan_period_s"]).astype(np.int64)
        return frozenset(self.sites.ids[i] for i in np.flatnonzero(fresh).tolist())

    def restore(self, data: bytes) -> None:
        """Replace the whole state by a snapshot's, sensors included. Raises ValueError for bytes of another kind."""
        loaded = load_snapshot(data)
        self.sites = Sites(loaded.sensors, self.frame)
        self.sites.adopt(loaded.learned)
        self.registration = loaded.registration
        self._labels, self._ended = list(loaded.labels), loaded.ended
        self._ended_kinds, self._ended_labels = frozenset(self._ended.values()), None
        self._label_of_bits.clear()
        self._counts[:], self._call = loaded.counts, loaded.call
        self._state = loaded.state
        self._space = self._workspace()

    def _read(self, slots: Int32, time_ns: int, label: Label | None) -> Tracks:
        slots = slots[np.argsort(self._state.book["number"][slots])]
        columns = allocate_columns(len(slots), self._state.contributing.shape[1])
        read_out(self._state, slots, len(slots), time_ns, self.region, self._par, self._space.work, columns)
        named = columns._asdict() | {"callsign": columns.callsign.view("S8"), "uas_id": _texts(columns.uas_id)}
        bits: UInt64 = named.pop("labels")
        kinds, index = _kinds_of(bits)
        labels = [self._label_of(mask, label) for mask in kinds.tolist()]
        apart = None
        if len(self._ended_kinds.union(kinds.tolist())) > (1 if len(kinds) else 0):
            apart = TrackLabels(columns.track_id, index, tuple(labels), self._labels_of_ended())
        return Tracks.of(
            **named,
            position_95_m=radius_95(columns.covariance, POSITION),
            velocity_95_mps=radius_95(columns.covariance, VELOCITY),
            sensor_ids=self.sites.ids,
            label=most_restrictive(labels) if labels else label or Label(),
            track_labels=apart,
        )

    def _labels_of_ended(self) -> TrackLabels:
        """Return the labels of tracks that ended lately."""
        if self._ended_labels is not None:
            return self._ended_labels
        numbers, bits = np.array(list(self._ended), np.int64), np.array(list(self._ended.values()), np.uint64)
        order = np.argsort(numbers)
        kinds, index = _kinds_of(bits[order])
        labels = tuple(self._label_of(mask, None) for mask in kinds.tolist())
        self._ended_labels = TrackLabels(numbers[order], index, labels)
        return self._ended_labels

    def _note_ended(self, slots: Int32) -> None:
        """Keep the labels of tracks that were firm: nothing is told of others, and clutter makes hundreds a minute."""
        book = self._state.book[slots]
        gone = book[book["status"] == TrackStatus.DROPPED]
        if not len(gone):
            return
        self._ended_labels = None
        self._ended |= dict(zip(gone["number"].tolist(), gone["labels"].tolist(), strict=True))
        while len(self._ended) > ENDED:
            del self._ended[next(iter(self._ended))]
        self._ended_kinds = frozenset(self._ended.values())

    def _label_bit(self, label: Label) -> int:
        if label in self._labels:
            return self._labels.index(label)
        self._ended_labels = None
        self._label_of_bits.clear()
        if len(self._labels) < LABELS:
            self._labels.append(label)
            return len(self._labels) - 1
        self._labels[-1] = most_restrictive((self._labels[-1], label))
        return LABELS - 1

    def _label_of(self, bits: int, otherwise: Label | None) -> Label:
        if not bits:
            return otherwise or Label()
        known = self._label_of_bits.get(bits)
        if known is None:
            known = most_restrictive(label for i, label in enumerate(self._labels) if bits >> i & 1)
            self._label_of_bits[bits] = known
        return known

    def _make_room(self, plots: int) -> None:
        capacity, words = self._state.contributing.shape
        sensors = len(self.sites.sensors)
        need = int(self._state.registers[HIGH_WATER]) + plots
        if need > capacity or sensors > 64 * words:
            while capacity < need:
                capacity *= 2
            self._state = grow(self._state, capacity, max(words, -(-sensors // 64)))
        unknown = len(self.sites.table) > len(self.registration.index)
        if unknown:
            self.registration.extend(self.sites.table)
        if unknown or len(self._space.touched) < capacity or len(self._space.columns) < plots:
            self._space = self._workspace(plots=2 * plots)

    def _workspace(self, plots: int = 0, pairs: int = 0) -> Workspace:
        plots = max(plots, len(self._space.columns))
        pairs = max(pairs, len(self._space.found))
        return allocate_workspace(len(self._state.book), plots, pairs, self._counts, self.registration)


def _kinds_of(bits: UInt64) -> tuple[UInt64, Int64]:
    """Return the label masks there are, rising, and the index of each row's among them; usually all are one."""
    if len(bits) and (bits == bits[0]).all():
        return bits[:1], np.zeros(len(bits), np.int64)
    kinds, index = np.unique(bits, return_inverse=True)
    return kinds, index.astype(np.int64)


def _texts(words: Int64) -> Bytes20:
    """Read characters laid out as integers (n, 3)."""
    return np.ascontiguousarray(words).view("S24").reshape(len(words)).astype("S20")
