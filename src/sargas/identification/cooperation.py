"""Cooperative correlation: what each track says it is, whether that can be believed, and which permission explains it.

What an object says of itself may explain its track, never silence it: the place must agree with a sensor that measures
by itself, or the doubt is told. Page: docs/cooperation.md.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from sargas.geo.plane import RegionPlane
from sargas.identification.claims import SenderBook
from sargas.identification.cooperation_state import KNOWN, Judgement, Known, align, judge
from sargas.identification.cooperation_words import (
    DOUBTFUL,
    NONE,
    STATES,
    Reliability,
    explain_finding,
    explain_permission,
    grade_cooperation,
    grade_identity,
    grade_permission,
)
from sargas.identification.permissions import PermissionBook
from sargas.model.columns import NO_CODE, NS_PER_S, Int64
from sargas.model.identity_records import Claim, FlightPermission, GnssInterference
from sargas.model.label import Label, most_restrictive
from sargas.model.parts import pack, unpack
from sargas.model.plots import Plots
from sargas.model.records import Configuration
from sargas.model.tracks import Tracks
from sargas.sensors.site import Sites
from sargas.tracking.support import Support

MARK = b"SARGAS-COOPERATION-1\n"
FORGET_EVERY_NS = 10 * NS_PER_S
SOURCE = "sargas"
TOLD_STEP = 0.2
"""An explanation is told anew when its probability has moved by so much."""


class Cooperation:
    """Judge at each tick what tracks say of themselves, and tell what changed. Deterministic."""

    def __init__(self, configuration: Configuration, plane: RegionPlane) -> None:
        self.senders = SenderBook()
        self.permissions = PermissionBook(plane)
        self._configuration = configuration
        self._known: Known = np.zeros(0, KNOWN)
        self._explained = dict[int, tuple[str, int, float]]()
        """By track: permission, state and probability last told."""
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

    def states(self, track_id: Int64) -> Any:
        """Return the state of tracks, an index into ``STATES``; 0 of those that say nothing of themselves."""
        if not len(self._known):
            return np.zeros(len(track_id), np.uint8)
        rows = np.minimum(np.searchsorted(self._known["track_id"], track_id), len(self._known) - 1)
        found = self._known["track_id"][rows] == track_id
        return np.where(found, self._known["state"][rows], NONE).astype(np.uint8)

    def explanation(self, track_id: int) -> str | None:
        """Name the permission that explains a track; None: no permission does."""
        return self._explained[track_id][0] if track_id in self._explained else None

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
        label = most_restrictive((tracks.label, self._configuration.label))
        told = list[Claim]()
        if len(rows):
            own, known = tracks.take(rows), self._known[rows]
            columns = Support._make(column[rows] for column in support)
            judged = judge(known, own, columns, self.senders, list(self._spoofed.values()), time_ns)
            told += self._tell(known, judged, label, time_ns)
            self._known[rows] = known
        told += self._explain(tracks, label, time_ns)
        return tuple(sorted(told, key=lambda claim: claim.track_id))

    def snapshot(self) -> bytes:
        """Return the whole state as bytes; equal states give equal bytes."""
        header = {
            "explained": [(number, *told) for number, told in self._explained.items()],
            "spoofed": list(self._spoofed.items()),
            "forget_ns": self._forget_ns,
        }
        return pack(MARK, header, [self._known, self.senders.snapshot(), self.permissions.snapshot()])

    def restore(self, data: bytes) -> None:
        """Go on from a snapshot of the same configuration. Raises ValueError for bytes that are none."""
        header, (self._known, senders, permissions) = unpack(MARK, data, 3)
        self._explained = {number: (name, state, share) for number, name, state, share in header["explained"]}
        self._spoofed, self._forget_ns = dict(header["spoofed"]), header["forget_ns"]
        self.senders.restore(senders.tobytes())
        self.permissions.restore(permissions.tobytes())

    def _tell(self, known: Known, judged: Judgement, label: Label, time_ns: int) -> list[Claim]:
        """Tell of the tracks whose state, probability or identities changed."""
        told = list[Claim]()
        for row in np.flatnonzero(judged.is_moved | judged.is_renamed).tolist():
            found, number = judged.finding(row, known), int(known["track_id"][row])
            made: Literal["made", "corrected"] = "corrected" if known["told_state"][row] else "made"
            state, evidence = STATES[found.state], explain_finding(found)
            assert state is not None  # every track judged has one
            if judged.is_moved[row]:
                grades = grade_cooperation(found)
                told.append(
                    self._claim(number, "cooperation", state, found.probability, grades, evidence, made, label, time_ns)
                )
            # whoever reads the identity alone must see the doubt: it is told with it each time
            name = _name(known[row])
            told.append(
                self._claim(
                    number, "identity", name, found.probability, grade_identity(found),
                    (f"its own word is {state}", *evidence), made, label, time_ns,
                )
            )  # fmt: skip
            known["told_state"][row], known["told_probability"][row] = found.state, found.probability
            known["told_ns"][row] = time_ns
        return told

    def _explain(self, tracks: Tracks, label: Label, time_ns: int) -> list[Claim]:
        """Tell which permissions explain which tracks, where that changed."""
        if not len(self.permissions) and not self._explained:
            return []
        there = set(tracks.track_id.tolist())
        before = {number: told for number, told in self._explained.items() if number in there}
        doubtful = self._known["track_id"][self._known["state"] == DOUBTFUL]
        names = {number: told[0] for number, told in before.items()}
        explained = self.permissions.explain(tracks, time_ns, names, set(doubtful.tolist()))
        states = dict(zip(self._known["track_id"].tolist(), self._known["state"].tolist(), strict=True))
        told, self._explained = list[Claim](), {}
        for number in sorted(before.keys() | explained.keys()):
            last, found, state = before.get(number), explained.get(number), states[number]
            if found is None:
                assert last is not None  # one of the two is there
                told.append(
                    self._claim(
                        number, "permission", f"permission:{last[0]}", 0.0, ("B", 5), ("no longer explained by it",),
                        "withdrawn", label, time_ns,
                    )
                )  # fmt: skip
                continue
            name, share = found.permission.permission_id, found.probability
            if last is not None and last[:2] == (name, state) and abs(last[2] - share) < TOLD_STEP:
                self._explained[number] = last
                continue
            self._explained[number] = (name, state, share)
            told.append(
                self._claim(
                    number, "permission", f"permission:{name}", share, grade_permission(found, state),
                    explain_permission(found, state), "corrected" if last else "made", label, time_ns,
                )
            )  # fmt: skip
        return told

    def _claim(
        self,
        number: int,
        what: Literal["cooperation", "identity", "permission"],
        value: str,
        probability: float,
        grades: tuple[Reliability, int],
        evidence: tuple[str, ...],
        state: Literal["made", "corrected", "withdrawn"],
        label: Label,
        time_ns: int,
    ) -> Claim:
        node = self._configuration.node
        return Claim(
            id=f"{node}/{number}/{what}/{time_ns}",
            time_ns=time_ns,
            origin=node,
            label=label,
            claim_id=f"{node}/{number}/{what}",
            state=state,
            track_id=number,
            about="cooperation" if what == "cooperation" else "identity",
            value=value[:200],
            probability=round(probability, 3),
            reliability=grades[0],
            credibility=grades[1],
            source=SOURCE,
            evidence=evidence,
        )


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
