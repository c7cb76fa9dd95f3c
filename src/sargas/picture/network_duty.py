"""Who answers for an object near a border: the rules by which hand-overs and cues are made, at ticks.

What is held by us and flies into a partner's area is offered to it; what is offered to us is taken over when we have a
confirmed track of it; what its holder reports no more is taken over by who still does. Page: docs/network-picture.md.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from sargas.model.columns import NS_PER_S, Int64
from sargas.model.label import Label, most_restrictive
from sargas.model.parts import pack, unpack
from sargas.model.records import Configuration, Cue, Decision, Handover
from sargas.model.tracks import Tracks, TrackStatus
from sargas.picture.network_areas import Flags, NetworkAreas
from sargas.picture.network_identities import NetworkIdentities
from sargas.sharing.cues import LOOKS_NS, CueBook
from sargas.sharing.cues import Course as CueCourse
from sargas.sharing.handover import HandoverBook
from sargas.tracking.remote import metres_per_degree

MARK = b"SARGAS-NETWORK-DUTY-1\n"
RULE = "rule"
STEADY, TURNED = 3, 5
"""Ticks in a row that an object must make for a partner's area to be offered, or no longer to be withdrawn."""
AGAIN_NS = 60 * NS_PER_S
"""An object is not offered to one nation again before."""
DECLINED_NS = 300 * NS_PER_S
"""Nor when it has declined it."""
CUED_NS = 120 * NS_PER_S
SILENT_NS, SILENT_ELSEWHERE_NS = 10 * NS_PER_S, 30 * NS_PER_S
"""An object that its holder has not reported for so long is taken over in our own area, and elsewhere."""
MOST_A_TICK = 20
"""Offers, claims and cues made by rule in one tick."""
CUE_RADIUS_M = 2_000.0
GATE_SIGMA = 3.0
SPEED_GATE_MPS = 40.0
CUE_GROWS_MPS = 30.0
"""A cued object may fly otherwise than thought by so much."""
Told = Handover | Cue


