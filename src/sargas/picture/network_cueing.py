"""Asking a partner to look, and looking for it: the rules by which cues are made and answered, at ticks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from sargas.model.columns import NS_PER_S
from sargas.model.label import Label, most_restrictive
from sargas.model.parts import pack, unpack
from sargas.model.records import Configuration, Cue, Decision
from sargas.model.tracks import Tracks, TrackStatus
from sargas.picture.network_areas import NetworkAreas
from sargas.picture.network_identities import NetworkIdentities
from sargas.sharing.cues import LOOKS_NS, Course, CueBook
from sargas.tracking.remote import metres_per_degree

MARK = b"SARGAS-NETWORK-CUEING-1\n"
AGAIN_NS = 120 * NS_PER_S
"""A partner is not asked about an object again before."""
MOST_A_TICK = 20
RADIUS_M = 2_000.0
GROWS_MPS = 30.0
"""A cued object may fly otherwise than thought by so much."""
GATE_SIGMA = 3.0
SPEED_GATE_MPS = 40.0


def label_of(configuration: Configuration, tracks: Tracks, *numbers: int) -> Label:
    """Return the label of what is said to partners of own tracks."""
    own = (tracks.label_of(*numbers),) if numbers else ()
    return most_restrictive((*own, configuration.label))


@dataclass(slots=True)
class NetworkCueing:
    """Drive the cues of one nation."""

    configuration: Configuration
    areas: NetworkAreas
    book: CueBook
    not_before_ns: dict[tuple[str, str], int] = field(default_factory=dict)
    """By identity and nation."""

    def ask_ahead(
        self,
        tracks: Tracks,
        rows_of: dict[tuple[str, str], int],
        reported: frozenset[tuple[str, str]],
        is_explained: Callable[[int], bool],
        time_ns: int,
    ) -> list[Cue]:
        """Ask a partner to look for what flies into its area, which it does not report and we shall soon not see.

        ``rows_of``: by identity and nation, the row of what flies into its area.
        """
        told: list[Cue] = []
        self.not_before_ns = {key: ns for key, ns in self.not_before_ns.items() if ns > time_ns}
        due = [key for key in rows_of if key[::-1] not in reported and key not in self.not_before_ns]
        if not due:
            return told
        rows = np.array([rows_of[key] for key in due])
        lost = (tracks.status[rows] == TrackStatus.COASTING) | self.areas.leaving(tracks.take(rows))
        for (text, nation), row, is_lost in zip(due, rows.tolist(), lost.tolist(), strict=True):
            if is_lost and len(told) < MOST_A_TICK and not is_explained(int(tracks.track_id[row])):
                self.not_before_ns[text, nation] = time_ns + AGAIN_NS
                told += self._ask(tracks, row, text, nation, time_ns, "our sensors will not see it much longer")
        return told

    def look(self, tracks: Tracks, identities: NetworkIdentities, time_ns: int) -> list[Cue]:
        """Answer the cues that we can: with the confirmed track that fits best, or after a while with none."""
        told: list[Cue] = []
        for course in self.book.waiting(time_ns):
            row = find_cued(course, tracks, identities, time_ns)
            if row is not None:
                label, text = (
                    self._label(tracks, int(tracks.track_id[row])),
                    identities.text[row].decode(),
                )
                place = float(tracks.latitude_deg[row]), float(tracks.longitude_deg[row]), _altitude_m(tracks, row)
                told += self.book.answer(course, label, time_ns, seen_as=text, place=place, reason=f"seen as {text}")
            elif time_ns - course.heard_ns >= LOOKS_NS or time_ns >= course.record.expires_ns - 2 * NS_PER_S:
                told += self.book.answer(course, self._label(tracks), time_ns, seen_as=None, reason="no track there")
        return told

    def ask_by_person(
        self, decision: Decision, what: str, nation: str, row: int | None, tracks: Tracks, time_ns: int
    ) -> tuple[Cue, ...]:
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
        return self.book.ask(nation, place, radius_m, None, self._label(tracks), time_ns, reason=decision.reason)

    def _label(self, tracks: Tracks, *numbers: int) -> Label:
        return label_of(self.configuration, tracks, *numbers)

    def snapshot(self) -> bytes:
        """Return the whole state as bytes; equal states give equal bytes."""
        header = {"not_before": [[*key, ns] for key, ns in self.not_before_ns.items()]}
        return pack(MARK, header, [self.book.snapshot()])

    def restore(self, data: bytes) -> None:
        """Go on from a snapshot. Raises ValueError for bytes that are none."""
        header, (book,) = unpack(MARK, data, 1)
        self.book.restore(book.tobytes())
        self.not_before_ns = {(text, nation): ns for text, nation, ns in header["not_before"]}

    def _ask(self, tracks: Tracks, row: int, text: str, nation: str, time_ns: int, reason: str) -> tuple[Cue, ...]:
        radius_m = max(RADIUS_M, 2.0 * float(np.nan_to_num(tracks.position_95_m[row])))
        ahead_s = (time_ns - int(tracks.time_ns[row])) / NS_PER_S
        east, north = float(tracks.velocity_east_mps[row]), float(tracks.velocity_north_mps[row])
        north_m, east_m = (float(m[0]) for m in metres_per_degree(tracks.latitude_deg[row : row + 1]))
        place = (
            float(tracks.latitude_deg[row]) + north * ahead_s / north_m,
            float(tracks.longitude_deg[row]) + east * ahead_s / east_m,
            _altitude_m(tracks, row),
        )
        label = self._label(tracks, int(tracks.track_id[row]))
        return self.book.ask(nation, place, radius_m, (east, north), label, time_ns, network_id=text, reason=reason)


def _altitude_m(tracks: Tracks, row: int) -> float | None:
    altitude_m = float(tracks.known_altitude_m[row])
    return None if np.isnan(altitude_m) else altitude_m


def find_cued(course: Course, tracks: Tracks, identities: NetworkIdentities, time_ns: int) -> int | None:
    """Return the row of the confirmed own track that fits a cue best at ``time_ns`` (UTC ns); None: none does."""
    cue, confirmed = course.record, tracks.is_confirmed
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
    fits = confirmed & (away_m <= cue.radius_m + GROWS_MPS * abs(ahead_s) + GATE_SIGMA * sigma_m)
    if cue.velocity_east_mps is not None and cue.velocity_north_mps is not None:
        unlike = np.hypot(tracks.velocity_east_mps - east, tracks.velocity_north_mps - north)
        fits &= unlike <= SPEED_GATE_MPS
    rows = np.flatnonzero(fits)
    return int(rows[np.argmin(away_m[rows])]) if len(rows) else None
