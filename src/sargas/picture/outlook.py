"""What is to come of tracks that may be dangerous: entry into zones, what they make for, whom to warn; at ticks.

Looked at are firm tracks whose danger is not held to be unlikely and whose identity no independent sensor confirms. For
each: the probability of entry into every protected zone and border within ten minutes, a threat with its reasons, an
``intent`` claim, and the drafts of public warnings.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np

from sargas.assessment.drift.shares import Entered
from sargas.assessment.entry_probability import Entries, Reach, entry_probability
from sargas.assessment.prediction.predictor import Forecasts
from sargas.assessment.threat import Facts, Identity, Threat, calibrate_entry, judge_threat, rank_zones
from sargas.assessment.threat_words import tell_threat
from sargas.assessment.warnings.areas import WarnedAreas
from sargas.assessment.warnings.deliveries import DeliveryBook
from sargas.assessment.warnings.draft import WarningBook
from sargas.assessment.zone_distance import ZonePlans
from sargas.geo.plane import RegionPlane
from sargas.geo.zones import ZoneIndex
from sargas.identification.claim_book import Conclusion
from sargas.identification.claim_weight import UNKNOWN
from sargas.identification.saying import say as say_evidence
from sargas.model.columns import Float64, Int64, PlotFlag, known_or
from sargas.model.label import most_restrictive
from sargas.model.records import Alert, Claim, Configuration, Decision, PublicWarning
from sargas.model.rising import are_among
from sargas.model.saying import Said
from sargas.model.tracks import Tracks
from sargas.picture.appraisal import HORIZONS_S, Appraisal
from sargas.picture.identity import IdentityBook
from sargas.picture.public_threats import PublicThreats, countries_of

MOST = 50
"""Tracks looked at in one tick: those with an alert first, all in turn."""
WITHOUT_ALERT = 10
"""Places of those that are kept for tracks without an alert: a raid leaves nobody out who comes after it."""
SURE = 0.5
"""An intent is claimed from this probability of entry or of a goal on."""
INSIDE_BORDER = 100.0
"""Log-odds taken off a border that a track is inside of: any other zone goes before."""
RADIUS_GROWTH_MPS = 12.0
"""Of the cone where it is not calibrated: wide, for it is a warning's."""
IDENTITIES: dict[str, Identity] = {
    "confirmed": "confirmed",
    "friend": "friend",
    "doubtful": "doubtful",
    "unsupported": "unsupported",
}
NOT_REAL = np.uint16(PlotFlag.SIMULATED | PlotFlag.TEST | PlotFlag.FIELD_MONITOR)


class Judged(NamedTuple):
    """What is to come of n tracks in z zones."""

    reach: Reach
    entries: Entries
    distance_m: Float64
    """(n, z), 0 inside."""
    heading: Float64
    """(n, z), cosine of the course to the zone; 1 inside."""


