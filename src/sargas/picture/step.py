"""The whole pure core: one envelope in, what follows from it out. Live and replay run exactly this."""

from __future__ import annotations

from dataclasses import dataclass

from sargas.formats.contract import Decoded, Reject
from sargas.model.envelope import Envelope
from sargas.model.message import Message
from sargas.model.records import (
    RECORD,
    Claim,
    Configuration,
    Decision,
    FlightPermission,
    HumanReport,
    OneRecord,
    PolicyChange,
    PublicWarning,
    ReporterHistory,
    SensorStatus,
    SourceHealth,
    SourceLabel,
    SourcePause,
    StandingAlert,
    Tick,
    Unit,
    WarningDelivery,
    WindTable,
    ZoneChange,
)
from sargas.model.tracks import Tracks
from sargas.picture.hearing import hear_partner, hear_plots
from sargas.picture.policies import change_policy
from sargas.picture.relabelling import announce_label, labels_due
from sargas.picture.rezoning import rezone
from sargas.picture.standing_alerts import take_standing_alert
from sargas.picture.state import Picture, State
from sargas.picture.telling import assess_touched, tell_tracks
from sargas.picture.tick import tick


@dataclass(frozen=True, slots=True)
class Outputs:
    """What one envelope led to, in order."""

    messages: tuple[Message, ...] = ()
    offered: tuple[Tracks, ...] | None = None
    """Of a tick of a node with partners: own tracks as our own sensors made them, one batch a label; else none."""
    waited_ns: int = 0
    """How long before this envelope the first plot behind the tracks told came in."""


def step(state: State, envelope: Envelope) -> Outputs:
    """Advance the picture by one envelope of the journal.

    Datagrams are decoded, tracked and assessed at once; records (tick, decision, configuration, feed health) take
    effect. Nothing in a datagram raises: what is wrong is counted in its source's health. Raises ValueError for a
    record that is none and for any envelope before the first configuration: the journal is not one of ours.
    """
    state.time_ns = max(state.time_ns, envelope.receive_time_ns)
    offered: tuple[Tracks, ...] | None = None
    if state.picture is not None:
        state.picture.unheard.waited_ns = 0
    if envelope.kind == "record":
        messages, offered = _step_record(state, envelope)
    elif state.picture is None:
        raise ValueError(f"envelope {envelope.sequence}: expected a configuration first, was a datagram")
    else:
        messages = _step_datagram(state.picture, state.time_ns, envelope)
    state.digest.update((*messages, *(offered or ())))
    return Outputs(messages, offered, 0 if state.picture is None else state.picture.unheard.waited_ns)


def _step_datagram(picture: Picture, time_ns: int, envelope: Envelope) -> tuple[Message, ...]:
    """Decode a datagram and let the picture hear it; a fault costs this datagram and shows among the sources.

    What a paused source sends is counted and never read.
    """
    messages: list[Message] = [*labels_due(picture, time_ns)] if picture.intake.waiting else []
    source, contained = envelope.source, picture.contained
    if picture.health.is_paused(source):
        picture.health.count(source, envelope.receive_time_ns)
        return tuple(messages)
    decoded = contained.run(
        f"decoder of {source}", time_ns,
        work=lambda: picture.intake.decode(source, envelope.receive_time_ns, envelope.data),
        otherwise=Decoded(rejects=(Reject(0, "fault of the decoder"),)),
        restart=lambda: picture.begin_anew("intake", time_ns),
    )  # fmt: skip
    _count(picture, envelope, decoded)
    contained.run(
        "input", time_ns,
        work=lambda: _hear(picture, time_ns, envelope, decoded, messages),
        otherwise=False,
        restart=lambda: picture.begin_anew("tracker", time_ns),
    )  # fmt: skip
    return (*messages, *picture.take_ended())


