"""One second of the picture: every part in its turn, each contained, so that one that fails costs only itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from sargas.model.message import Message
from sargas.model.records import GnssInterference
from sargas.model.rising import are_among
from sargas.model.tracks import Tracks
from sargas.picture.crowd import CROWD
from sargas.picture.hearing import hear_partner, hear_plots
from sargas.picture.reported import hear_reports
from sargas.picture.state import Picture
from sargas.picture.telling import assess_touched, tell_own, tell_tracks
from sargas.picture.track_events import correlation_events, group_events, number_events
from sargas.tracking.support import Support
from sargas.tracking.tracker import TrackChange


@dataclass(slots=True)
class Turn:
    """What the parts hand on to each other within one tick."""

    picture: Picture
    time_ns: int
    tracks: Tracks
    """Own tracks, predicted to the tick."""
    changes: list[TrackChange] = field(default_factory=list)
    support: Support | None = None
    messages: list[Message] = field(default_factory=list)
    offered: tuple[Tracks, ...] | None = None
    """What partners may be told of."""

    def comes(self, *, even: bool) -> bool:
        """Say whether it is the turn of a part that in a crowd comes at every other tick: at even or at odd ones.

        The outlook alone takes as long as identity, drifters and standing alerts; plots wait for the whole of a tick.
        """
        return len(self.tracks) <= CROWD or (self.picture.appraisal.turn % 2 == 0) == even


def tick(picture: Picture, time_ns: int) -> tuple[tuple[Message, ...], tuple[Tracks, ...] | None]:
    """Let time pass: tracks coast and drop, alerts end, radars that walk off and silent sources are named.

    Returns what is told, and what partners may be told of; None without partners, or when that cannot be said.
    """
    turn = Turn(picture, time_ns, Tracks.none(picture.configuration.label))
    if _is_well(turn, "tracker", _tracker):  # without its tracks the others would take all objects for gone
        for part, advance in PARTS:
            _is_well(turn, part, advance)
    turn.messages.extend(picture.take_ended())
    turn.messages.extend(picture.contained.tick(time_ns))
    return tuple(turn.messages), turn.offered


def _is_well(turn: Turn, part: str, advance: Advance) -> bool:
    """Give a part its turn; what it had told when it fails stays told, for that is what it goes on from."""

    def work() -> bool:
        advance(turn)
        return True

    return turn.picture.contained.run(
        part, turn.time_ns, work, otherwise=False, restart=lambda: turn.picture.begin_anew(part, turn.time_ns)
    )


def _tracker(turn: Turn) -> None:
    picture = turn.picture
    hear_plots(picture, turn.time_ns, turn.messages)
    tell_own(picture, picture.tracker.advance(turn.time_ns), turn.messages)
    turn.tracks = picture.tracker.report(turn.time_ns)
    turn.changes = picture.tracker.events()


def _appraisal(turn: Turn) -> None:
    picture = turn.picture
    turn.tracks = picture.appraisal.tick(turn.tracks, turn.time_ns, picture.cooperation.doubted())


def _numbers(turn: Turn) -> None:
    picture = turn.picture
    for change in (change for change in turn.changes if change.kind != "split"):
        picture.fused.correlation.rename(change.other, change.kept)
    turn.messages.extend(number_events(turn.changes, picture.configuration, turn.tracks))


def _reports(turn: Turn) -> None:
    picture = turn.picture
    turn.messages.extend(
        hear_reports(picture.reports, picture.appraisal.classifier, picture.identity, turn.tracks, turn.time_ns)
    )


def _fused(turn: Turn) -> None:
    """Find which partners' tracks are objects of ours, and tell what that changes."""
    picture, time_ns = turn.picture, turn.time_ns
    for batch in picture.fused.silence(time_ns):
        tell_tracks(picture, batch, turn.messages)
    marked = picture.groups.mark(turn.tracks)
    told, changes = picture.fused.advance(marked, time_ns, picture.tracker.heard(time_ns))
    for batch in told:
        tell_tracks(picture, batch, turn.messages)
    labels = picture.fused.labels
    turn.messages.extend(correlation_events(changes, picture.configuration, turn.tracks, labels, time_ns))


def _network(turn: Turn) -> None:
    """Keep identities across borders, hand-overs and cues; a track that got another identity is told again."""
    picture, tracks = turn.picture, turn.tracks
    for source in tuple(picture.network.waiting):
        hear_partner(picture, source, (), turn.time_ns, turn.messages)
    renamed, told = picture.network.tick(tracks, turn.changes, picture.fused, picture.identity, turn.time_ns)
    picture.fused.met = picture.network.identities.met
    if len(renamed):  # no screen waits for a plot
        tell_own(picture, tracks.take(are_among(tracks.track_id, renamed)), turn.messages)
    turn.messages.extend(told)