@dataclass(slots=True)
class Outlook:
    """Judge what is to come, and keep the drafts of warnings."""

    configuration: Configuration
    zones: ZoneIndex
    plans: ZonePlans
    values: Float64
    is_border: Any
    warnings: WarningBook
    threats: PublicThreats
    deliveries: DeliveryBook = field(default_factory=DeliveryBook)
    births: Mapping[int, int] = field(default_factory=dict)
    """UTC ns of the first plot of each track, as of this tick."""
    likelihood: dict[tuple[int, str], float] = field(default_factory=dict)
    """Probability of entry as of the last look at each track, by track and zone id."""
    looked_ns: dict[int, int] = field(default_factory=dict)
    """When each was last looked at."""

    @classmethod
    def of(cls, configuration: Configuration, plane: RegionPlane) -> Outlook:
        """Start with no draft; protected zones and borders count, without a border the municipalities' outline."""
        kept = [zone for zone in configuration.zones if zone.kind in ("protected", "border")]
        borders = [zone for zone in kept if zone.kind == "border"]
        kept += [] if borders else countries_of(configuration.municipalities)
        areas = WarnedAreas.of(configuration.municipalities, borders)
        warnings = WarningBook(
            configuration.node, configuration.label, areas, configuration.local_time, configuration.warnings
        )
        values = np.array([zone.value for zone in kept])
        is_border = np.array([zone.kind == "border" for zone in kept], np.bool_)
        threats = PublicThreats(plane)
        index, plans = ZoneIndex.of(kept, plane), ZonePlans.of(kept, plane)
        return cls(configuration, index, plans, values, is_border, warnings, threats)

    def tick(
        self,
        tracks: Tracks,
        identity: IdentityBook,
        appraisal: Appraisal,
        alerts: Iterable[Alert],
        time_ns: int,
        drifts: Callable[[int], Entered | None] = lambda _: None,
    ) -> tuple[Claim | PublicWarning, ...]:
        """Look at the suspects among the tracks; ``alerts``: those not ended; ``drifts``: the entries of drifters."""
        if not len(self.zones):
            self.likelihood = {}
            self.deliveries.forget(time_ns)
            return self.warnings.tick((), time_ns)
        standing = tuple(alerts)
        alerted = _alerts_of(standing)
        critical = _alerts_of(one for one in standing if one.tier == "critical")
        chosen = self._chosen(tracks, identity, alerted)
        self._note_looked(tracks, chosen, time_ns)
        self.threats.begin(tracks, time_ns)
        harmless = self.threats.firm() - identity.suspects.keys()
        self.deliveries.forget(time_ns)
        if not len(chosen):
            self.likelihood = {}
            return self.warnings.tick((), time_ns, harmless)
        armed = np.array([identity.suspects[track_id] for track_id in chosen.track_id.tolist()])
        ahead, goals = appraisal.forecast(chosen), appraisal.make_for(chosen)
        speaks = appraisal.goals.evidence(goals)
        reach, entries, distance_m, heading = self.judge(chosen, armed, ahead, speaks, drifts)
        self._note_likelihood(chosen, entries, identity)
        ranks = rank_zones(entries.probability, entries.median_s, distance_m, heading, self.values)
        # who is in a country no longer makes for it: what it threatens there is what is protected
        ranks[(distance_m == 0.0) & self.is_border] -= INSIDE_BORDER
        worst = ranks.argmax(axis=1).tolist()
        told: list[Claim | PublicWarning] = []
        threats = []
        for row, track_id in enumerate(chosen.track_id.tolist()):
            zone = worst[row]
            facts = self._facts(row, zone, entries, distance_m, heading, chosen, identity)
            threat = judge_threat(facts)
            reasons = self._reasons(threat, facts, zone)
            route = self._route(ahead, row)
            concluded = self._intent(zone, facts, goals.probability[row], reasons, route)
            label = most_restrictive((tracks.label_of(track_id), self.configuration.label))
            label = identity.said.raised(track_id, label)
            claim = identity.book.conclude(track_id, concluded, label, time_ns)
            told += [claim] if claim is not None else []
            entered = int(entries.probability[row].argmax())
            if threat.level == "green" and self.is_border[entered] and distance_m[row, entered] == 0.0:
                facts = self._facts(row, entered, entries, distance_m, heading, chosen, identity)
                reasons = self._reasons_inside(facts, entered)
            entry = float(entries.probability[row, entered])
            facts, alerts_of = replace(facts, entry=entry), alerted.get(track_id, ())
            found = self.threats.look(chosen, row, reach, facts, alerts_of, is_critical=track_id in critical)
            threats += (
                [replace(found, label=label, reasons=reasons, first_plot_ns=self.births.get(track_id))] if found else []
            )
        companions = [one for one in threats if one.threatening_ns is None]
        threats = [one for one in threats if one.threatening_ns is not None]
        return (*told, *self.warnings.tick(threats, time_ns, harmless, companions))

    def judge(
        self,
        tracks: Tracks,
        armed: Float64,
        ahead: Forecasts,
        speaks: Float64,
        drifts: Callable[[int], Entered | None] = lambda _: None,
    ) -> Judged:
        """Lay forecasts over the zones: who enters which, when, from how far, on what course.

        ``armed`` (n,): probability that each may carry a warhead; ``speaks`` (n, p): how far the way flown speaks for
        each protected zone (``GoalBook.evidence``); ``drifts``: the entries of drifters.
        """
        reach = self._reach(tracks, ahead)
        entries = entry_probability(self.zones, reach)
        distance_m, heading = self._distances(tracks)
        speed_mps = known_or(np.hypot(tracks.velocity_east_mps, tracks.velocity_north_mps), 0.0)
        goal = np.zeros_like(distance_m)
        goal[:, ~self.is_border] = speaks
        elsewhere = self.plans.elsewhere(goal)
        share = calibrate_entry(
            entries.probability, distance_m, heading, speed_mps, armed, goal, elsewhere, ~self.is_border
        )
        entries = _with_drifts(entries._replace(probability=share), tracks, drifts)
        return Judged(reach, entries, distance_m, heading)

    def _note_looked(self, tracks: Tracks, chosen: Tracks, time_ns: int) -> None:
        live = set(tracks.track_id.tolist())
        self.looked_ns = {i: told for i, told in self.looked_ns.items() if i in live}
        for track_id in chosen.track_id.tolist():
            self.looked_ns[track_id] = time_ns

    def note_births(self, track_id: Int64, birth_ns: Int64) -> None:
        """Note when each track had its first plot (UTC ns): the first time on a warning's clock."""
        self.births = dict(zip(track_id.tolist(), birth_ns.tolist(), strict=True))

    def decide(self, decision: Decision) -> tuple[PublicWarning, ...]:
        """Apply a person's decision on a draft."""
        told = self.warnings.decide(decision) if decision.action in ("approve", "refuse") else ()
        self.deliveries.take(told)
        return told

    def stand(self, message: PublicWarning, time_ns: int) -> None:
        """Go on with a message of an earlier run that stands, at ``time_ns`` (UTC ns)."""
        self.warnings.stand(message, time_ns)
        self.deliveries.take((message,))

    def go_on_from(self, before: Outlook, time_ns: int) -> tuple[PublicWarning, ...]:
        """Begin anew after a part that failed with what persons approved; returns the drafts that end with it."""
        self.deliveries = before.deliveries
        return self.warnings.go_on_from(before.warnings, time_ns)

    def snapshot(self) -> bytes:
        """Return the state as JSON; equal states give equal bytes."""
        return json.dumps(
            {
                "warnings": self.warnings.to_lists(),
                "approved": self.deliveries.to_list(),
                "looked_ns": list(self.looked_ns.items()),
                "threats": self.threats.to_lists(),
                "likelihood": [[*key, share] for key, share in self.likelihood.items()],
            }
        ).encode()

    def restore(self, data: bytes) -> None:
        """Go on from a snapshot."""
        state = json.loads(data)
        self.warnings.from_lists(state["warnings"])
        self.deliveries.from_list(state["approved"])
        self.threats.from_lists(state["threats"])
        self.looked_ns = dict(state["looked_ns"])
        self.likelihood = {(track_id, zone_id): share for track_id, zone_id, share in state["likelihood"]}

    def _chosen(self, tracks: Tracks, identity: IdentityBook, alerted: dict[int, tuple[str, ...]]) -> Tracks:
        suspects = np.array(sorted(identity.suspects), np.int64)
        is_real = np.ones(len(tracks), np.bool_) if self.configuration.exercise else (tracks.flags & NOT_REAL) == 0
        rows = np.flatnonzero(are_among(tracks.track_id, suspects) & is_real)
        first = are_among(tracks.track_id[rows], np.array(sorted(alerted), np.int64))
        # who was not looked at for longest comes next: in a crowd nobody is left out
        looked = np.array([self.looked_ns.get(i, 0) for i in tracks.track_id[rows].tolist()], np.int64)
        in_turn = np.lexsort((tracks.track_id[rows], looked))
        with_alert, others = in_turn[first[in_turn]], in_turn[~first[in_turn]]
        kept = MOST - min(len(others), WITHOUT_ALERT)
        return tracks.take(np.sort(rows[np.concatenate([with_alert[:kept], others])[:MOST]]))

    def _reach(self, tracks: Tracks, ahead: Forecasts) -> Reach:
        """Lay out where the tracks are and will be, the cone grown by a rule where it is not calibrated."""
        here_m = known_or(tracks.position_95_m.astype(np.float64), 500.0)
        wide_m = here_m[:, None] + RADIUS_GROWTH_MPS * HORIZONS_S
        radius = np.where(np.isnan(ahead.radius_90_m), wide_m, ahead.radius_90_m)
        return Reach(
            np.r_[0.0, HORIZONS_S],
            np.column_stack([tracks.latitude_deg, ahead.latitude_deg]),
            np.column_stack([tracks.longitude_deg, ahead.longitude_deg]),
            np.column_stack([tracks.known_altitude_m, ahead.altitude_m]),
            np.column_stack([here_m, radius]),
        )

    def _note_likelihood(self, tracks: Tracks, entries: Entries, identity: IdentityBook) -> None:
        """Take over the entries of the tracks looked at; who waits for its turn keeps those of the last time.

        Unlikely ones too: of a pair that is not named nobody has looked at the forecast, only at a straight course.
        """
        waiting = (self.looked_ns.keys() & identity.suspects.keys()) - set(tracks.track_id.tolist())
        held = {pair: share for pair, share in self.likelihood.items() if pair[0] in waiting}
        zones = [zone.id for zone in self.zones.zones]
        self.likelihood = held | {
            (track_id, zone_id): share
            for track_id, shares in zip(tracks.track_id.tolist(), entries.probability.tolist(), strict=True)
            for zone_id, share in zip(zones, shares, strict=True)
        }

    def _distances(self, tracks: Tracks) -> tuple[Float64, Float64]:
        """Return how far tracks are from the zones' edges on the ground (0 inside), and how they head for them.

        Both (n, z): m, and the cosine between course and the way to the zone's nearest point; 1 inside, 0 away from it.
        """
        latitude, longitude = tracks.latitude_deg, tracks.longitude_deg
        x_m, y_m = self.zones.plane.plane_from_geodetic(latitude, longitude)
        x_mps, y_mps = self.zones.plane.plane_velocity_from_enu(
            latitude, longitude, known_or(tracks.velocity_east_mps, 0.0), known_or(tracks.velocity_north_mps, 0.0)
        )
        return self.plans.approach(x_m, y_m, x_mps, y_mps)

    def _facts(
        self,
        row: int,
        zone: int,
        entries: Entries,
        distance_m: Float64,
        heading: Float64,
        tracks: Tracks,
        identity: IdentityBook,
    ) -> Facts:
        track_id = int(tracks.track_id[row])
        speed = float(np.hypot(tracks.velocity_east_mps[row], tracks.velocity_north_mps[row]))
        held = identity.book.answer(track_id, "cooperation", identity.time_ns)
        known = IDENTITIES.get(held.value, "none")
        seconds = float(entries.median_s[row, zone])
        return Facts(
            entry=float(entries.probability[row, zone]),
            entry_s=None if np.isnan(seconds) else seconds,
            distance_m=float(distance_m[row, zone]),
            armed=identity.suspects[track_id],
            identity=known,
            identity_probability=held.probability,
            value=self.zones.zones[zone].value,
            speed_mps=0.0 if np.isnan(speed) else speed,
            heading=float(heading[row, zone]),
        )

    def _route(self, ahead: Forecasts, row: int) -> tuple[str, float]:
        """Return the name of the likeliest route of a track and its probability, 0 where none is near."""
        at = int(ahead.route[row])
        return (self.configuration.routes[at].name, float(ahead.route_probability[row])) if at >= 0 else ("", 0.0)

    def _intent(
        self, zone: int, facts: Facts, goals: Float64, reasons: tuple[Said, ...], route: tuple[str, float] = ("", 0.0)
    ) -> Conclusion:
        """Conclude from a likely entry, else from a goal or a route that its course so far fits.

        ``goals`` (protected zones,); ``route``: name and probability.
        """
        if facts.entry >= SURE:
            return Conclusion("intent", f"to {self.zones.zones[zone].name}", facts.entry, reasons)
        likeliest = int(np.argmax(known_or(goals, 0.0))) if len(goals) else 0
        if len(goals) and goals[likeliest] >= SURE:
            name = [one.name for one in self.zones.zones if one.kind == "protected"][likeliest]
            why = (say_evidence("course_fits", zone=name, share=goals[likeliest]), *reasons)
            return Conclusion("intent", f"makes for {name}", float(goals[likeliest]), why)
        if route[1] >= SURE:
            why = (say_evidence("course_follows", route=route[0], share=route[1]), *reasons)
            return Conclusion("intent", f"along {route[0]}", route[1], why)
        return Conclusion("intent", UNKNOWN, 1.0, ())

    def _reasons(self, threat: Threat, facts: Facts, zone: int) -> tuple[Said, ...]:
        return tell_threat(threat, facts, self.zones.zones[zone].name, float(HORIZONS_S[-1]), is_inside=False)

    def _reasons_inside(self, facts: Facts, zone: int) -> tuple[Said, ...]:
        """Say why the public is warned of what is in a country and makes for nothing there that is protected."""
        name = self.zones.zones[zone].name
        return tell_threat(judge_threat(facts), facts, name, float(HORIZONS_S[-1]), is_inside=True)


def _with_drifts(entries: Entries, tracks: Tracks, drifts: Callable[[int], Entered | None]) -> Entries:
    """Put what the wind does with drifters in the place of their cones."""
    for row, track_id in enumerate(tracks.track_id.tolist()):
        found = drifts(track_id)
        if found is not None:
            for column, values in zip(entries, found, strict=True):
                column[row, : len(values)] = values  # behind them stand countries that no zone draws
    return entries


def _alerts_of(alerts: Iterable[Alert]) -> dict[int, tuple[str, ...]]:
    """Name the standing alerts of each track."""
    found: dict[int, tuple[str, ...]] = {}
    for alert in alerts:
        for track_id in alert.track_ids:
            found[track_id] = (*found.get(track_id, ()), alert.alert_id)
    return found
