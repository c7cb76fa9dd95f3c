"""All reports of people that still say something: what each means, what they add up to, and what tracks hear of it.

Reports are taken as they come and judged at ticks: at once, and again for five minutes, since a track may be seen
later than people saw it. Pure and deterministic; a part of a snapshot. Page: docs/human-reports.md.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any, NamedTuple

import numpy as np

from sargas.geo.plane import RegionPlane
from sargas.identification.reports.field import Field, observed_ns
from sargas.identification.reports.likelihood import REACH_M, offsets
from sargas.identification.reports.meaning import Meaning, find_meaning
from sargas.identification.reports.past_places import PastPlaces
from sargas.identification.reports.reliability import UNSEEN, Reliability, voice_of
from sargas.identification.reports.sighting_records import REGION_NS, Told, describe, end_anew, tell_sighting
from sargas.identification.reports.sightings import LIFE_NS, Held, add_up, belongs, expires_ns, newest_of_each_voice
from sargas.identification.reports.watch import Watch
from sargas.identification.saying import say
from sargas.model.columns import NS_PER_S, Float64
from sargas.model.label import Label, most_restrictive
from sargas.model.parts import pack, unpack
from sargas.model.records import Configuration, Decision, HumanReport, Sighting
from sargas.model.saying import Said
from sargas.model.tracks import CLASSES, Tracks

MARK = b"SARGAS-REPORTS-4\n"
MEANT = 0.5
"""Share from which on a report is of a track."""
BORNE_OUT = 0.8
"""Share from which on a firm track bears a report out."""
LEAST_SHARE = 0.05
"""Below it a track hears nothing of a report."""
AGAIN_NS, AGAIN_UNTIL_NS = 10 * NS_PER_S, 300 * NS_PER_S
MOST_A_TICK = 25
"""Reports judged in one tick; in a flood the others wait their turn."""
LESS_EACH_VOICE = 0.7
"""Weight of each further voice about one track: people hear of each other."""


class Evidence(NamedTuple):
    """What all reports together say of the class of a track: log-odds (classes,), when it was noticed, and words."""

    track_id: int
    time_ns: int
    log_odds: Float64
    words: tuple[Said, ...]


class Outcome(NamedTuple):
    """What a tick led to."""

    sightings: tuple[Sighting, ...]
    evidence: tuple[Evidence, ...]
    borne_out: tuple[tuple[HumanReport, int, float], ...]
    """Reports that a firm track bears out now for the first time, with the track and its share."""
    taken_back: tuple[str, ...] = ()
    """Reports, by id, that a track bore out and that were corrected, withdrawn or refuted since."""


@dataclass(slots=True)
class Judged:
    """What one report was last found to mean."""

    time_ns: int
    odds: float
    """Of an untracked object against nothing."""
    tracks: dict[int, tuple[float, list[float]]]
    """Share and log-odds of the classes, by track."""
    is_borne_out: bool = False

    def best(self) -> tuple[int, float]:
        """Return the likeliest track and its share; -1 and 0: none."""
        track_id = max(self.tracks, key=lambda number: self.tracks[number][0], default=-1)
        return track_id, self.tracks[track_id][0] if track_id >= 0 else 0.0


@dataclass(slots=True)
class ReportBook:
    """Keep reports, what they mean, sightings and how far each person is believed."""

    node: str
    label: Label
    past: PastPlaces
    watch: Watch
    reliability: Reliability = field(default_factory=Reliability)
    reports: dict[str, HumanReport] = field(default_factory=dict)
    waiting: dict[str, None] = field(default_factory=dict)
    judged: dict[str, Judged] = field(default_factory=dict)
    held: dict[str, Held] = field(default_factory=dict)
    number: int = 0
    """Of the last sighting."""
    counted: dict[str, int] = field(default_factory=dict)
    """When (UTC ns) a track bore a report out for its person, by id: a correction does not count again."""
    stale: dict[int, None] = field(default_factory=dict)
    """Tracks that a report spoke of which was taken back since the last tick."""
    labels: dict[str, Label] = field(default_factory=dict)
    """Strictest of all tracks that a sighting ever named, by sighting."""
    taken_back: dict[str, None] = field(default_factory=dict)
    shown: dict[str, Sighting] = field(default_factory=dict)
    """By id: sightings that have not ended, as they were last told."""
    _places: dict[str, tuple[float, Field] | None] = field(default_factory=dict)
    """Where the objects of sightings may be, worked out once a tick; no state."""

    @classmethod
    def of(cls, configuration: Configuration, plane: RegionPlane) -> ReportBook:
        """Start with nothing reported."""
        past, watch = PastPlaces(plane), Watch.of(configuration.sensors)
        return cls(configuration.node, configuration.label, past, watch)

    def go_on_from(self, before: ReportBook, time_ns: int) -> list[Sighting]:
        """Begin anew after a part that failed, with how far each person is believed; numbers go on.

        Returns the end of the sightings it had told; what reports said of tracks is taken back at the next tick.
        """
        self.reliability, self.counted, self.number = before.reliability, before.counted, before.number
        self.stale = before.stale | {number: None for one in before.judged.values() for number in one.tracks}
        borne_out = {name: None for name, one in before.judged.items() if one.is_borne_out}
        self.taken_back = before.taken_back | borne_out
        return [end_anew(sighting, time_ns) for sighting in before.shown.values()]

    def take(self, report: HumanReport) -> None:
        """Take a report, its correction or its withdrawal; it is judged at the next tick."""
        self._take_back(report.report_id)
        for held in self.held.values():
            if report.state == "withdrawn" or len(held.report_ids) > 1:
                held.report_ids = [one for one in held.report_ids if one != report.report_id]
        if report.state == "withdrawn":
            self.reports.pop(report.report_id, None)
            self.waiting.pop(report.report_id, None)
            return
        self.reports[report.report_id] = report
        self.waiting[report.report_id] = None

    def decide(self, decision: Decision) -> None:
        """Apply a person's word on a sighting: approved it is confirmed, refused it is refuted and ends."""
        held = self.held.get(decision.subject)
        if held is None or held.verdict or decision.action not in ("approve", "refuse"):
            return
        held.verdict = "confirmed" if decision.action == "approve" else "refuted"
        for report in newest_of_each_voice(self._reports_of(held)):
            known = self.judged.get(report.report_id)
            if held.verdict == "refuted":
                self.reliability.refute(report)
            elif report.report_id not in self.counted and (known is None or not known.is_borne_out):
                self.reliability.bear_out(report)

    def tick(self, tracks: Tracks, time_ns: int) -> Outcome:
        """Judge what is new or due; ``tracks``: all own confirmed and coasting ones by number, with their classes."""
        self.past.note(tracks, time_ns)
        self._places = {}
        ended = self._end(tracks, time_ns)
        touched, taken_back = set(self.stale), tuple(self.taken_back)
        self.stale, self.taken_back = {}, {}
        if not self.reports and not self.held and not touched:
            return Outcome(ended, (), ())
        due, borne_out = self._due(time_ns), list[tuple[HumanReport, int, float]]()
        live = set(tracks.track_id.tolist())
        for report in due:
            before = self.judged.get(report.report_id)
            now = self._judge(report, tracks, time_ns)
            touched |= set(now.tracks) | set(before.tracks if before else ())
            self._place(report, now)
            track_id, share = now.best()
            if share >= BORNE_OUT and track_id in live and not now.is_borne_out:
                now.is_borne_out = True
                if self._is_first_of_its_voice(report, track_id):
                    if report.report_id not in self.counted:
                        self.reliability.bear_out(report)
                    self.counted[report.report_id] = time_ns
                    borne_out.append((report, track_id, share))
        evidence = tuple(self._evidence(track_id) for track_id in sorted(touched & live))
        names = {report.report_id for report in due}
        news = [one for one in self.held.values() if _is_news(one, names, time_ns)]
        told = [self._tell(held, time_ns) for held in news]
        sightings = (*ended, *(self._labelled(one, tracks) for one in told if one is not None))
        self.shown |= {one.sighting_id: one for one in sightings if one.state != "ended"}
        return Outcome(sightings, evidence, tuple(borne_out), taken_back)

    def snapshot(self) -> bytes:
        """Return the whole state as bytes; equal states give equal bytes."""
        header = {
            "reports": [report.model_dump(mode="json") for report in self.reports.values()],
            "waiting": list(self.waiting),
            "judged": [[name, asdict(known)] for name, known in self.judged.items()],
            "held": [asdict(held) for held in self.held.values()],
            "history": [[name, *counts] for name, counts in self.reliability.history.items()],
            "changed": [[name, label.model_dump(mode="json")] for name, label in self.reliability.changed.items()],
            "number": self.number,
            "counted": list(self.counted.items()),
            "labels": [[name, label.model_dump(mode="json")] for name, label in self.labels.items()],
            "stale": list(self.stale),
            "taken_back": list(self.taken_back),
            "shown": [sighting.model_dump(mode="json") for sighting in self.shown.values()],
        }
        return pack(MARK, header, [self.past.snapshot()])

    def restore(self, data: bytes) -> None:
        """Go on from a snapshot. Raises ValueError for bytes that are none."""
        header, (past,) = unpack(MARK, data, 1)
        self.past.restore(past.tobytes())
        reports = [HumanReport.model_validate(row) for row in header["reports"]]
        self.reports = {report.report_id: report for report in reports}
        self.waiting = dict.fromkeys(header["waiting"])
        self.judged = {name: _judged_of(known) for name, known in header["judged"]}
        self.held = {row["sighting_id"]: Held(**row | {"told": tuple(row["told"])}) for row in header["held"]}
        self.reliability.history = {name: (right, wrong) for name, right, wrong in header["history"]}
        self.reliability.changed = {name: Label.model_validate(label) for name, label in header["changed"]}
        self.number, self.counted = header["number"], dict(header["counted"])
        shown = [Sighting.model_validate_json(json.dumps(row)) for row in header["shown"]]
        self.shown = {sighting.sighting_id: sighting for sighting in shown}
        self.labels = {name: Label.model_validate(label) for name, label in header["labels"]}
        self.stale, self.taken_back = dict.fromkeys(header["stale"]), dict.fromkeys(header["taken_back"])

    def _due(self, time_ns: int) -> list[HumanReport]:
        """Take new reports first, then those judged longest ago that may mean a track seen since."""
        new = list(self.waiting)[:MOST_A_TICK]
        for name in new:
            del self.waiting[name]
        again = [
            name
            for name, known in self.judged.items()
            if time_ns - known.time_ns >= AGAIN_NS and time_ns - self.reports[name].time_ns <= AGAIN_UNTIL_NS
        ]
        again.sort(key=lambda name: self.judged[name].time_ns)
        return [self.reports[name] for name in (*new, *again[: MOST_A_TICK - len(new)])]

    def _judge(self, report: HumanReport, tracks: Tracks, time_ns: int) -> Judged:
        reliability = self.reliability.of(report)
        meaning = find_meaning(report, self.past, tracks.track_id, tracks.class_probabilities, reliability)
        before = self.judged.get(report.report_id)
        odds = meaning.untracked / max(meaning.nothing, 1e-12)
        known = Judged(time_ns, odds, _by_track(meaning), before.is_borne_out if before else False)
        self.judged[report.report_id] = known
        return known

    def _place(self, report: HumanReport, known: Judged) -> None:
        """Put a report into the sighting of the track it means, else of the object it may be of."""
        track_id, share = known.best()
        home = next((one for one in self.held.values() if report.report_id in one.report_ids), None)
        if share >= MEANT:
            wanted = self._of_track(track_id, home)
        elif home is not None and home.track_id < 0:
            return
        else:
            wanted = self._matching(report)
        if wanted is not home:
            if home is not None:
                home.report_ids.remove(report.report_id)
            wanted.report_ids.append(report.report_id)

    def _of_track(self, track_id: int, home: Held | None) -> Held:
        """Return the sighting of a track: the one there is, else that of its first report, else a new one."""
        known = next((one for one in self.held.values() if one.track_id == track_id), None)
        if known is not None:
            return known
        found = home if home is not None and home.track_id < 0 and len(home.report_ids) == 1 else self._begin()
        found.track_id = track_id
        return found

    def _begin(self) -> Held:
        self.number += 1
        begun = Held(f"{self.node}/sighting/{self.number}")
        self.held[begun.sighting_id] = begun
        return begun

    def _matching(self, report: HumanReport) -> Held:
        """Find the open sighting without a track that a report is of, or begin one."""
        for held in self.held.values():
            if held.track_id < 0 and held.verdict != "refuted" and self._is_near(report, held):
                if held.sighting_id not in self._places:
                    self._places[held.sighting_id] = self._added_up(held)
                found = self._places[held.sighting_id]
                if found is not None and belongs(report, found[1]):
                    return held
        return self._begin()

    def _is_near(self, report: HumanReport, held: Held) -> bool:
        """Say whether two people could have noticed one object: else its place need not be worked out."""
        other = next(iter(self._reports_of(held)), None)
        if other is None:
            return False
        at = offsets(other, report.latitude_deg, report.longitude_deg)
        return float(np.hypot(at.east_m, at.north_m)) < 2.0 * REACH_M

    def _added_up(self, held: Held) -> tuple[float, Field] | None:
        voices = newest_of_each_voice([one for one in self._reports_of(held) if one.report_id in self.judged])
        if not voices:
            return None
        believed = {one.report_id: self.reliability.of(one) for one in voices}
        return add_up(voices, believed, {one.report_id: self.judged[one.report_id].odds for one in voices})

    def _reports_of(self, held: Held) -> list[HumanReport]:
        return [self.reports[name] for name in held.report_ids if name in self.reports]

    def _is_first_of_its_voice(self, report: HumanReport, track_id: int) -> bool:
        """Say whether no other report of the same voice was borne out by this track already."""
        held = next(one for one in self.held.values() if one.track_id == track_id)
        others = [one for one in self._reports_of(held) if one.report_id != report.report_id]
        return not any(
            voice_of(one) == voice_of(report) and self.judged[one.report_id].is_borne_out
            for one in others
            if one.report_id in self.judged
        )

    def _evidence(self, track_id: int) -> Evidence:
        """Join what all voices say of a track: each counts once, the stronger more."""
        meant = [one for name, one in self.reports.items() if track_id in self._tracks_of(name)]
        voices = newest_of_each_voice(meant)
        rows = [(one, *self._tracks_of(one.report_id)[track_id]) for one in voices]
        rows.sort(key=lambda row: (-float(np.ptp(row[2])), row[0].report_id))
        joined = np.zeros(len(CLASSES))
        for rank, (_, _, log_odds) in enumerate(rows):
            joined += LESS_EACH_VOICE**rank * np.array(log_odds)
        newest = max((observed_ns(one) for one in voices), default=0)
        return Evidence(track_id, newest, joined, tuple(_words(one, share) for one, share, _ in rows[:2]))

    def _tracks_of(self, report_id: str) -> dict[int, tuple[float, list[float]]]:
        return self.judged[report_id].tracks if report_id in self.judged else {}

    def _tell(self, held: Held, time_ns: int) -> Sighting | None:
        """Tell a sighting anew where it changed, and now and then because where it may be grows."""
        reports = [one for one in self._reports_of(held) if one.report_id in self.judged]
        if not reports:
            return None
        shares = {one.report_id: self.judged[one.report_id] for one in reports}
        found = self._added_up(held) if held.track_id < 0 else None
        best = max((known.best()[1] for known in shares.values()), default=0.0)
        probability = best if held.track_id >= 0 else found[0] if found else 0.0
        told = Told(self.node, self.label, time_ns, reports, shares, self.reliability, probability, found)
        return tell_sighting(held, told)

    def _labelled(self, sighting: Sighting, tracks: Tracks) -> Sighting:
        """Give a sighting the label of the tracks that it names, or once named: only who may see them may know."""
        name = sighting.sighting_id
        if sighting.track_ids:
            known = self.labels.get(name)
            named = tracks.label_of(*sighting.track_ids)
            self.labels[name] = named if known is None else most_restrictive((known, named))
        if name not in self.labels:
            return sighting
        return sighting.model_copy(update={"label": most_restrictive((sighting.label, self.labels[name]))})

    def _end(self, tracks: Tracks, time_ns: int) -> tuple[Sighting, ...]:
        """End sightings that are over, and forget reports that say nothing any more."""
        told = []
        for held in [one for one in self.held.values() if self._is_over(one, time_ns)]:
            del self.held[held.sighting_id]
            self.shown.pop(held.sighting_id, None)
            reports = self._reports_of(held)
            if held.track_id < 0 and not held.verdict and reports:
                for report in newest_of_each_voice(reports):
                    if self.watch.looks_at(report):
                        self.reliability.refute(report, UNSEEN)
            for report in reports:
                if held.verdict == "refuted":
                    self._take_back(report.report_id)
                self._forget(report.report_id)
            if held.told[0]:
                known = Told(self.node, self.label, time_ns, reports, {}, self.reliability, held.told[1], None)
                told.append(tell_sighting(held, known, ended=True))
        for name in [n for n, one in self.reports.items() if observed_ns(one) + LIFE_NS + AGAIN_UNTIL_NS < time_ns]:
            self._forget(name)
        since_ns = time_ns - LIFE_NS - AGAIN_UNTIL_NS
        self.counted = {name: told_ns for name, told_ns in self.counted.items() if told_ns >= since_ns}
        over = tuple(self._labelled(one, tracks) for one in told if one is not None)
        self.labels = {name: label for name, label in self.labels.items() if name in self.held}
        return over

    def _is_over(self, held: Held, time_ns: int) -> bool:
        reports = self._reports_of(held)
        is_late = (
            bool(reports) and expires_ns(reports) <= time_ns and not any(n in self.waiting for n in held.report_ids)
        )
        return not reports or held.verdict == "refuted" or is_late

    def _take_back(self, report_id: str) -> None:
        """Let what a report said so far be unsaid; that its person still says so in another report stands."""
        known = self.judged.pop(report_id, None)
        if known is None:
            return
        self.stale |= dict.fromkeys(known.tracks)
        voice = voice_of(self.reports[report_id])
        others = [one for name, one in self.judged.items() if voice_of(self.reports[name]) == voice]
        if known.is_borne_out and not any(one.is_borne_out for one in others):
            self.taken_back[report_id] = None

    def _forget(self, report_id: str) -> None:
        self.reports.pop(report_id, None)
        self.judged.pop(report_id, None)
        self.waiting.pop(report_id, None)


def _is_news(held: Held, judged: set[str], time_ns: int) -> bool:
    """Say whether anything about a sighting may have changed: its reports, a person's word, the region with time."""
    is_wide = held.track_id < 0 and time_ns - held.told[3] >= REGION_NS
    return is_wide or bool(held.verdict) or not judged.isdisjoint(held.report_ids)


def _by_track(meaning: Meaning) -> dict[int, tuple[float, list[float]]]:
    rows = np.flatnonzero(meaning.share >= LEAST_SHARE).tolist()
    return {int(meaning.track_id[k]): (float(meaning.share[k]), meaning.evidence[k].tolist()) for k in rows}


def _judged_of(values: dict[str, Any]) -> Judged:
    tracks = {int(number): (share, odds) for number, (share, odds) in values["tracks"].items()}
    return Judged(values["time_ns"], values["odds"], tracks, values["is_borne_out"])


def _words(report: HumanReport, share: float) -> Said:
    return say("sure", words=describe(report), share=share)
