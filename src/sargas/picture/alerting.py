"""Alerts: what the zone rules see, judged by what is held of each object, told as an operator needs it.

A cause is judged at the update that shows it; all entries are judged anew at every tick. Page: docs/alerts.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from sargas.assessment.alert_desk import AlertDesk
from sargas.assessment.alert_entry import Place
from sargas.assessment.alert_worth import HARMLESS_OFF, Worth, danger_of
from sargas.assessment.threat import Facts, Identity, judge_threat
from sargas.assessment.threat_words import Language, tell_counterfactual, tell_reasons
from sargas.assessment.zone_entry import EXERCISE
from sargas.geo.plane import RegionPlane
from sargas.identification.danger import ARMED_OF_CLASS
from sargas.model.columns import NS_PER_S, known_or
from sargas.model.records import Alert, Configuration, Decision, LastSeen, StandingAlert, Zone
from sargas.model.tracks import CLASSES, Tracks, TrackStatus
from sargas.picture.identity import IdentityBook

HARMLESS = [CLASSES.index(name) for name in ("bird", "bird_flock", "clutter")]
ARMED_OF_KIND = [ARMED_OF_CLASS[name] >= 0.1 for name in CLASSES]
TELLERS = ("ads-b", "remote-id")
"""Kinds of sensor that pass on what an object says of itself."""
STRAIGHT_IN = 0.7
"""Probability of entry of a straight course into a zone where no forecast says one."""
HORIZON_S = 600.0
SOON_S = 60.0
"""Time to entry at which a forecast is urgent."""
CLEAR = 0.85
"""Probability of a class from which it is hardly in doubt."""
HOSTILE = 0.95
"""Danger of what a person calls hostile."""
KNOWN: dict[str, Identity] = {
    "confirmed": "confirmed",
    "friend": "friend",
    "doubtful": "doubtful",
    "unsupported": "unsupported",
}
EXPLAINED = ("confirmed", "friend")


@dataclass(slots=True)
class Alerting:
    """Join rules, danger and identity into the alerts of one node."""

    desk: AlertDesk
    plane: RegionPlane
    zones: dict[str, Zone]
    tellers: frozenset[str]
    """Sensors that only pass on what objects say."""
    exercise: bool
    likelihood: dict[tuple[int, str], float] = field(default_factory=dict)
    """Probability of entry by track and zone id; whoever forecasts sets it."""

    @classmethod
    def of(cls, configuration: Configuration, plane: RegionPlane) -> Alerting:
        """Start with nothing told."""
        return cls(
            AlertDesk.of(configuration.node, configuration.alerting),
            plane,
            {zone.id: zone for zone in configuration.zones},
            frozenset(sensor.id for sensor in configuration.sensors if sensor.kind in TELLERS),
            configuration.exercise,
        )

    def take(self, causes: Iterable[Alert], tracks: Tracks, identity: IdentityBook, time_ns: int) -> tuple[Alert, ...]:
        """Take what the rules say of ``tracks`` (any order, masked classes); returns new and changed alerts."""
        found = tuple(causes)
        return self.desk.take(found, *self._views(tracks, identity, time_ns), time_ns) if found else ()

    def tick(self, tracks: Tracks, identity: IdentityBook, time_ns: int) -> tuple[Alert, ...]:
        """Let time pass; ``tracks``: all own ones with their classes as persons and machine have them."""
        return self.desk.tick(*self._views(tracks, identity, time_ns), time_ns)

    def stand(self, standing: StandingAlert, time_ns: int) -> tuple[Alert, ...]:
        """Go on with an alert of an earlier run at a time (UTC ns); nothing of an exercise outside of one."""
        if EXERCISE in standing.alert.label.caveats and not self.exercise:
            return ()
        return self.desk.stand(standing.alert, {one.track_id: self.place_of(one) for one in standing.members}, time_ns)

    def place_of(self, seen: LastSeen) -> Place:
        """Return where a track was last seen, in the region plane."""
        there = (seen.latitude_deg, seen.longitude_deg)
        x_m, y_m = self.plane.plane_from_geodetic(*there)
        x_mps, y_mps = self.plane.plane_velocity_from_enu(*there, seen.velocity_east_mps, seen.velocity_north_mps)
        return Place(float(x_m), float(y_m), float(x_mps), float(y_mps), seen.time_ns)

    def decide(self, decision: Decision) -> tuple[Alert, ...]:
        """Apply a person's decision on an alert."""
        return self.desk.decide(decision)

    def go_on_from(self, before: Alerting, time_ns: int) -> tuple[Alert, ...]:
        """Begin anew after a part that failed; returns the alerts that end with it."""
        return self.desk.go_on_from(before.desk, time_ns)

    def active(self) -> tuple[Alert, ...]:
        """List the alerts that have not ended."""
        return self.desk.active()

    def snapshot(self) -> bytes:
        """Return the whole state as bytes; equal states give equal bytes."""
        return self.desk.snapshot()

    def restore(self, data: bytes) -> None:
        """Go on from a snapshot."""
        self.desk.restore(data)

    def _views(self, tracks: Tracks, identity: IdentityBook, time_ns: int) -> tuple[_Placing, _Judging]:
        rows = _Rows(tracks)
        return _Placing(self.plane, rows), _Judging(self, rows, identity, time_ns)


