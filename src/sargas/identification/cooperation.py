"""Cooperative correlation: what each track says it is, whether that can be believed, and which permission explains it.

What an object says of itself may explain its track, never silence it: the place must agree with a sensor that measures
by itself, or the doubt is told. Page: docs/cooperation.md.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from sargas.geo.plane import RegionPlane
from sargas.identification.claim_making import Making, Revision
from sargas.identification.cooperation_state import KNOWN, Judgement, Known, align, judge
from sargas.identification.cooperation_words import (
    CONFIRMED,
    DOUBTFUL,
    FRIEND,
    NONE,
    STATES,
    explain_finding,
    explain_permission,
    grade_cooperation,
    grade_identity,
    grade_permission,
    sureness_of,
)
from sargas.identification.permissions import PermissionBook
from sargas.identification.saying import name_of, say
from sargas.identification.senders import SenderBook
from sargas.model.columns import NO_CODE, NS_PER_S, Int64
from sargas.model.identity_records import Claim, FlightPermission, GnssInterference
from sargas.model.label import Label
from sargas.model.parts import pack, unpack
from sargas.model.plots import Plots
from sargas.model.records import Configuration
from sargas.model.tracks import Tracks
from sargas.sensors.site import Sites
from sargas.tracking.support import Support

MARK = b"SARGAS-COOPERATION-2\n"
FORGET_EVERY_NS = 10 * NS_PER_S
TOLD_STEP = 0.2
"""An explanation is told anew when its probability has moved by so much."""
OWN_FORCES = ("own_drone", "police", "border_guard", "medical", "rescue")
"""Purposes of permissions that may name a friend."""


class Held(NamedTuple):
    """A permission that explains a track: the track's state and the probability as told, whether it names a friend."""

    name: str
    state: int
    probability: float
    is_own: bool
    label: Label


