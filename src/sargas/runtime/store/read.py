"""Read records back: current states, their histories, and the counts that ``doctor`` shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import sqlalchemy as sa

from sargas.model.records import (
    Alert,
    Claim,
    ClosureAdvice,
    Configuration,
    Decision,
    FlightPermission,
    GnssInterference,
    HumanReport,
    LaunchEstimate,
    LostTrack,
    PolicyChange,
    PublicWarning,
    ReporterHistory,
    SensorRegistration,
    Sighting,
    SourceHealth,
    SourceLabel,
    SourcePause,
    TrackEvent,
    Unit,
    WindTable,
    Zone,
    ZoneChange,
)
from sargas.runtime.store import schema

Revised = TypeVar(
    "Revised",
    GnssInterference,
    FlightPermission,
    Claim,
    PublicWarning,
    HumanReport,
    ReporterHistory,
    Sighting,
    WindTable,
    ZoneChange,
    Unit,
    SourcePause,
    SourceLabel,
    PolicyChange,
    LaunchEstimate,
    ClosureAdvice,
    LostTrack,
)
Kind = TypeVar(
    "Kind",
    Alert,
    Decision,
    SourceHealth,
    SensorRegistration,
    Configuration,
    TrackEvent,
    GnssInterference,
    FlightPermission,
    Claim,
    PublicWarning,
    HumanReport,
    ReporterHistory,
    Sighting,
    WindTable,
    ZoneChange,
    Unit,
    SourcePause,
    SourceLabel,
    PolicyChange,
    LaunchEstimate,
    ClosureAdvice,
    LostTrack,
)
AboutTrack = TypeVar("AboutTrack", Alert, Claim, LostTrack, PublicWarning, TrackEvent)
_ABOUT_TRACKS = {
    Alert: schema.ALERT_CHANGES,
    Claim: schema.CLAIM_REVISIONS,
    LostTrack: schema.LOST_TRACK_REVISIONS,
    PublicWarning: schema.PUBLIC_WARNING_REVISIONS,
    TrackEvent: schema.TRACK_EVENTS,
}
"""The logs of what names tracks."""
_REVISED = {
    GnssInterference: (schema.GNSS_INTERFERENCE, schema.GNSS_INTERFERENCE_CHANGES),
    FlightPermission: (schema.FLIGHT_PERMISSIONS, schema.FLIGHT_PERMISSION_REVISIONS),
    Claim: (schema.CLAIMS, schema.CLAIM_REVISIONS),
    PublicWarning: (schema.PUBLIC_WARNINGS, schema.PUBLIC_WARNING_REVISIONS),
    HumanReport: (schema.HUMAN_REPORTS, schema.HUMAN_REPORT_REVISIONS),
    ReporterHistory: (schema.REPORTER_HISTORIES, schema.REPORTER_HISTORY_CHANGES),
    Sighting: (schema.SIGHTINGS, schema.SIGHTING_CHANGES),
    WindTable: (schema.WIND_TABLES, schema.WIND_TABLE_REVISIONS),
    ZoneChange: (schema.ZONE_CHANGES, schema.ZONE_CHANGE_REVISIONS),
    Unit: (schema.UNITS, schema.UNIT_REVISIONS),
    SourcePause: (schema.SOURCE_PAUSES, schema.SOURCE_PAUSE_REVISIONS),
    SourceLabel: (schema.SOURCE_LABELS, schema.SOURCE_LABEL_REVISIONS),
    PolicyChange: (schema.POLICY_CHANGES, schema.POLICY_CHANGE_REVISIONS),
    LaunchEstimate: (schema.LAUNCHES, schema.LAUNCH_REVISIONS),
    ClosureAdvice: (schema.CLOSURES, schema.CLOSURE_REVISIONS),
    LostTrack: (schema.LOST_TRACKS, schema.LOST_TRACK_REVISIONS),
}
"""The newest revisions of a kind, and the log of all."""


def read_alerts(
    connection: sa.Connection, active_only: bool = False, since_ns: int | None = None, limit: int = 1000
) -> tuple[Alert, ...]:
    """Read the current state of alerts, the latest change first.

    ``active_only``: those that have not ended. ``since_ns``: those that changed at or after this time.
    """
    table = schema.ALERTS
    query = sa.select(table.c.record).order_by(table.c.time_ns.desc(), table.c.alert_id)
    if active_only:
        query = query.where(table.c.state != "ended")
    if since_ns is not None:
        query = query.where(table.c.time_ns >= since_ns)
    return _records(connection, query.limit(limit), Alert)


def read_alert_queue(connection: sa.Connection, limit: int = 1000) -> tuple[Alert, ...]:
    """Read what an operator still has to see: alerts that have not ended, and ended ones nobody acknowledged.

    Unacknowledged first, then critical before advisory, then by expected entry (console reference, section 10).
    Acknowledged: the alert says so, or a decision does.
    """
    alerts, decisions = schema.ALERTS, schema.DECISIONS
    is_newer = decisions.c.time_ns >= alerts.c.time_ns  # an older one answered what the alert was before it got worse
    by_decision = sa.exists().where(
        decisions.c.subject == alerts.c.alert_id, decisions.c.action == "acknowledge", is_newer
    )
    acknowledged = sa.or_(alerts.c.acknowledged_by.is_not(None), by_decision)
    query = (
        sa.select(alerts.c.record)
        .where(sa.or_(alerts.c.state != "ended", sa.not_(acknowledged)))
        .order_by(
            sa.case((acknowledged, 1), else_=0),
            sa.case((alerts.c.tier == "critical", 0), else_=1),
            sa.func.coalesce(alerts.c.eta_ns, alerts.c.raised_ns),
            alerts.c.alert_id,
        )
    )
    return _records(connection, query.limit(limit), Alert)


def read_alert_changes(connection: sa.Connection, alert_id: str) -> tuple[Alert, ...]:
    """Read every change of one alert, the first first."""
    table = schema.ALERT_CHANGES
    query = sa.select(table.c.record).where(table.c.alert_id == alert_id).order_by(table.c.time_ns, table.c.position)
    return _records(connection, query, Alert)


def read_decisions(
    connection: sa.Connection,
    subject: str | None = None,
    since_ns: int | None = None,
    limit: int = 1000,
    actions: Sequence[str] = (),
) -> tuple[Decision, ...]:
    """Read decisions, the latest first; of one subject or some actions only, or made at or after ``since_ns``."""
    table = schema.DECISIONS
    query = sa.select(table.c.record).order_by(table.c.time_ns.desc(), table.c.position.desc())
    if subject is not None:
        query = query.where(table.c.subject == subject)
    if since_ns is not None:
        query = query.where(table.c.time_ns >= since_ns)
    if actions:
        query = query.where(table.c.action.in_(actions))
    return _records(connection, query.limit(limit), Decision)


def read_source_health(connection: sa.Connection) -> tuple[SourceHealth, ...]:
    """Read the newest report of every source, sorted by source."""
    reports = _records(connection, sa.select(schema.SOURCE_HEALTH.c.record), SourceHealth)
    return tuple(sorted(reports, key=lambda report: report.source))


def read_source_health_changes(
    connection: sa.Connection, source: str | None = None, since_ns: int | None = None, limit: int = 1000
) -> tuple[SourceHealth, ...]:
    """Read the reports that changed a source's state or reason, the latest first."""
    table = schema.SOURCE_HEALTH_CHANGES
    query = sa.select(table.c.record).order_by(table.c.time_ns.desc(), table.c.position.desc())
    if source is not None:
        query = query.where(table.c.source == source)
    if since_ns is not None:
        query = query.where(table.c.time_ns >= since_ns)
    return _records(connection, query.limit(limit), SourceHealth)