def _count(picture: Picture, envelope: Envelope, decoded: Decoded) -> None:
    picture.health.count(
        envelope.source,
        envelope.receive_time_ns,
        records=decoded.records,
        rejects=[
            *(reject.reason for reject in decoded.rejects),
            *picture.intake.stamps_off(envelope.source, decoded.plots),
        ],
        duplicates=decoded.duplicates,
        trailing_bytes=decoded.trailing_bytes,
        quarantine=decoded.quarantine,
        sensors=() if decoded.plots is None else decoded.plots.sensors_present(),
    )


def _hear(picture: Picture, time_ns: int, envelope: Envelope, decoded: Decoded, messages: list[Message]) -> bool:
    """Let every part hear what a datagram held; returns True when all of them have."""
    for status in decoded.statuses:
        _hear_sensor(picture, status)
        messages.append(status)
    if decoded.plots is not None and len(decoded.plots):
        picture.unheard.add(decoded.plots, time_ns)
        if picture.unheard.is_due(time_ns, len(picture.tracker)):
            hear_plots(picture, time_ns, messages)
    if decoded.tracks is not None and len(decoded.tracks):
        for batch in picture.fused.take(envelope.source, decoded.tracks, envelope.receive_time_ns):
            tell_tracks(picture, batch, messages)
    if decoded.shared:
        hear_partner(picture, envelope.source, decoded.shared, time_ns, messages)
    if picture.touched.is_due(time_ns, len(picture.tracker)):
        assess_touched(picture, time_ns, messages)
    return True


def _hear_sensor(picture: Picture, status: SensorStatus) -> None:
    """Take a radar at its word about its health, that its beam goes round (I034/000), and where it stands (I034/120).

    A place that is configured counts before its own, as it does for a file of plots.
    """
    picture.lost.hear_status(status)
    if status.latitude_deg is not None and status.longitude_deg is not None and picture.health.hear_place(status):
        picture.tracker.place(status.sensor_id, status.latitude_deg, status.longitude_deg, status.height_m or 0.0)
    if status.report in ("north", "sector"):
        picture.tracker.hear(status.sensor_id, status.time_ns)


def _step_record(state: State, envelope: Envelope) -> tuple[tuple[Message, ...], tuple[Tracks, ...] | None]:
    record = RECORD.validate_json(envelope.data)
    if isinstance(record, Configuration):
        state.picture = Picture.of(record)
        return (record,), None
    if state.picture is None:
        raise ValueError(f"envelope {envelope.sequence}: expected a configuration first, was a {record.kind}")
    if isinstance(record, Tick):
        due = labels_due(state.picture, state.time_ns)
        messages, offered = tick(state.picture, record.time_ns)
        return (*due, *messages), offered
    return _enter(state.picture, record, state.time_ns, envelope.sequence), None


def _enter(picture: Picture, record: OneRecord, time_ns: int, sequence: int) -> tuple[Message, ...]:
    """Let what a person or another part of the node hands in take effect."""
    match record:
        case Decision():
            picture.reports.decide(record)
            picture.health.decide(record)
            of_network = picture.network.decide(record, time_ns)
            return (record, *picture.alerting.decide(record), *picture.outlook.decide(record), *of_network)
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
            if picture.has_track(record.track_id):  # it may have ended since a person looked
                picture.identity.take(record)
                picture.appraisal.hear(record)
            return (record,)
        case PublicWarning():
            picture.outlook.stand(record, time_ns)
            return (record,)
        case StandingAlert():
            return take_standing_alert(picture, record, time_ns)
        case WarningDelivery():
            return (record, *picture.outlook.deliveries.note(record))
        case WindTable():
            picture.drifting.hear(record, time_ns)
            return (record,)
        case ZoneChange():
            rezone(picture, record)
            return (record,)
        case Unit():
            return (record,)
        case PolicyChange():
            change_policy(picture, record)
            return (record,)
        case SourceLabel():
            return announce_label(picture, record, time_ns)
        case SourcePause():
            picture.health.pause(record)
            return (record,)
        case SourceHealth():
            picture.health.hear_feed(record)
            return ()
        case _:
            raise ValueError(f"envelope {sequence}: a {record.kind} is an output, it cannot come in")