class Cooperation:
    """Judge at each tick what tracks say of themselves, and tell what changed. Deterministic."""

    def __init__(self, configuration: Configuration, plane: RegionPlane) -> None:
        self.senders = SenderBook()
        self.permissions = PermissionBook(plane)
        self._configuration = configuration
        self._known: Known = np.zeros(0, KNOWN)
        self._explained = dict[int, Held]()
        """What explains tracks, as last told."""
        self._spoofed = dict[str, int]()
        """By event of disturbed navigation that goes on: the address."""
        self._forget_ns = 0

    def hear(self, plots: Plots, sites: Sites) -> None:
        """Take what objects tell of their own place in a batch."""
        self.senders.hear(plots, sites)

    def hear_interference(self, event: GnssInterference) -> None:
        """Take whose satellite navigation is not to be trusted; lost accuracy is judged by the codes themselves."""
        if event.icao_address is None or event.cause == "jamming":
            return
        self._spoofed.pop(event.event_id, None)
        if event.state != "ended":
            self._spoofed[event.event_id] = int(event.icao_address, 16)

    def permit(self, permission: FlightPermission) -> None:
        """Take a revision of a flight permission; it counts from the next tick on."""
        self.permissions.permit(permission)

    def go_on_from(self, before: Cooperation, time_ns: int) -> tuple[()]:
        """Begin anew after a part that failed, with the permissions that persons handed in."""
        self.permissions = before.permissions
        return ()

    def states(self, track_id: Int64) -> Any:
        """Return the state of tracks, an index into ``STATES``; 0 of those that say nothing of themselves."""
        if not len(self._known):
            return np.zeros(len(track_id), np.uint8)
        rows = np.minimum(np.searchsorted(self._known["track_id"], track_id), len(self._known) - 1)
        found = self._known["track_id"][rows] == track_id
        return np.where(found, self._known["state"][rows], NONE).astype(np.uint8)

    def doubted(self) -> frozenset[int]:
        """Return the numbers of the tracks whose own word is doubtful."""
        return frozenset(self._known["track_id"][self._known["state"] == DOUBTFUL].tolist())

    def explanation(self, track_id: int) -> str | None:
        """Name the permission that explains a track; None: no permission does."""
        return self._explained[track_id].name if track_id in self._explained else None

    def advance(self, tracks: Tracks, support: Support, time_ns: int) -> tuple[Claim, ...]:
        """Judge all own tracks at a tick (UTC ns); returns the claims that changed, by track.

        ``tracks`` in order of number, as the tracker reports them; ``support`` of the same tracks.
        """
        if time_ns - self._forget_ns >= FORGET_EVERY_NS:
            self.senders.forget(time_ns)
            self._forget_ns = time_ns
        self._known = align(self._known, tracks.track_id)
        speaks = (tracks.icao_address != NO_CODE) | (tracks.mode_3a != NO_CODE)
        rows = np.flatnonzero(speaks | (tracks.callsign != b"") | (tracks.uas_id != b""))
        making = Making(self._configuration.node, self._configuration.label, tracks, time_ns)
        known, judged = self._known[rows], None
        if len(rows):
            columns = Support._make(column[rows] for column in support)
            spoofed = list(self._spoofed.values())
            judged = judge(known, tracks.take(rows), columns, self.senders, spoofed, time_ns)
            self._known[rows] = known
        told = self._explain(tracks, making)
        if judged is not None:
            told += self._tell(known, judged, making)
            self._known[rows] = known
        return tuple(sorted(told, key=lambda claim: claim.track_id))

    def snapshot(self) -> bytes:
        """Return the whole state as bytes; equal states give equal bytes."""
        header = {
            "explained": [(n, *held[:-1], held.label.model_dump(mode="json")) for n, held in self._explained.items()],
            "spoofed": list(self._spoofed.items()),
            "forget_ns": self._forget_ns,
        }
        return pack(MARK, header, [self._known, self.senders.snapshot(), self.permissions.snapshot()])

    def restore(self, data: bytes) -> None:
        """Go on from a snapshot of the same configuration. Raises ValueError for bytes that are none."""
        header, (self._known, senders, permissions) = unpack(MARK, data, 3)
        self._explained = {
            number: Held(name, state, probability, is_own, Label.model_validate(label))
            for number, name, state, probability, is_own, label in header["explained"]
        }
        self._spoofed, self._forget_ns = dict(header["spoofed"]), header["forget_ns"]
        self.senders.restore(senders.tobytes())
        self.permissions.restore(permissions.tobytes())

    def _tell(self, known: Known, judged: Judgement, making: Making) -> list[Claim]:
        """Tell of the tracks whose state, probability or identities changed."""
        # of one's own forces by a permission; that the name is true is another matter
        friends = np.isin(known["track_id"], [number for number, held in self._explained.items() if held.is_own])
        tell = np.where((known["state"] == CONFIRMED) & friends, FRIEND, known["state"])
        told = list[Claim]()
        for row in np.flatnonzero(judged.is_due | judged.is_renamed | (tell != known["told_state"])).tolist():
            found, number, value = judged.finding(row, known), int(known["track_id"][row]), STATES[tell[row]]
            evidence, said = explain_finding(found), None
            if tell[row] == FRIEND:
                held = self._explained[number]
                evidence, said = (say("permission_names", permission=held.name), *evidence), held.label
            state: Revision = "corrected" if known["told_state"][row] else "made"
            if judged.is_due[row] or tell[row] != known["told_state"][row]:
                grades = grade_cooperation(found)
                sureness = sureness_of(found)
                told.append(making.claim(number, "cooperation", value, sureness, grades, evidence, state, said=said))
            # whoever reads the identity alone must see the doubt: it is told with it each time
            own = say("own_word", state=name_of("state", STATES[found.state]))
            evidence, grades, name = (own, *evidence), grade_identity(found), _name(known[row])
            told.append(making.claim(number, "identity", name, found.probability, grades, evidence, state, said=said))
            known["told_state"][row], known["told_probability"][row] = tell[row], found.probability
            known["told_ns"][row] = making.time_ns
        return told

    def _explain(self, tracks: Tracks, making: Making) -> list[Claim]:
        """Tell which permissions explain which tracks, where that changed."""
        if not len(self.permissions) and not self._explained:
            return []
        there = set(tracks.track_id.tolist())
        before = {number: held for number, held in self._explained.items() if number in there}
        names = {number: held.name for number, held in before.items()}
        explained = self.permissions.explain(tracks, making.time_ns, names, self.doubted())
        states = dict(zip(self._known["track_id"].tolist(), self._known["state"].tolist(), strict=True))
        told, self._explained = list[Claim](), {}
        for number in sorted(before.keys() | explained.keys()):
            last, found, state = before.get(number), explained.get(number), states[number]
            if last is not None and (found is None or found.permission.permission_id != last.name):
                over = (say("no_longer"),)
                told.append(making.permission_claim(number, last.name, 0.0, ("B", 5), over, "withdrawn", last.label))
                last = None
            if found is None:
                continue
            is_own = bool(found.equal) and found.permission.purpose in OWN_FORCES
            now = Held(found.permission.permission_id, state, found.probability, is_own, found.permission.label)
            is_alike = last is not None and (last.state, last.label) == (state, now.label)
            if last is not None and is_alike and abs(last.probability - now.probability) < TOLD_STEP:
                self._explained[number] = last._replace(is_own=is_own)
                continue
            self._explained[number] = now
            grades, why = grade_permission(found, state), explain_permission(found, state)
            revision: Revision = "made" if last is None else "corrected"
            told.append(making.permission_claim(number, now.name, found.probability, grades, why, revision, now.label))
        return told


def _name(known: Any) -> str:
    """Write the identities of a track: ``icao:4ca123 mode_3a:1234 callsign:BLT123 uas:...``, those that it has."""
    parts = []
    if known["icao_address"] != NO_CODE:
        parts.append(f"icao:{known['icao_address']:06x}")
    if known["mode_3a"] != NO_CODE:
        parts.append(f"mode_3a:{known['mode_3a']:04o}")
    for name, key in (("callsign", "callsign"), ("uas", "uas_id")):
        text = known[key].decode("ascii", "replace").strip()
        if text:
            parts.append(f"{name}:{text}")
    return " ".join(parts)