class _Rows:
    """Find the last row of a track in a batch."""

    def __init__(self, tracks: Tracks) -> None:
        self.tracks = tracks
        self._order = np.argsort(tracks.track_id, kind="stable")
        self._sorted = tracks.track_id[self._order]

    def of(self, track_id: int) -> int | None:
        """Return its row; none: it is not in this batch."""
        at = int(np.searchsorted(self._sorted, track_id, side="right")) - 1
        return int(self._order[at]) if at >= 0 and self._sorted[at] == track_id else None


@dataclass(frozen=True, slots=True)
class _Placing:
    """Say where a track of a batch is."""

    plane: RegionPlane
    rows: _Rows

    def __call__(self, track_id: int) -> tuple[Place, int] | None:
        row, tracks = self.rows.of(track_id), self.rows.tracks
        if row is None:
            return None
        there = slice(row, row + 1)
        latitude, longitude = tracks.latitude_deg[there], tracks.longitude_deg[there]
        x_m, y_m = self.plane.plane_from_geodetic(latitude, longitude)
        x_mps, y_mps = self.plane.plane_velocity_from_enu(
            latitude, longitude, tracks.velocity_east_mps[there], tracks.velocity_north_mps[there]
        )
        x, y, u, v = (0.0 if np.isnan(column[0]) else float(column[0]) for column in (x_m, y_m, x_mps, y_mps))
        return Place(x, y, u, v, int(tracks.time_ns[row])), int(tracks.group_id[row])


@dataclass(frozen=True, slots=True)
class _Judging:
    """Judge the entry of a track of a batch."""

    alerting: Alerting
    rows: _Rows
    identity: IdentityBook
    time_ns: int

    def __call__(self, cause: Alert, track_id: int) -> Worth | None:
        row, tracks = self.rows.of(track_id), self.rows.tracks
        if row is None or tracks.status[row] != TrackStatus.CONFIRMED:
            return None
        zone = self.alerting.zones.get(cause.zone_id)
        if zone is None:  # deleted just now: its alerts are about to end
            return None
        facts = self._facts(cause, row, track_id, zone)
        threat = judge_threat(facts)
        classes = known_or(tracks.class_probabilities[row], 0.0)
        is_inside = cause.rule == "zone_entry"
        told: dict[str, tuple[str, ...]] = {"en": (), "lt": ()}
        harmless = float(sum(classes[k] for k in HARMLESS))
        is_quiet = facts.identity in EXPLAINED or harmless >= HARMLESS_OFF  # words take longest, and nobody reads these
        languages: tuple[Language, ...] = () if is_quiet else ("en", "lt")
        for language in languages:
            reasons = tell_reasons(threat, facts, zone.name, HORIZON_S, language, is_inside=is_inside)
            would = tell_counterfactual(threat, facts, language)
            told[language] = (*reasons, would) if would else reasons
        is_hostile = self.identity.book.answer(track_id, "intent", self.time_ns).value == "hostile"
        is_named = tracks.icao_address[row] >= 0 and facts.identity != "doubtful"
        is_classified = not bool(np.isnan(tracks.class_probabilities[row, 0]))
        danger = danger_of(
            facts.entry, facts.armed, facts.exists, facts.speed_mps, counts_speed=is_classified and not is_named
        )
        return Worth(
            danger=max(danger, HOSTILE) if is_hostile else danger,
            harmless=0.0 if is_hostile else harmless,
            is_seen=is_hostile or self._is_seen(row),
            is_explained=facts.identity in EXPLAINED and not is_hostile,
            armed=HOSTILE
            if is_hostile
            else danger_of(1.0, facts.armed, 1.0, facts.speed_mps, counts_speed=is_classified and not is_named),
            is_urgent=is_inside or (facts.entry_s or 0.0) <= SOON_S,
            is_clear=float(classes.max()) >= CLEAR,
            is_named=bool(is_named) and not is_hostile,
            entry=facts.entry,
            is_of_armed_kind=is_hostile or not is_classified or ARMED_OF_KIND[int(classes.argmax())],
            reasons=told["en"],
            reasons_lt=told["lt"],
            label=self.identity.said.of(track_id),
        )

    def _facts(self, cause: Alert, row: int, track_id: int, zone: Zone) -> Facts:
        tracks, is_inside = self.rows.tracks, cause.rule == "zone_entry"
        speed = float(np.hypot(tracks.velocity_east_mps[row], tracks.velocity_north_mps[row]))
        speed_mps = 0.0 if np.isnan(speed) else speed
        ahead_s = 0.0 if is_inside or cause.eta_ns is None else max(0.0, (cause.eta_ns - self.time_ns) / NS_PER_S)
        share = self.alerting.likelihood.get((track_id, cause.zone_id), STRAIGHT_IN)
        held = self.identity.book.answer(track_id, "cooperation", self.time_ns)
        exists = float(tracks.existence[row])
        return Facts(
            entry=1.0 if is_inside else share,
            entry_s=ahead_s,
            distance_m=ahead_s * speed_mps,
            armed=self.identity.armed(track_id, tracks.class_probabilities[row], self.time_ns),
            identity=KNOWN.get(held.value, "none"),
            identity_probability=held.probability,
            value=zone.value,
            speed_mps=speed_mps,
            heading=1.0,
            exists=1.0 if np.isnan(exists) else exists,
        )

    def _is_seen(self, row: int) -> bool:
        """Say whether a sensor that measures by itself is behind a track; what is not known counts as yes."""
        words, names = self.rows.tracks.contributing[row].tolist(), self.rows.tracks.sensor_ids
        behind = [name for i, name in enumerate(names) if words[i // 64] >> (i % 64) & 1]
        return not behind or any(name not in self.alerting.tellers for name in behind)
