"""Zone-entry alerts: who came into a zone, and who is about to. Rules: docs/alerts.md.

A pure state machine: tracks and time in, alerts out; the same calls give the same alerts. The geometry of all tracks
is compiled; Python runs only over the few pairs of track and zone that are an alert or become one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass, field
from math import hypot
from typing import Any, Self

import numpy as np

from sargas.assessment.alert_book import ActiveAlerts, AlertBook, in_order
from sargas.assessment.alert_course import OFF_DELAY_NS, Cause, Key, Place, Tier
from sargas.assessment.alert_entry import AGAIN_M, AGAIN_NS
from sargas.assessment.alert_entry import Place as LastPlace
from sargas.assessment.reasons import describe_track, ground_speed_mps, is_cooperative
from sargas.assessment.saying import say
from sargas.assessment.track_memory import TrackMemory
from sargas.assessment.track_view import Bool, Pairs, TrackView, columns
from sargas.geo.plane import RegionPlane
from sargas.geo.zones import ZoneIndex
from sargas.model.columns import NS_PER_S, Int32, Int64, PlotFlag
from sargas.model.label import Label, most_restrictive
from sargas.model.records import Alert, Zone
from sargas.model.rising import are_among
from sargas.model.saying import Said
from sargas.model.tracks import Tracks, TrackStatus

PREDICTION_S = 180.0
"""How far ahead a straight flight is looked at."""
SILENCE_NS = 600 * NS_PER_S
"""A track that nothing was heard of for so long is forgotten, and its alerts end."""
NOT_REAL = np.uint16(PlotFlag.SIMULATED | PlotFlag.TEST | PlotFlag.FIELD_MONITOR)
EXERCISE = "EXERCISE"
COOPERATIVE_LOWERS = ("border",)
"""Kinds of zone whose entry by a cooperative airliner is an advisory, not critical."""


@dataclass(slots=True)
class ZoneEntry:
    """Raise, update and end the alerts of all tracks and zones."""

    index: ZoneIndex
    protected: ZoneIndex
    """The zones of kind protected, for prediction."""
    zone_of_protected: Int32
    """(p,) index among all zones."""
    border_of_zone: Int32
    """(z,) column among the zones of kind border; -1: another kind."""
    node: Label
    exercise: bool
    memory: TrackMemory
    book: AlertBook
    likelihood: dict[tuple[int, str], float] = field(default_factory=dict)
    """Probability of entry by track and zone id, where a forecast says it; whoever forecasts sets it."""
    came_in: list[tuple[str, LastPlace]] = field(default_factory=list)
    """By zone id: where tracks of an earlier run were last that had come in."""

    @classmethod
    def of(cls, zones: Sequence[Zone], plane: RegionPlane, *, node: Label, exercise: bool) -> Self:
        """Start with no track known.

        ``node`` is the label of what this node makes; its originator names the node. With ``exercise`` simulated and
        test tracks alert too, marked EXERCISE; without it they never do. Raises ValueError as ``ZoneIndex.of`` does.
        """
        is_border = np.array([zone.kind == "border" for zone in zones], np.bool_)
        is_protected = np.array([zone.kind == "protected" for zone in zones], np.bool_)
        return cls(
            index=ZoneIndex.of(zones, plane),
            protected=ZoneIndex.of([zone for zone in zones if zone.kind == "protected"], plane),
            zone_of_protected=np.flatnonzero(is_protected).astype(np.int32),
            border_of_zone=np.where(is_border, np.cumsum(is_border) - 1, -1).astype(np.int32),
            node=node,
            exercise=exercise,
            memory=TrackMemory.none(int(is_border.sum())),
            book=AlertBook(node.originator, {zone.id: i for i, zone in enumerate(zones)}),
        )

    def assess(self, tracks: Tracks, time_ns: int, doubted: frozenset[int] = frozenset()) -> tuple[Alert, ...]:
        """Return the alerts that are new or changed, by alert_id; ``time_ns`` is UTC now (update or tick).

        ``doubted``: tracks whose own word is doubtful; it lowers no alert of theirs.
        ``tracks`` are those touched since the last call, or all; of several rows of one track the last counts. Only a
        confirmed track raises an alert. A coasting one keeps its alerts, a dropped one ends them.
        """
        changes = self._look_at(_one_row_a_track(tracks), time_ns, doubted) if len(tracks) else []
        changes += self._end_left(time_ns)
        silent = self.memory.silent_since(time_ns - SILENCE_NS)
        changes += self._end_tracks(silent, time_ns, "ended_silent", seconds=SILENCE_NS // NS_PER_S)
        self.book.forget_closed(time_ns)
        return in_order(changes)

    def expect(self, zone_id: str, place: LastPlace) -> None:
        """Hold who appears near to where a track of an earlier run would be for one that came into the zone."""
        self.came_in.append((zone_id, place))

    def active(self) -> tuple[Alert, ...]:
        """List the alerts that have not ended, by alert_id."""
        return self.book.active()

    def snapshot(self) -> bytes:
        """Return the state as JSON, the same bytes for the same state; zones and settings are not in it."""
        borders = [zone.id for zone in self.index.zones if zone.kind == "border"]
        came_in = [[zone_id, astuple(place)] for zone_id, place in self.came_in]
        state = {
            "borders": borders, "memory": self.memory.to_lists(), "book": self.book.to_lists(), "came_in": came_in
        }  # fmt: skip
        return json.dumps(state, sort_keys=True, separators=(",", ":")).encode()

    def restore(self, snapshot: bytes) -> None:
        """Take over the state of a snapshot, also of one made with other zones: alerts of zones gone then end."""
        state = json.loads(snapshot)
        column = {zone_id: i for i, zone_id in enumerate(state["borders"])}
        borders = [column.get(zone.id) for zone in self.index.zones if zone.kind == "border"]
        self.memory = TrackMemory.from_lists(state["memory"], borders)
        self.book = AlertBook.from_lists(self.book.origin, self.book.index_of_zone, state["book"])
        self.came_in = [(zone_id, LastPlace(*place)) for zone_id, place in state["came_in"]]

    def _look_at(self, tracks: Tracks, time_ns: int, doubted: frozenset[int]) -> list[Alert]:
        """Raise, refresh and end what tracks, one row each, show; note whose cause they show to be gone."""
        is_marked = np.zeros(len(tracks), np.bool_) if self.exercise else (tracks.flags & NOT_REAL) != 0
        is_dropped = tracks.is_dropped
        changes = self._end_tracks(tracks.track_id[is_marked], time_ns, "ended_marked")
        changes += self._end_tracks(tracks.track_id[is_dropped], time_ns, "ended_dropped")
        is_out = is_marked | is_dropped
        tracks = tracks.take(~is_out) if is_out.any() else tracks
        view = TrackView.of(tracks, self.index, most_restrictive((tracks.label, self.node)), doubted)
        changes += self._assess_entries(view, time_ns)
        ahead, predicted = self._assess_predictions(view, time_ns)
        changes += predicted
        self._note_causes(view, ahead, time_ns)
        return changes

    def _assess_entries(self, view: TrackView, time_ns: int) -> list[Alert]:
        """Raise and refresh zone_entry alerts, and remember where the tracks are now."""
        tracks = view.tracks
        before, was_outside = self.memory.recall(tracks.track_id, view.position)
        if self.came_in:
            was_outside |= self._came_in(view, time_ns)
        rows, zones, fractions = self.index.entered_pairs(columns(before), columns(view.position))
        is_outside = was_outside.copy()
        chosen = self._may_alert(view, Pairs.of(rows, zones, len(self.index)), was_outside)
        changes: list[Alert] = []
        rows, zones, fractions = rows[chosen], zones[chosen], fractions[chosen]
        entries = before[rows, :2] + fractions[:, None] * (view.position - before)[rows, :2]
        for row, index, fraction, (x_m, y_m) in zip(*_lists(rows, zones, fractions, entries), strict=True):
            changes += self._hold_entry(view, row, index, (x_m, y_m) if fraction > 0.0 else None, time_ns)
        border = self.border_of_zone[zones]
        is_outside[rows[border >= 0], border[border >= 0]] = False
        is_outside |= ~self._inside_borders(view)
        measured = ~tracks.is_coasting
        self.memory.keep(tracks.track_id[measured], view.position[measured], time_ns, is_outside[measured])
        return changes

    def _came_in(self, view: TrackView, time_ns: int) -> Bool:
        """Say which tracks that are new here had come over which border in an earlier run: (n, b)."""
        self.came_in = [(zone_id, place) for zone_id, place in self.came_in if time_ns - place.time_ns <= AGAIN_NS]
        found = np.zeros((len(view.tracks), self.memory.is_outside.shape[1]), np.bool_)
        is_new = ~self.memory.knows(view.tracks.track_id)
        for zone_id, place in self.came_in:
            zone = self.book.index_of_zone.get(zone_id, -1)
            if zone >= 0 and self.border_of_zone[zone] >= 0:
                x_m, y_m = place.at(time_ns)
                gap_m = np.hypot(view.position[:, 0] - x_m, view.position[:, 1] - y_m)
                found[:, self.border_of_zone[zone]] |= is_new & (gap_m <= AGAIN_M)
        return found

    def _inside_borders(self, view: TrackView) -> Bool:
        """Say who is inside which border now: (n, b)."""
        inside = np.zeros((len(view.tracks), self.memory.is_outside.shape[1]), np.bool_)
        border = self.border_of_zone[view.inside.zones]
        inside[view.inside.rows[border >= 0], border[border >= 0]] = True
        return inside

    def _may_alert(self, view: TrackView, entered: Pairs, was_outside: Bool) -> Bool:
        """Choose pairs of confirmed tracks: any zone counts, a border only from outside or with an alert already."""
        chosen = np.ones(len(entered.rows), np.bool_)
        border = self.border_of_zone[entered.zones]
        at_border = border >= 0
        chosen[at_border] = was_outside[entered.rows[at_border], border[at_border]]
        active = self.book.active_alerts()
        chosen |= are_among(entered.codes, np.sort(self._codes_of(view, active)[active.is_entry]))
        chosen &= view.tracks.status[entered.rows] == TrackStatus.CONFIRMED
        return chosen

    def _codes_of(self, view: TrackView, active: ActiveAlerts) -> Int64:
        """Return the codes (as ``Pairs.codes``) of alerts' tracks and zones; -1 where either is not there now."""
        rows = view.rows_of(active.track_id)
        return np.where((rows < 0) | (active.zone < 0), -1, rows * len(self.index) + active.zone)

    def _hold_entry(self, view: TrackView, row: int, index: int, entry: Place | None, time_ns: int) -> list[Alert]:
        """Raise or refresh the entry of one track into one zone, and end its prediction."""
        zone, track_id = self.index.zones[index], int(view.tracks.track_id[row])
        key: Key = ("zone_entry", zone.id, track_id)
        course = self.book.current(key, time_ns)
        if course is not None:
            tier, entry = course.alert.tier, course.entry
        else:
            is_believed = is_cooperative(view.tracks, row) and track_id not in view.doubted
            is_lowered = zone.kind in COOPERATIVE_LOWERS and is_believed
            tier = "advisory" if is_lowered else "critical"

        def work_out() -> Cause:
            return self._cause(view, row, tier, None, self._entry_reason(view, row, index, entry, tier), 1.0)

        changes = self.book.hold(key, zone, time_ns, work_out, entry=entry)
        return changes + self.book.end(("zone_predicted", zone.id, track_id), time_ns, say("ended_inside"))

    def _assess_predictions(self, view: TrackView, time_ns: int) -> tuple[Pairs, list[Alert]]:
        """Raise and refresh zone_predicted alerts; return the pairs on a straight way into a protected zone too."""
        after = view.predicted_position(self.index, PREDICTION_S) if len(self.protected) else view.position
        rows, places, fractions = self.protected.entered_pairs(columns(view.position), columns(after))
        is_ahead = fractions > 0.0
        rows, zones, fractions = rows[is_ahead], self.zone_of_protected[places[is_ahead]], fractions[is_ahead]
        chosen = view.tracks.status[rows] == TrackStatus.CONFIRMED
        changes: list[Alert] = []
        for row, index, fraction in zip(*_lists(rows[chosen], zones[chosen], fractions[chosen]), strict=True):
            changes += self._hold_prediction(view, row, index, fraction * PREDICTION_S, time_ns)
        return Pairs.of(rows, zones, len(self.index)), changes

    def _hold_prediction(self, view: TrackView, row: int, index: int, ahead_s: float, time_ns: int) -> list[Alert]:
        """Raise or refresh the prediction of one track into one zone, unless its entry is an alert already."""
        zone, track_id = self.index.zones[index], int(view.tracks.track_id[row])
        if self.book.is_active(("zone_entry", zone.id, track_id)):
            return []
        eta_ns = int(view.tracks.time_ns[row]) + round(ahead_s * NS_PER_S)

        def work_out() -> Cause:
            distance_km = ahead_s * ground_speed_mps(view.tracks, row) / 1000.0
            where = say("ahead", zone=zone.name, distance=distance_km, seconds=f"{ahead_s:.0f}")
            return self._cause(view, row, "advisory", eta_ns, where, self.likelihood.get((track_id, zone.id)))

        return self.book.hold(("zone_predicted", zone.id, track_id), zone, time_ns, work_out, eta_ns=eta_ns)

    def _entry_reason(self, view: TrackView, row: int, index: int, entry: Place | None, tier: Tier) -> Said:
        zone = self.index.zones[index]
        if zone.kind == "border":
            what = say("intruder_crossed" if tier == "critical" else "crossed", zone=zone.name)
        elif entry is None:
            return say("inside", zone=zone.name)
        else:
            is_inside = view.inside.has(row * len(self.index) + index)
            what = say("entered" if is_inside else "passed", zone=zone.name)
        if entry is None:
            return what
        scale = float(
            self.index.plane.convergence_scale(view.tracks.latitude_deg[row], view.tracks.longitude_deg[row])[1]
        )
        distance_m = hypot(view.position[row, 0] - entry[0], view.position[row, 1] - entry[1]) / scale
        return say("since", what=what, distance=distance_m / 1000.0)

    def _cause(
        self, view: TrackView, row: int, tier: Tier, eta_ns: int | None, where: Said, probability: float | None
    ) -> Cause:
        label = view.label
        if view.tracks.flags[row] & NOT_REAL:
            label = label.model_copy(update={"caveats": tuple(sorted({*label.caveats, EXERCISE}))})
        return Cause(
            tier, eta_ns, (where, *describe_track(view.tracks, row, float(view.position[row, 2]))), label, probability
        )

    def _note_causes(self, view: TrackView, ahead: Pairs, time_ns: int) -> None:
        """Note of which alerts of these tracks the cause holds and of which it is gone."""
        active = self.book.active_alerts()
        codes = self._codes_of(view, active)
        holds = np.where(active.is_entry, view.inside.have(codes), ahead.have(codes))
        for i in np.flatnonzero(codes >= 0).tolist():
            self.book.note_cause(active.keys[i], bool(holds[i]), time_ns)

    def _end_left(self, time_ns: int) -> list[Alert]:
        """End the alerts whose cause has been gone for the off-delay, or whose zone is no more."""
        active = self.book.active_alerts()
        changes: list[Alert] = []
        for i in np.flatnonzero(active.zone < 0).tolist():
            changes += self.book.end(active.keys[i], time_ns, say("ended_removed"))
        for key in self.book.gone_for(OFF_DELAY_NS, time_ns):
            changes += self.book.end(key, time_ns, _why_gone(key))
        return changes

    def _end_tracks(self, track_id: Int64, time_ns: int, why: str, **figures: object) -> list[Alert]:
        """End all alerts of tracks that are no more, and forget the tracks."""
        if not len(track_id):
            return []
        self.memory.forget(track_id)
        return self.book.end_tracks(track_id.tolist(), time_ns, say(why, **figures))


def _one_row_a_track(tracks: Tracks) -> Tracks:
    """Return the last row of each track, sorted by id."""
    if (tracks.track_id[1:] > tracks.track_id[:-1]).all():
        return tracks  # The usual case; a copy of all columns would cost more than the whole assessment.
    _, from_the_end = np.unique(tracks.track_id[::-1], return_index=True)
    return tracks.take(len(tracks) - 1 - from_the_end)


def _why_gone(key: Key) -> Said:
    return say("ended_outside" if key[0] == "zone_entry" else "ended_turned", seconds=OFF_DELAY_NS // NS_PER_S)


def _lists(*columns: Any) -> Iterator[list[Any]]:
    """Turn columns into lists: Python's own numbers are several times faster in loops than numpy's."""
    return (column.tolist() for column in columns)
