"""Navigation integrity within the picture: reports are watched, doubtful ones kept from the tracks, events told.

A claimed place is never silenced: it is drawn as a track as long as no radar sees the aircraft. Where one does, a claim
that cannot be true, that the radar contradicts or that knows no limit of its own error (NIC 0) is not fused.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from sargas.identification.gnss import GnssEvent
from sargas.identification.gnss_watch import GnssWatch
from sargas.identification.parallel_tracks import ParallelTracks
from sargas.identification.residuals import Disagreement, Residuals
from sargas.model.columns import NO_CODE, NS_PER_S, Int64
from sargas.model.label import Label, most_restrictive
from sargas.model.parts import Part, pack, unpack
from sargas.model.plots import Plots
from sargas.model.records import Configuration, GnssInterference
from sargas.model.rising import are_among
from sargas.model.saying import Said
from sargas.model.tracks import Tracks
from sargas.picture.integrity_records import IntegrityRecords
from sargas.sensors.site import Sites
from sargas.tracking.tracker import Tracker

MARK = b"SARGAS-INTEGRITY-1\n"
COMPARE_EVERY_NS = 2 * NS_PER_S
RADAR_LASTS_NS = 30 * NS_PER_S
"""A radar sees an aircraft that it, or a track of it that radar is in, has reported so recently."""
ALONE_FOR_NS = 120 * NS_PER_S
"""A track that died down to its claims takes them again for so long."""
KNOWN_LABELS = 64
RADARS = ("radar-3d", "radar-2d")
INDEPENDENT = "wam"
"""Kind of sensor whose positions are measured on the ground: no claims."""


class Integrity:
    """Know which claims of place are not to be trusted. Deterministic."""

    def __init__(self, configuration: Configuration) -> None:
        self.watch = GnssWatch()
        self.residuals = Residuals(self.watch.table)
        self._parallel = ParallelTracks()
        self._records = IntegrityRecords(configuration)
        self._found: list[GnssEvent] = []
        """Changes since the last tick, told with it."""
        self._independent = frozenset(one.id for one in configuration.sensors if one.kind == INDEPENDENT)
        self._label = configuration.label
        self._known = list[Label]()
        """Labels that are in ``_label``, each the object that sources use again and again."""
        self._compared_ns = 0
        self._is_seen = np.zeros(0, np.bool_)
        """Of each aircraft, as of the last comparison: whether a radar sees it, and whether it contradicts it."""
        self._is_elsewhere = np.zeros(0, np.bool_)
        self._alone_ns = dict[int, int]()
        self._dropped = set[int]()

    def take(self, plots: Plots, tracker: Tracker) -> Plots:
        """Watch a batch; return it without the claims that may not be fused."""
        named = plots.icao_address != NO_CODE
        if not named.any():
            return plots
        is_claim = named & np.isfinite(plots.latitude_deg) & np.isfinite(plots.longitude_deg)
        is_claim &= np.isnan(plots.azimuth_deg)
        if not self._independent.isdisjoint(plots.sensor_ids):
            is_claim &= ~np.isin(
                plots.sensor, [k for k, one in enumerate(plots.sensor_ids) if one in self._independent]
            )
        if is_claim.any():
            self._take_label(plots.label)
            self._found += self.watch.update(plots if is_claim.all() else plots.take(is_claim))
        self.residuals.update(plots, is_claim, tracker.sites, tracker.region)
        return self._without_doubtful(plots, is_claim) if is_claim.any() else plots

    def tick(
        self, time_ns: int, tracks: Tracks, tracker: Tracker, label_of: Callable[[str], Label]
    ) -> tuple[GnssInterference, ...]:
        """Let time pass: return what is to be told at ``time_ns`` (UTC ns). ``tracks``: all that stand.

        ``label_of``: of what a sensor reports.
        """
        events, self._found = self._found, []
        apart = list[Disagreement]()
        if time_ns - self._compared_ns >= COMPARE_EVERY_NS:
            self._compared_ns = time_ns
            apart = self.residuals.advance(time_ns, tracker.sites)
            self._look_around(time_ns, tracks, tracker.sites)
        told = self._records.of_aircraft(events, apart, tracks, time_ns, self._label, label_of)
        if self.watch.is_due(time_ns):
            _, ended = self.watch.advance(time_ns)
            beside = self._parallel.advance(tracks, tracker.sites, time_ns)
            told += self._records.of_aircraft(ended, beside, tracks, time_ns, self._label, label_of)
            told += self._records.of_cells(self.watch, time_ns, self._label)
            if self.watch.renumbered is not None:
                self._keep(self.watch.renumbered)
        return tuple(told)

    def go_on_from(self, before: Integrity, time_ns: int) -> list[GnssInterference]:
        """Begin anew after a part that failed; returns the end of what it had told."""
        return before._records.end_all(time_ns)

    def snapshot(self) -> bytes:
        """Return the whole state as bytes; equal states give equal bytes."""
        header = {
            "found": [[e.kind, e.icao_address, e.start_ns, e.found_ns, e.end_ns, e.why] for e in self._found],
            "label": self._label.model_dump(mode="json"),
            "compared_ns": self._compared_ns,
            "alone_ns": list(self._alone_ns.items()),
            "dropped": sorted(self._dropped),
        }
        return pack(MARK, header, [*(part.snapshot() for part in self._parts()), self._is_seen, self._is_elsewhere])

    def restore(self, data: bytes) -> None:
        """Go on from a snapshot. Raises ValueError for bytes that are none."""
        header, arrays = unpack(MARK, data, 6)
        for part, state in zip(self._parts(), arrays, strict=False):
            part.restore(state.tobytes())
        self._is_seen, self._is_elsewhere = arrays[4], arrays[5]
        self._found = [
            GnssEvent(kind, address, start_ns, found_ns, end_ns, Said(*why))
            for kind, address, start_ns, found_ns, end_ns, why in header["found"]
        ]
        self._label = Label.model_validate(header["label"])
        self._compared_ns = header["compared_ns"]
        self._alone_ns, self._dropped = dict(header["alone_ns"]), set(header["dropped"])

    def _take_label(self, label: Label) -> None:
        if not any(label is known for known in self._known):
            self._label = most_restrictive((self._label, label))
            self._known = [*self._known[1 - KNOWN_LABELS :], label]

    def _parts(self) -> tuple[Part, ...]:
        return self.watch, self.residuals, self._parallel, self._records

    def _without_doubtful(self, plots: Plots, is_claim: NDArray[np.bool_]) -> Plots:
        rows = np.flatnonzero(is_claim)
        numbers = self.watch.table.find(plots.icao_address[rows])
        known = numbers < len(self._is_seen)
        known &= numbers >= 0
        at = np.where(known, numbers, 0)
        if not len(self._is_seen):
            return plots
        spoofed = self.watch.monitor.fleet["spoofed"][np.maximum(numbers, 0)] != 0
        doubtful = spoofed | self._is_elsewhere[at] | (plots.nic[rows] == 0)
        dropped = known & self._is_seen[at] & doubtful
        if not dropped.any():
            return plots
        self._dropped.update(plots.icao_address[rows[dropped]].tolist())
        stays = np.ones(len(plots), np.bool_)
        stays[rows[dropped]] = False
        return plots.take(stays)

    def _look_around(self, time_ns: int, tracks: Tracks, sites: Sites) -> None:
        """Find which aircraft radar sees, by name or in a track, and which it sees elsewhere."""
        table = self.watch.table
        self._is_seen = self.residuals.seen_by_radar(time_ns)
        named = tracks.take((tracks.icao_address != NO_CODE) & _has_radar(tracks, sites))
        age_ns = time_ns - named.update_time_ns
        for address in named.icao_address[age_ns > RADAR_LASTS_NS].tolist():
            if address in self._dropped:
                self._alone_ns[address] = time_ns
        self._dropped.clear()
        self._alone_ns = {a: since for a, since in self._alone_ns.items() if time_ns - since < ALONE_FOR_NS}
        alone = np.array(sorted(self._alone_ns), np.int64)
        in_tracks = named.icao_address[(age_ns <= RADAR_LASTS_NS) & ~are_among(named.icao_address, alone)]
        numbers = table.find(in_tracks)
        self._is_seen[numbers[numbers >= 0]] = True
        self._is_elsewhere = are_among(table.addresses, self.residuals.disagreeing())

    def _keep(self, rows: Int64) -> None:
        self.residuals.keep(rows)
        inside = rows[rows < len(self._is_seen)]
        self._is_seen, self._is_elsewhere = self._is_seen[inside], self._is_elsewhere[inside]


def _has_radar(tracks: Tracks, sites: Sites) -> NDArray[np.bool_]:
    """Say which tracks a radar has ever been in."""
    kinds = {sensor.id: sensor.kind for sensor in sites.sensors}
    found = np.zeros(len(tracks), np.bool_)
    for i, name in enumerate(tracks.sensor_ids):
        if kinds.get(name) in RADARS:
            found |= (tracks.contributing[:, i // 64] >> np.uint64(i % 64) & np.uint64(1)) != 0
    return found