def _offer(turn: Turn) -> None:
    if turn.picture.configuration.partners:
        turn.offered = turn.picture.network.offered(turn.tracks, turn.picture.identity, turn.picture.said)


def _groups(turn: Turn) -> None:
    """Find who flies together; members of a group that changed are told again, so that no screen waits for a plot."""
    picture, tracks = turn.picture, turn.tracks
    before = picture.groups.column(tracks.track_id)
    now, changes = picture.groups.advance(tracks, turn.time_ns, picture.tracker.sites.sensors)
    tell_own(picture, tracks.take(before != now), turn.messages)
    turn.messages.extend(group_events(changes, picture.configuration, tracks, turn.time_ns))


def _cooperation(turn: Turn) -> None:
    """Judge what tracks say of themselves; what is told of it counts among the claims about them."""
    picture = turn.picture
    turn.support = picture.tracker.support(turn.time_ns)
    for claim in picture.cooperation.advance(turn.tracks, turn.support, turn.time_ns):
        picture.identity.take(claim)
        turn.messages.append(claim)


def _identity(turn: Turn) -> None:
    picture = turn.picture
    if turn.comes(even=True):
        turn.messages.extend(picture.identity.tick(turn.tracks, turn.time_ns, picture.appraisal.reasons))


def _drifting(turn: Turn) -> None:
    if turn.comes(even=True):
        turn.messages.extend(turn.picture.drifting.tick(turn.tracks, turn.time_ns, turn.picture.said))


def _alerting(turn: Turn) -> None:
    picture, time_ns = turn.picture, turn.time_ns
    assess_touched(picture, time_ns, turn.messages)
    # of the last zone, deleted, the alerts end too, and those of an earlier run
    if picture.configuration.zones or picture.zones.active() or picture.alerting.active():
        causes = picture.zones.assess(Tracks.none(picture.configuration.label), time_ns)
        turn.messages.extend(picture.alerting.take(causes, turn.tracks, picture.identity, time_ns))
        if turn.comes(even=True):
            turn.messages.extend(picture.alerting.tick(picture.identity.mask(turn.tracks), picture.identity, time_ns))


def _outlook(turn: Turn) -> None:
    picture = turn.picture
    try:
        _look_ahead(turn)
    finally:
        picture.zones.likelihood = picture.alerting.likelihood = picture.outlook.likelihood


def _look_ahead(turn: Turn) -> None:
    picture = turn.picture
    settings, warnings = picture.configuration, picture.outlook.warnings
    is_looked_at = bool(settings.zones or settings.municipalities or warnings.courses)
    if is_looked_at and turn.comes(even=False):
        if turn.support is not None:
            picture.outlook.note_births(turn.support.track_id, turn.support.birth_ns)
        drifts, alerts = picture.drifting.entries_of, picture.alerting.active()
        turn.messages.extend(
            picture.outlook.tick(turn.tracks, picture.identity, picture.appraisal, alerts, turn.time_ns, drifts)
        )


def _lost(turn: Turn) -> None:
    picture = turn.picture
    sites, label_of = picture.tracker.sites, picture.health.label_of_sensor
    turn.messages.extend(picture.lost.tick(turn.tracks, picture.identity, turn.changes, sites, turn.time_ns, label_of))


def _integrity(turn: Turn) -> None:
    picture = turn.picture
    label_of = picture.health.label_of_sensor
    for event in picture.integrity.tick(turn.time_ns, turn.tracks, picture.tracker, label_of):
        if isinstance(event, GnssInterference):
            picture.cooperation.hear_interference(event)
        turn.messages.append(event)


def _registrations(turn: Turn) -> None:
    tracker, book, health = turn.picture.tracker, turn.picture.registrations, turn.picture.health
    label = turn.tracks.label if len(turn.tracks) else None
    turn.messages.extend(book.tick(turn.time_ns, tracker.registration, tracker.sites, label, health.label_of_sensor))


def _health(turn: Turn) -> None:
    picture = turn.picture
    off = picture.registrations.walked_off()
    turn.messages.extend(picture.health.tick(turn.time_ns, picture.intake.clock_offset_s, off))


Advance: TypeAlias = Callable[[Turn], None]
PARTS: tuple[tuple[str, Advance], ...] = (
    ("appraisal", _appraisal),
    ("numbers", _numbers),
    ("reports", _reports),
    ("fused", _fused),
    ("network", _network),
    ("groups", _groups),
    ("cooperation", _cooperation),
    ("identity", _identity),
    ("drifting", _drifting),
    ("alerting", _alerting),
    ("outlook", _outlook),
    ("lost", _lost),
    ("integrity", _integrity),
    ("registrations", _registrations),
    ("health", _health),
    ("offer", _offer),
)
"""The parts after the tracker, in the order of their turns; each but ``numbers``, ``offer`` is one of the picture."""