@dataclass(slots=True)
class NetworkDuty:
    """Drive the hand-overs and cues of one nation."""

    configuration: Configuration
    areas: NetworkAreas
    handovers: HandoverBook
    cues: CueBook
    steady: dict[tuple[str, str], int] = field(default_factory=dict)
    """By identity and nation: ticks in a row that it makes for that nation's area; negative: no longer does."""
    not_before_ns: dict[tuple[str, str, str], int] = field(default_factory=dict)
    """By kind of message, identity and nation."""
    unreported_ns: dict[str, int] = field(default_factory=dict)
    """Since when the holder of an object that we see does not report it."""

    def tick(
        self,
        tracks: Tracks,
        identities: NetworkIdentities,
        reported: frozenset[tuple[str, str]],
        is_explained: Callable[[int], bool],
        time_ns: int,
    ) -> list[Told]:
        """Let a second pass; ``tracks``: all own ones by number, as ``identities`` has them.

        ``reported``: nation and identity of all partners' tracks; ``is_explained``: an object that says who it is, and
        is believed, is nobody's to hand over.
        """
        self.not_before_ns = {key: ns for key, ns in self.not_before_ns.items() if ns > time_ns}
        held = self.held(identities)
        told: list[Told] = [*self.handovers.tick(time_ns), *self.cues.tick(time_ns)]
        told += self._offer(tracks, identities, held, reported, is_explained, time_ns)
        told += self._accept(tracks, identities, time_ns)
        told += self._claim(tracks, identities, np.flatnonzero(~held), reported, time_ns)
        told += self._look(tracks, identities, time_ns)
        return told

    def held(self, identities: NetworkIdentities) -> Flags:
        """Say for which own tracks we answer."""
        letters = identities.text.view("S1").reshape(len(identities.text), 16)[:, :3]
        found: Flags = (letters == np.array([*self.configuration.nation.encode()], np.uint8).view("S1")).all(axis=1)
        holdings = self.handovers.holdings
        if holdings:
            known = np.flatnonzero(np.isin(identities.text, np.array([name.encode() for name in holdings])))
            for row in known.tolist():
                found[row] = holdings[identities.text[row].decode()][1] == self.configuration.nation
        return found

    def label(self, tracks: Tracks, *numbers: int) -> Label:
        """Return the label of what is said to partners of own tracks."""
        own = (tracks.label_of(*numbers),) if numbers else ()
        return most_restrictive((*own, self.configuration.label))

    def hear(
        self, record: Told, sender: str, tracks: Tracks, identities: NetworkIdentities, time_ns: int
    ) -> tuple[Told, ...]:
        """Take what a partner says; return what we have to say to it. ``tracks``: all own ones of the last tick."""
        if isinstance(record, Cue):
            return self.cues.hear(record, sender, time_ns)
        row = identities.row_of(record.network_id)
        label = self.label(tracks) if row is None else self.label(tracks, int(tracks.track_id[row]))
        sees = row is not None and tracks.status[row] == TrackStatus.CONFIRMED
        told = self.handovers.hear(record, sender, label, time_ns, disputes=bool(sees))
        if record.state == "refused" and record.giver == self.configuration.nation:
            self.not_before_ns["offer", record.network_id, record.taker] = time_ns + DECLINED_NS
        return told

    def decide(
        self, decision: Decision, tracks: Tracks, identities: NetworkIdentities, time_ns: int
    ) -> tuple[Told, ...]:
        """Apply what a person decided on a hand-over or a cue; nothing where there is none such."""
        if decision.action in ("accept", "decline"):
            course = self.handovers.courses.get(decision.subject)
            row = None if course is None else identities.row_of(course.record.network_id)
            label = self.label(tracks) if row is None else self.label(tracks, int(tracks.track_id[row]))
            return self.handovers.answer(
                decision.subject, label, time_ns,
                accept=decision.action == "accept", by=decision.actor, reason=decision.reason,
            )  # fmt: skip
        what, _, nation = decision.subject.rpartition("@")
        if decision.action not in ("hand_over", "cue") or nation not in {p.nation for p in self.configuration.partners}:
            return ()
        row = identities.row_of(what)
        if decision.action == "cue":
            return self._cue_by_person(decision, what, nation, row, tracks, time_ns)
        if row is None:
            return ()
        label = self.label(tracks, int(tracks.track_id[row]))
        return self.handovers.offer(what, nation, label, time_ns, by=decision.actor, reason=decision.reason)

    def snapshot(self) -> bytes:
        """Return the whole state as bytes; equal states give equal bytes."""
        header = {
            "steady": [[*key, count] for key, count in self.steady.items()],
            "not_before": [[*key, ns] for key, ns in self.not_before_ns.items()],
            "unreported": list(self.unreported_ns.items()),
        }
        return pack(MARK, header, [self.handovers.snapshot(), self.cues.snapshot()])

    def restore(self, data: bytes) -> None:
        """Go on from a snapshot. Raises ValueError for bytes that are none."""
        header, (handovers, cues) = unpack(MARK, data, 2)
        self.handovers.restore(handovers.tobytes())
        self.cues.restore(cues.tobytes())
        self.steady = {(text, nation): count for text, nation, count in header["steady"]}
        self.not_before_ns = {(kind, text, nation): ns for kind, text, nation, ns in header["not_before"]}
        self.unreported_ns = dict(header["unreported"])

    def _offer(
        self,
        tracks: Tracks,
        identities: NetworkIdentities,
        held: Flags,
        reported: frozenset[tuple[str, str]],
        is_explained: Callable[[int], bool],
        time_ns: int,
    ) -> list[Told]:
        """Offer what flies into a partner's area, cue the partner where we lose it, withdraw what turned back."""
        rows = np.flatnonzero(held)
        near = tracks.take(rows)
        entering = self.areas.entering(near)
        steady, told, number_of = dict[tuple[str, str], int](), list[Told](), dict[tuple[str, str], int]()
        for k, nation in zip(*(found.tolist() for found in np.nonzero(entering)), strict=True):
            key = identities.text[rows[k]].decode(), self.areas.nations[nation]
            steady[key], number_of[key] = max(self.steady.get(key, 0), 0) + 1, int(rows[k])
        told += self._withdraw(tracks, steady, time_ns)
        self.steady = steady
        due = [key for key, count in steady.items() if count >= STEADY and ("offer", *key) not in self.not_before_ns]
        for text, nation in due:
            row = number_of[text, nation]
            if len(told) >= MOST_A_TICK:
                break
            if not is_explained(int(tracks.track_id[row])):
                self.not_before_ns["offer", text, nation] = time_ns + AGAIN_NS
                label = self.label(tracks, int(tracks.track_id[row]))
                why = f"flies into the area of {nation}"
                told += self.handovers.offer(text, nation, label, time_ns, by=RULE, reason=why)
        return told + self._cue_ahead(tracks, steady, number_of, reported, is_explained, time_ns)

    def _withdraw(self, tracks: Tracks, steady: dict[tuple[str, str], int], time_ns: int) -> list[Told]:
        """Withdraw the offers by rule of what no longer makes for the taker's area; counts go into ``steady``."""
        told: list[Told] = []
        for handover_id, course in list(self.handovers.courses.items()):
            record = course.record
            key = record.network_id, record.taker
            if not course.is_open or record.giver != self.configuration.nation or record.decided_by != RULE:
                continue
            if key not in steady:
                steady[key] = min(self.steady.get(key, 0), 0) - 1
                if steady[key] <= -TURNED:
                    why = "it no longer flies there, or is another's now"
                    told += self.handovers.withdraw(handover_id, record.label, time_ns, by=RULE, reason=why)
        return told

    def _cue_ahead(
        self,
        tracks: Tracks,
        steady: dict[tuple[str, str], int],
        number_of: dict[tuple[str, str], int],
        reported: frozenset[tuple[str, str]],
        is_explained: Callable[[int], bool],
        time_ns: int,
    ) -> list[Told]:
        """Ask a partner to look for what flies into its area, which it does not report and we shall soon not see."""
        told: list[Told] = []
        due = [
            key for key, count in steady.items()
            if count >= STEADY and key[::-1] not in reported and ("cue", *key) not in self.not_before_ns
        ]  # fmt: skip
        if not due:
            return told
        rows = np.array([number_of[key] for key in due])
        lost = (tracks.status[rows] == TrackStatus.COASTING) | self.areas.leaving(tracks.take(rows))
        for (text, nation), row, is_lost in zip(due, rows.tolist(), lost.tolist(), strict=True):
            if is_lost and len(told) < MOST_A_TICK and not is_explained(int(tracks.track_id[row])):
                self.not_before_ns["cue", text, nation] = time_ns + CUED_NS
                told += self._ask(tracks, row, text, nation, time_ns, "our sensors will not see it much longer")
        return told

    def _accept(self, tracks: Tracks, identities: NetworkIdentities, time_ns: int) -> list[Told]:
        """Take over what is offered to us and what we have a confirmed track of."""
        told: list[Told] = []
        for handover_id, course in list(self.handovers.courses.items()):
            if course.is_open and course.record.taker == self.configuration.nation:
                row = identities.row_of(course.record.network_id)
                if row is not None and tracks.status[row] == TrackStatus.CONFIRMED:
                    number = int(tracks.track_id[row])
                    label, why = self.label(tracks, number), f"own confirmed track {number}"
                    told += self.handovers.answer(handover_id, label, time_ns, accept=True, by=RULE, reason=why)
        return told

    def _claim(
        self,
        tracks: Tracks,
        identities: NetworkIdentities,
        rows: Int64,
        reported: frozenset[tuple[str, str]],
        time_ns: int,
    ) -> list[Told]:
        """Take over what we see and its holder does not report any more."""
        told, unreported = list[Told](), dict[str, int]()
        for row in rows.tolist():
            text = identities.text[row].decode()
            holder = self.handovers.holder_of(text)
            if (holder, text) in reported:
                continue
            unreported[text] = self.unreported_ns.get(text, time_ns)
            is_seen = tracks.status[row] == TrackStatus.CONFIRMED
            silent_ns, key = time_ns - unreported[text], ("claim", text, holder)
            if silent_ns < SILENT_NS or not is_seen or key in self.not_before_ns or len(told) >= MOST_A_TICK:
                continue
            is_here = self.areas.is_ours(float(tracks.latitude_deg[row]), float(tracks.longitude_deg[row]))
            if is_here or silent_ns >= SILENT_ELSEWHERE_NS:
                self.not_before_ns[key] = time_ns + AGAIN_NS
                label = self.label(tracks, int(tracks.track_id[row]))
                why = f"{holder} has not reported it for {silent_ns // NS_PER_S} s"
                told += self.handovers.claim(text, label, time_ns, by=RULE, reason=why)
        self.unreported_ns = unreported
        return told

    def _look(self, tracks: Tracks, identities: NetworkIdentities, time_ns: int) -> list[Told]:
        """Answer the cues that we can: with the confirmed track that fits best, or after a while with none."""
        told: list[Told] = []
        for course in self.cues.waiting(time_ns):
            row = find_cued(course, tracks, identities, time_ns)
            if row is not None:
                label, text = self.label(tracks, int(tracks.track_id[row])), identities.text[row].decode()
                place = float(tracks.latitude_deg[row]), float(tracks.longitude_deg[row]), _altitude_m(tracks, row)
                told += self.cues.answer(course, label, time_ns, seen_as=text, place=place, reason=f"seen as {text}")
            elif time_ns - course.heard_ns >= LOOKS_NS or time_ns >= course.record.expires_ns - 2 * NS_PER_S:
                told += self.cues.answer(course, self.label(tracks), time_ns, seen_as=None, reason="no track there")
        return told

    def _cue_by_person(
        self, decision: Decision, what: str, nation: str, row: int | None, tracks: Tracks, time_ns: int
    ) -> tuple[Told, ...]:
        """Ask about an own track by its identity, or about a place: latitude,longitude,radius (deg, m)."""
        if row is not None:
            return self._ask(tracks, row, what, nation, time_ns, decision.reason)
        try:
            latitude, longitude, radius_m = (float(part) for part in what.split(","))
        except ValueError:
            return ()
        if not (abs(latitude) <= 90 and abs(longitude) <= 180 and 0 < radius_m <= 100e3):
            return ()
        place = (latitude, longitude, None)
        return self.cues.ask(nation, place, radius_m, None, self.label(tracks), time_ns, reason=decision.reason)

    def _ask(self, tracks: Tracks, row: int, text: str, nation: str, time_ns: int, reason: str) -> tuple[Told, ...]:
        radius_m = max(CUE_RADIUS_M, 2.0 * float(np.nan_to_num(tracks.position_95_m[row])))
        ahead_s = (time_ns - int(tracks.time_ns[row])) / NS_PER_S
        east, north = float(tracks.velocity_east_mps[row]), float(tracks.velocity_north_mps[row])
        north_m, east_m = (float(m[0]) for m in metres_per_degree(tracks.latitude_deg[row : row + 1]))
        place = (
            float(tracks.latitude_deg[row]) + north * ahead_s / north_m,
            float(tracks.longitude_deg[row]) + east * ahead_s / east_m,
            _altitude_m(tracks, row),
        )
        label = self.label(tracks, int(tracks.track_id[row]))
        return self.cues.ask(nation, place, radius_m, (east, north), label, time_ns, network_id=text, reason=reason)