def read_registrations(connection: sa.Connection) -> tuple[SensorRegistration, ...]:
    """Read the newest report of how far each radar is off, sorted by sensor id."""
    reports = _records(connection, sa.select(schema.SENSOR_REGISTRATIONS.c.record), SensorRegistration)
    return tuple(sorted(reports, key=lambda report: report.sensor_id))


def read_registration_changes(
    connection: sa.Connection, sensor_id: str | None = None, since_ns: int | None = None, limit: int = 1000
) -> tuple[SensorRegistration, ...]:
    """Read the reports that changed the state or reason of a radar's registration, the latest first."""
    table = schema.SENSOR_REGISTRATION_CHANGES
    query = sa.select(table.c.record).order_by(table.c.time_ns.desc(), table.c.position.desc())
    if sensor_id is not None:
        query = query.where(table.c.sensor_id == sensor_id)
    if since_ns is not None:
        query = query.where(table.c.time_ns >= since_ns)
    return _records(connection, query.limit(limit), SensorRegistration)


def read_about_track(
    connection: sa.Connection, kind: type[AboutTrack], track_id: int, since_ns: int
) -> tuple[AboutTrack, ...]:
    """Read every message of a kind about one track at or after ``since_ns`` (UTC), the first first."""
    log = _ABOUT_TRACKS[kind]
    query = (
        sa.select(log.c.record)
        .where(log.c.time_ns >= since_ns, log.c.record.like(f"%{track_id}%"))  # coarse: the number may be another's
        .order_by(log.c.time_ns, log.c.position)
    )
    return tuple(record for record in _records(connection, query, kind) if track_id in _tracks_of(record))


