"""The whole pure core: one envelope in, what follows from it out. Live and replay run exactly this."""

from __future__ import annotations

from dataclasses import dataclass

from sargas.model.envelope import Envelope
from sargas.model.label import most_restrictive
from sargas.model.message import Message
from sargas.model.records import (
    RECORD,
    Claim,
    Configuration,
    Decision,
    FlightPermission,
    GnssInterference,
    HumanReport,
    ReporterHistory,
    SensorStatus,
    SourceHealth,
    Tick,
    WarningDelivery,
    WindTable,
)
from sargas.model.tracks import Tracks
from sargas.picture.appraisal import CROWD
from sargas.picture.reported import hear_reports
from sargas.picture.state import Picture, State
from sargas.picture.track_events import correlation_events, group_events, number_events
from sargas.tracking.support import Support


@dataclass(frozen=True, slots=True)
class Outputs:
    """What one envelope led to, in order."""

    messages: tuple[Message, ...] = ()


def step(state: State, envelope: Envelope) -> Outputs:
    """Advance the picture by one envelope of the journal.

    Datagrams are decoded, tracked and assessed at once; records (tick, decision, configuration, feed health) take
    effect. Nothing in a datagram raises: what is wrong is counted in its source's health. Raises ValueError for a
    record that is none and for any envelope before the first configuration: the journal is not one of ours.
    """
    state.time_ns = max(state.time_ns, envelope.receive_time_ns)
    if envelope.kind == "record":
        messages = _step_record(state, envelope)
    elif state.picture is None:
        raise ValueError(f"envelope {envelope.sequence}: expected a configuration first, was a datagram")
    else:
        messages = _step_datagram(state.picture, state.time_ns, envelope)
    state.digest.update(messages)
    return Outputs(messages)


def _step_datagram(picture: Picture, time_ns: int, envelope: Envelope) -> tuple[Message, ...]:
    decoded = picture.intake.decode(envelope.source, envelope.receive_time_ns, envelope.data)
    picture.health.count(
        envelope.source,
        envelope.receive_time_ns,
        records=decoded.records,
        rejects=[reject.reason for reject in decoded.rejects],
        duplicates=decoded.duplicates,
        trailing_bytes=decoded.trailing_bytes,
        quarantine=decoded.quarantine,
        sensors=() if decoded.plots is None else decoded.plots.sensors_present(),
    )
    messages: list[Message] = []
    for status in decoded.statuses:
        _hear_sensor(picture, status)
        messages.append(status)
    if decoded.plots is not None and len(decoded.plots):
        messages.append(decoded.plots)
        trusted = picture.integrity.take(decoded.plots, picture.tracker)
        _tell_own(picture, picture.tracker.update(trusted), messages)
        picture.cooperation.hear(decoded.plots, picture.tracker.sites)
        picture.appraisal.emissions.hear(decoded.plots)
        picture.lost.hear(decoded.plots, picture.tracker.sites)
    if decoded.tracks is not None and len(decoded.tracks):
        for batch in picture.fused.take(envelope.source, decoded.tracks, envelope.receive_time_ns):
            _track(picture, batch, messages)
    if picture.touched.is_due(time_ns):
        _assess(picture, time_ns, messages)
    return tuple(messages)


def _track(picture: Picture, tracks: Tracks, messages: list[Message]) -> None:
    """Put tracks out, and before the zone rules; a node without zones has no alerts, and a replay of it no cost."""
    if len(tracks):
        tracks = picture.identity.mask(picture.appraisal.show(tracks))
        picture.identity.forget_dropped(tracks)
        picture.appraisal.forget_dropped(tracks)
        messages.append(tracks)
        if picture.configuration.zones:
            picture.touched.add(tracks)


def _tell_own(picture: Picture, tracks: Tracks, messages: list[Message]) -> None:
    """Tell own tracks with their group and with what partners know of the same objects."""
    for batch in picture.fused.read(picture.groups.mark(tracks)):
        _track(picture, batch, messages)


def _group(picture: Picture, tracks: Tracks, time_ns: int, messages: list[Message]) -> None:
    """Find who flies together; members of a group that changed are told again, so that no screen waits for a plot."""
    before = picture.groups.column(tracks.track_id)
    now, changes = picture.groups.advance(tracks, time_ns, picture.tracker.sites.sensors)
    _tell_own(picture, tracks.take(before != now), messages)
    messages.extend(group_events(changes, picture.configuration, tracks.label, time_ns))


def _correlate(picture: Picture, tracks: Tracks, time_ns: int, messages: list[Message]) -> None:
    """Find which partners' tracks are objects of ours, and tell what that changes."""
    for batch in picture.fused.silence(time_ns):
        _track(picture, batch, messages)
    told, changes = picture.fused.advance(picture.groups.mark(tracks), time_ns, picture.tracker.heard(time_ns))
    for batch in told:
        _track(picture, batch, messages)
    label = most_restrictive((tracks.label, *picture.fused.labels))
    messages.extend(correlation_events(changes, picture.configuration, label, time_ns))