def _altitude_m(tracks: Tracks, row: int) -> float | None:
    altitude_m = float(tracks.altitude_m[row])
    return None if np.isnan(altitude_m) else altitude_m


def find_cued(course: CueCourse, tracks: Tracks, identities: NetworkIdentities, time_ns: int) -> int | None:
    """Return the row of the confirmed own track that fits a cue best at ``time_ns`` (UTC ns); None: none does."""
    cue, confirmed = course.record, tracks.status == TrackStatus.CONFIRMED
    named = None if cue.network_id is None else identities.row_of(cue.network_id)
    if named is not None and confirmed[named]:
        return named
    if not confirmed.any():
        return None
    ahead_s = (time_ns - cue.time_ns) / NS_PER_S
    east, north = cue.velocity_east_mps or 0.0, cue.velocity_north_mps or 0.0
    north_m, east_m = metres_per_degree(tracks.latitude_deg)
    away_m = np.hypot(
        (tracks.latitude_deg - cue.latitude_deg) * north_m - north * ahead_s,
        (tracks.longitude_deg - cue.longitude_deg) * east_m - east * ahead_s,
    )
    sigma_m = np.sqrt(np.nan_to_num(tracks.covariance[:, 0] + tracks.covariance[:, 6]))
    fits = confirmed & (away_m <= cue.radius_m + CUE_GROWS_MPS * abs(ahead_s) + GATE_SIGMA * sigma_m)
    if cue.velocity_east_mps is not None and cue.velocity_north_mps is not None:
        unlike = np.hypot(tracks.velocity_east_mps - east, tracks.velocity_north_mps - north)
        fits &= unlike <= SPEED_GATE_MPS
    rows = np.flatnonzero(fits)
    return int(rows[np.argmin(away_m[rows])]) if len(rows) else None