def _tracks_of(record: Alert | Claim | LostTrack | PublicWarning | TrackEvent) -> tuple[int, ...]:
    match record:
        case Claim():
            return (record.track_id,)
        case LostTrack():  # also of the newer tracks that may be it
            return (record.track_id, *(one.track_id for one in record.may_be))
        case _:
            return record.track_ids


def read_newest(
    connection: sa.Connection,
    kind: type[Revised],
    state: str | None = None,
    limit: int | None = 10_000,
    since_ns: int | None = None,
) -> tuple[Revised, ...]:
    """Read the newest revision of each event, permission or claim, the latest first; of one state, or changed since."""
    table, _ = _REVISED[kind]
    key = next(iter(table.primary_key))
    query = sa.select(table.c.record).order_by(table.c.time_ns.desc(), key)
    if state is not None:
        query = query.where(table.c.state == state)
    if since_ns is not None:
        query = query.where(table.c.time_ns >= since_ns)
    return _records(connection, query.limit(limit), kind)


def read_revisions(connection: sa.Connection, kind: type[Revised], key: str) -> tuple[Revised, ...]:
    """Read every revision of one event, permission or claim, the first first."""
    table, log = _REVISED[kind]
    name = next(iter(table.primary_key)).name
    query = sa.select(log.c.record).where(log.c[name] == key).order_by(log.c.time_ns, log.c.position)
    return _records(connection, query, kind)


def read_track_events(
    connection: sa.Connection, event: str | None = None, since_ns: int | None = None, limit: int = 1000
) -> tuple[TrackEvent, ...]:
    """Read what happened between tracks, the latest first; of one kind only, or at or after ``since_ns``."""
    table = schema.TRACK_EVENTS
    query = sa.select(table.c.record).order_by(table.c.time_ns.desc(), table.c.position.desc())
    if event is not None:
        query = query.where(table.c.event == event)
    if since_ns is not None:
        query = query.where(table.c.time_ns >= since_ns)
    return _records(connection, query.limit(limit), TrackEvent)


def read_configurations(connection: sa.Connection, limit: int = 100) -> tuple[Configuration, ...]:
    """Read what the node ran with, the latest first."""
    table = schema.CONFIGURATIONS
    query = sa.select(table.c.record).order_by(table.c.time_ns.desc(), table.c.position.desc())
    return _records(connection, query.limit(limit), Configuration)


def read_zones(connection: sa.Connection) -> tuple[Zone, ...]:
    """Read the zones of the newest configuration, sorted by id."""
    zones = [Zone.model_validate_json(text) for text in connection.scalars(sa.select(schema.ZONES.c.record))]
    return tuple(sorted(zones, key=lambda zone: zone.id))


def read_meta(connection: sa.Connection, key: str) -> str | None:
    """Read one entry of the meta table; none: never set."""
    return connection.scalar(sa.select(schema.META.c.value).where(schema.META.c.key == key))


def count_rows(connection: sa.Connection, table: sa.Table, *where: sa.ColumnElement[bool]) -> int:
    """Count the rows of a table that meet every condition."""
    return connection.scalar(sa.select(sa.func.count()).select_from(table).where(*where)) or 0


def _records(connection: sa.Connection, query: sa.Select[str], kind: type[Kind]) -> tuple[Kind, ...]:
    return tuple(kind.model_validate_json(text) for text in connection.scalars(query))