def _cooperate(picture: Picture, tracks: Tracks, support: Support, time_ns: int, messages: list[Message]) -> None:
    """Judge what tracks say of themselves; what is told of it counts among the claims about them."""
    for claim in picture.cooperation.advance(tracks, support, time_ns):
        picture.identity.take(claim)
        messages.append(claim)


def _assess(picture: Picture, time_ns: int, messages: list[Message]) -> None:
    doubted = picture.cooperation.doubted()
    for tracks in picture.touched.take(time_ns):
        causes = picture.zones.assess(tracks, time_ns, doubted)
        messages.extend(picture.alerting.take(causes, tracks, picture.identity, time_ns))


def _hear_sensor(picture: Picture, status: SensorStatus) -> None:
    """Take a radar at its word about where it stands (I034/120), that its beam goes round (I034/000), its health."""
    picture.lost.hear_status(status)
    if status.latitude_deg is not None and status.longitude_deg is not None:
        picture.tracker.place(status.sensor_id, status.latitude_deg, status.longitude_deg, status.height_m or 0.0)
    if status.report in ("north", "sector"):
        picture.tracker.hear(status.sensor_id, status.time_ns)


def _step_record(state: State, envelope: Envelope) -> tuple[Message, ...]:
    record = RECORD.validate_json(envelope.data)
    if isinstance(record, Configuration):
        state.picture = Picture.of(record)
        return (record,)
    picture = state.picture
    if picture is None:
        raise ValueError(f"envelope {envelope.sequence}: expected a configuration first, was a {record.kind}")
    match record:
        case Tick():
            return _tick(picture, record.time_ns)
        case Decision():
            picture.reports.decide(record)
            return (record, *picture.alerting.decide(record), *picture.outlook.decide(record))
        case HumanReport():
            picture.reports.take(record)
            picture.lost.hear_report(record)
            return (record,)
        case ReporterHistory():
            picture.reports.reliability.remember(record.source_id, record.right, record.wrong)
            return (record,)
        case FlightPermission():
            picture.cooperation.permit(record)
            return (record,)
        case Claim():
            picture.identity.take(record)
            picture.appraisal.hear(record)
            return (record,)
        case WarningDelivery():
            return (record, *picture.outlook.deliveries.note(record))
        case WindTable():
            picture.drifting.hear(record, state.time_ns)
            return (record,)
        case SourceHealth():
            picture.health.hear_feed(record)
            return ()
        case _:
            raise ValueError(f"envelope {envelope.sequence}: a {record.kind} is an output, it cannot come in")


def _tick(picture: Picture, time_ns: int) -> tuple[Message, ...]:
    """Let time pass: tracks coast and drop, alerts end, radars that walk off and silent sources are named."""
    messages: list[Message] = []
    _tell_own(picture, picture.tracker.advance(time_ns), messages)
    tracks = picture.appraisal.tick(picture.tracker.report(time_ns), time_ns, picture.cooperation.doubted())
    changes = picture.tracker.events()
    for change in (change for change in changes if change.kind != "split"):
        picture.fused.correlation.rename(change.other, change.kept)
    messages.extend(number_events(changes, picture.configuration, tracks.label))
    messages.extend(hear_reports(picture.reports, picture.appraisal.classifier, picture.identity, tracks, time_ns))
    _correlate(picture, tracks, time_ns, messages)
    _group(picture, tracks, time_ns, messages)
    support = picture.tracker.support(time_ns)
    _cooperate(picture, tracks, support, time_ns, messages)
    crowded, is_even = len(tracks) > CROWD, picture.appraisal.turn % 2 == 0
    if not crowded or is_even:  # in a crowd identity and outlook take turns
        messages.extend(picture.identity.tick(tracks, time_ns, picture.appraisal.reasons))
    messages.extend(picture.drifting.tick(tracks, time_ns))
    _assess(picture, time_ns, messages)
    if picture.configuration.zones:
        causes = picture.zones.assess(Tracks.none(picture.configuration.label), time_ns)
        messages.extend(picture.alerting.take(causes, tracks, picture.identity, time_ns))
        messages.extend(picture.alerting.tick(picture.identity.mask(tracks), picture.identity, time_ns))
    is_looked_at = bool(picture.configuration.zones or picture.configuration.municipalities)
    if is_looked_at and (not crowded or not is_even):
        alerts = picture.alerting.active()
        picture.outlook.note_births(support.track_id, support.birth_ns)
        drifts = picture.drifting.entries_of
        judged = picture.outlook.tick(tracks, picture.identity, picture.appraisal, alerts, time_ns, drifts)
        messages.extend(judged)
        picture.zones.likelihood = picture.alerting.likelihood = picture.outlook.likelihood
    tracker, registrations = picture.tracker, picture.registrations
    messages.extend(picture.lost.tick(tracks, picture.identity, changes, tracker.sites, time_ns))
    for event in picture.integrity.tick(time_ns, tracks, tracker):
        if isinstance(event, GnssInterference):
            picture.cooperation.hear_interference(event)
        messages.append(event)
    messages.extend(registrations.tick(time_ns, tracker.registration, tracker.sites, tracks.label))
    messages.extend(picture.health.tick(time_ns, picture.intake.clock_offset_s, registrations.walked_off()))
    return tuple(messages)
