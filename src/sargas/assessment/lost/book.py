"""All lost tracks of a node: opened when a watched track stops being seen, kept, told, ended; at ticks."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from sargas.assessment.lost.case import LostCase, open_case
from sargas.assessment.lost.lookers import LookerBook
from sargas.assessment.lost.particles import copied
from sargas.assessment.lost.reappearance import WORTH_TELLING, match_new_track
from sargas.assessment.lost.sightings import ReportLikelihood
from sargas.assessment.lost.telling import End, interval_ns, tell
from sargas.assessment.lost.watch import Watch
from sargas.geo.plane import RegionPlane
from sargas.model.columns import NO_CODE, NS_PER_S, Float64, Int64
from sargas.model.label import Label, most_restrictive
from sargas.model.lost_records import LostTrack, MayBe
from sargas.model.parts import pack, unpack
from sargas.model.records import HumanReport
from sargas.model.rising import are_among
from sargas.model.saying import Said
from sargas.model.tracks import Tracks
from sargas.sensors.site import Sites

MARK = b"SARGAS-LOST-4\n"
MOST_CASES = 20
TELL_AFTER_NS = 10 * NS_PER_S
"""A track silent for less may only have faded; then its case, if it has one, is not told."""
OPEN_AFTER_NS = 8 * NS_PER_S
"""One that coasts for less has no case: most of them are seen again at once. What is dropped has one at once."""
WATCHED_NS = 20 * NS_PER_S
"""A track followed for less is not missed: most of them are clutter."""
LAST_NS = 45 * 60 * NS_PER_S
IS_NEWER = 0.9


@dataclass(slots=True)
class LostBook:
    """Keep the watched tracks and the open cases."""

    node: str
    label: Label
    plane: RegionPlane
    lookers: LookerBook
    watch: Watch = field(default_factory=Watch)
    cases: dict[int, LostCase] = field(default_factory=dict)
    """By track id, in order of opening."""
    told: dict[int, LostTrack] = field(default_factory=dict)
    """What was last told of those cases that were told."""
    out_of_order: set[str] = field(default_factory=set)
    """Sensors that said of themselves not to be used."""
    known: Int64 = field(default_factory=lambda: np.zeros(0, np.int64))
    """Tracks of the last tick, ascending."""
    said: Mapping[int, Label] = field(default_factory=dict)
    """Of watched tracks of the last tick: label of what else than their plots is said of them."""
    label_of: Callable[[str], Label] | None = None
    """Label of what a sensor reports, as of this tick; no state."""

    @classmethod
    def of(cls, node: str, label: Label, plane: RegionPlane) -> LostBook:
        """Start with nothing lost."""
        return cls(node, label, plane, LookerBook(plane))

    def hear_status(self, sensor_id: str, operational: bool | None) -> None:
        """Note that a sensor is out of order, or well again; none says neither."""
        if operational is False:
            self.out_of_order.add(sensor_id)
        elif operational:
            self.out_of_order.discard(sensor_id)

    def report(self, likelihood: ReportLikelihood, times_ns: Int64, label: Label) -> int:
        """Weigh a person's plot into every open case that it may be about; return into how many.

        ``times_ns`` (UTC ns): when it may have been noticed, equally likely.
        """
        for case in self.cases.values():
            for one in filter(None, (case, case.without)):
                one.weigh_in(likelihood, self.plane, times_ns, label)
        return len(self.cases)

    def hear_report(self, report: HumanReport) -> None:
        """Weigh a person's report, or its correction, into every open case; take it back when it is withdrawn."""
        for case in self.cases.values():
            if report.state == "withdrawn":
                case.take_back(report.report_id, self.plane)
            else:
                case.hear(report, self.plane)

    def tick(
        self,
        tracks: Tracks,
        watched: Int64,
        armed: Float64,
        sites: Sites,
        renamed: Mapping[int, int],
        time_ns: int,
        said: Mapping[int, Label] | None = None,
        label_of: Callable[[str], Label] | None = None,
    ) -> tuple[LostTrack, ...]:
        """Let a second pass: ``tracks`` are all own ones by number, ``watched`` those that would be missed, ascending,
        with their probability of a warhead; ``renamed``: numbers that go on under another one; ``said``: labels of what
        else than their plots is said of watched ones; ``label_of``: of what a sensor reports, so of what it does not.
        """
        self.label_of = label_of or self.label_of
        lost = self._newly_lost(tracks, renamed, time_ns)
        told: list[LostTrack] = []
        if self.cases or len(lost):
            self.lookers.refresh(sites, time_ns, self.out_of_order)
            heard_ns = sites.table["heard_ns"]
            told += self._end_found(tracks, renamed, sites, time_ns)
            missed, ended = self._make_room(lost, sites, time_ns)
            told += ended
            for row in missed:
                label = self._label(tracks, int(self.watch.track_id[row]))
                names = self._names(sites.ids, label)
                case = open_case(self.watch, row, names, self.lookers, label, heard_ns, time_ns)
                self.cases[case.track_id] = case
            for case in self.cases.values():
                if time_ns - case.moved_ns >= case.step_ns():
                    case.advance(self.lookers, heard_ns, time_ns)
            self._match(tracks)
            told += self._tell_due(sites, time_ns)
        if len(watched) or len(self.watch):
            rows = np.flatnonzero(are_among(tracks.track_id, watched))
            of_watched = armed[np.searchsorted(watched, tracks.track_id[rows])] if len(rows) else np.zeros(0)
            self.watch = self.watch.refreshed(tracks, rows, of_watched, time_ns)
        self.known, self.said = tracks.track_id, said or {}
        return tuple(told)

    def go_on_from(self, before: LostBook, time_ns: int) -> list[LostTrack]:
        """Begin anew after a book that failed; returns the end of its cases, as they were last told."""
        self.out_of_order = before.out_of_order
        changed = {"state": "ended", "end": "begun_anew", "time_ns": time_ns, "ended_ns": time_ns}
        return [
            told.model_copy(update={**changed, "id": f"{told.lost_id}/{time_ns}/ended"})
            for told in before.told.values()
        ]

    def snapshot(self) -> bytes:
        """Return the state as bytes; equal states give equal bytes."""
        cases = [one for case in self.cases.values() for one in (case, case.without) if one is not None]
        plain = [_plain(case) for case in cases]
        told = [one.model_dump(mode="json") for one in self.told.values()]
        said = [[number, label.model_dump(mode="json")] for number, label in self.said.items()]
        header = {"cases": plain, "told": told, "out_of_order": sorted(self.out_of_order), "said": said}
        arrays: list[np.ndarray[tuple[int, ...], np.dtype[np.generic]] | bytes] = [self.known, self.watch.snapshot()]
        for case in cases:
            arrays += [case.particles, case.streams, case.state, case.able, case.counted_ns]
        return pack(MARK, header, arrays)

    def restore(self, data: bytes) -> None:
        """Go on from a snapshot. Raises ValueError for bytes that are none."""
        header, arrays = unpack(MARK, data)
        self.known, self.watch = arrays[0], Watch.restored(arrays[1].tobytes())
        self.out_of_order = set(header["out_of_order"])
        self.said = {number: Label.model_validate(label) for number, label in header["said"]}
        told = [LostTrack.model_validate_json(json.dumps(one)) for one in header["told"]]
        self.told = {one.track_id: one for one in told}
        self.cases = {}
        for k, plain in enumerate(header["cases"]):
            particles, streams, state, able, counted = arrays[2 + 5 * k : 7 + 5 * k]
            said = [HumanReport.model_validate(one) for one in plain.pop("said")]
            plain["label"] = Label.model_validate(plain["label"])
            plain["limits"] = [Said(*one) for one in plain["limits"]]
            plain["may_be"] = [MayBe.model_validate(one) for one in plain["may_be"]]
            case = LostCase(
                **plain, particles=copied(particles), streams=streams, state=state, able=able,
                counted_ns=counted, said={one.report_id: one for one in said},
            )  # fmt: skip
            with_reports = self.cases.setdefault(case.track_id, case)
            if with_reports is not case:  # what follows a case is the same without what may be taken back
                with_reports.without = case

    def _label(self, tracks: Tracks, track_id: int) -> Label:
        said = self.said.get(track_id)
        return most_restrictive((tracks.label_of(track_id), self.label, *(() if said is None else (said,))))

    def _names(self, sensor_ids: tuple[str, ...], label: Label) -> tuple[str, ...]:
        """Return names of sensors as they may stand under a label; of those that may not be named nothing."""
        label_of = self.label_of
        if label_of is None:
            return sensor_ids
        both = [most_restrictive((label, label_of(name))) for name in sensor_ids]
        return tuple(name if _is_for(label) == _is_for(one) else "" for name, one in zip(sensor_ids, both, strict=True))

    def _newly_lost(self, tracks: Tracks, renamed: Mapping[int, int], time_ns: int) -> list[int]:
        """Return the rows of the watch that coast now, or are no more."""
        if not len(self.watch):
            return []
        seen = tracks.track_id[tracks.is_confirmed]
        gone = ~are_among(self.watch.track_id, seen) & (time_ns - self.watch.since_ns >= WATCHED_NS)
        gone &= ~are_among(self.watch.track_id, tracks.track_id) | (time_ns - self.watch.update_ns >= OPEN_AFTER_NS)
        rows = np.flatnonzero(gone).tolist()
        return [
            row for row in rows
            if (number := int(self.watch.track_id[row])) not in self.cases and number not in renamed
        ]  # fmt: skip

    def _end_found(self, tracks: Tracks, renamed: Mapping[int, int], sites: Sites, time_ns: int) -> list[LostTrack]:
        """End the cases whose track is seen again, under its number or another one, and those too old."""
        if not self.cases:
            return []
        numbers = np.array(list(self.cases), np.int64)
        seen = are_among(numbers, tracks.track_id[tracks.is_confirmed])
        ended: list[LostTrack] = []
        for (track_id, case), is_seen in zip(list(self.cases.items()), seen.tolist(), strict=True):
            end: End = ""
            if is_seen or track_id in renamed:
                end = "seen_again"
            elif case.may_be and max(one.probability for one in case.may_be) >= IS_NEWER:
                end = "is_newer_track"
            elif time_ns - case.last_plot_ns > LAST_NS:
                end = "too_long_ago"
            if end:
                ended += self._end(case, end, sites, time_ns)
        return ended

    def _make_room(self, lost: list[int], sites: Sites, time_ns: int) -> tuple[list[int], list[LostTrack]]:
        """Choose whom of the newly lost there is room for (rows of the watch): the least dangerous, of those the
        oldest, have none, and their cases end.
        """
        over = len(self.cases) + len(lost) - MOST_CASES
        if over <= 0:
            return lost, []
        armed, update_ns = np.nan_to_num(self.watch.armed), self.watch.update_ns
        found = [(float(armed[row]), int(update_ns[row]), False, int(self.watch.track_id[row])) for row in lost]
        found += [(case.armed or 0.0, case.last_plot_ns, True, case.track_id) for case in self.cases.values()]
        passed_over = {track_id for *_, track_id in sorted(found)[:over]}
        told = list[LostTrack]()
        for case in [case for case in self.cases.values() if case.track_id in passed_over]:
            self.watch.since_ns[self.watch.track_id == case.track_id] = time_ns  # what still coasts is not lost at once
            told += self._end(case, "too_many", sites, time_ns)
        return [row for row in lost if int(self.watch.track_id[row]) not in passed_over], told

    def _end(self, case: LostCase, end: End, sites: Sites, time_ns: int) -> list[LostTrack]:
        del self.cases[case.track_id]
        told = [self._tell(case, sites, time_ns, end)] if case.told_ns else []
        self.told.pop(case.track_id, None)
        return told

    def _match(self, tracks: Tracks) -> None:
        """Ask of every track that was not there a second ago whether it may be one of the lost."""
        if not len(tracks) or not self.cases:
            return
        new = np.flatnonzero(
            ~are_among(tracks.track_id, self.known) & tracks.is_confirmed & (tracks.icao_address == NO_CODE)
        )
        cases = list(self.cases.values())
        for row in new.tolist():
            track_id = int(tracks.track_id[row])
            for case, share in zip(cases, match_new_track(cases, tracks, row, self.plane).tolist(), strict=True):
                if share >= WORTH_TELLING and track_id != case.track_id:
                    case.may_be.append(MayBe(track_id=track_id, probability=round(share, 3)))
                    case.is_news = True

    def _tell_due(self, sites: Sites, time_ns: int) -> list[LostTrack]:
        told = []
        for case in self.cases.values():
            is_due = time_ns - case.told_ns >= interval_ns(case.elapsed_s(time_ns))
            if time_ns - case.last_plot_ns >= TELL_AFTER_NS and (is_due or case.is_news):
                case.told_ns, case.is_news = time_ns, False
                told.append(self._tell(case, sites, time_ns))
        return told

    def _tell(self, case: LostCase, sites: Sites, time_ns: int, end: End = "") -> LostTrack:
        looked = [] if self.label_of is None else [self.label_of(sites.ids[k]) for k in case.looked]
        label = most_restrictive((case.label, *looked))  # where it is not follows from who looked and is named
        told = tell(case, self.lookers.rows, self.plane, sites.ids, self.node, label, time_ns, end)
        self.told[case.track_id] = told
        return told


def _is_for(label: Label) -> tuple[object, ...]:
    return label.classification, label.releasable_to, label.caveats


def _plain(case: LostCase) -> dict[str, object]:
    """Return what of a case is no array."""
    names = (
        "track_id", "armed", "seen_ns", "last_plot_ns", "speed_sigma_mps", "ground_m", "moved_ns", "opened_ns",
        "looked", "reports", "told_ns", "is_news", "limits", "thinned",
    )  # fmt: skip
    kept: dict[str, object] = {name: getattr(case, name) for name in names}
    kept["label"] = case.label.model_dump(mode="json")
    kept["said"] = [one.model_dump(mode="json") for one in case.said.values()]
    kept["may_be"] = [one.model_dump() for one in case.may_be]
    return kept
