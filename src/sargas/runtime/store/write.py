"""Write records: each kind to its tables, once per record id, with the outbox row in the same transaction."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any
from uuid import UUID, uuid5

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from sargas.model.message import Message
from sargas.model.records import (
    RECORD,
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
    Record,
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

Row = dict[str, Any]
SubjectOf = Callable[[Record], str | None]
"""Name the bus subject a stored record is to be sent on; none: it stays here."""

OUTBOX_NAMESPACE = UUID("0b9d2d3e-6a4c-5f5e-9a75-5a26a55a26a5")
"""Outbox uuids are uuid5 of this and "subject, record id": the same message twice has the same uuid."""

KEPT = (
    Alert,
    Decision,
    Configuration,
    SourceHealth,
    SensorRegistration,
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
    TrackEvent,
)
REVISED = (
    (GnssInterference, schema.GNSS_INTERFERENCE, schema.GNSS_INTERFERENCE_CHANGES),
    (FlightPermission, schema.FLIGHT_PERMISSIONS, schema.FLIGHT_PERMISSION_REVISIONS),
    (Claim, schema.CLAIMS, schema.CLAIM_REVISIONS),
    (PublicWarning, schema.PUBLIC_WARNINGS, schema.PUBLIC_WARNING_REVISIONS),
    (HumanReport, schema.HUMAN_REPORTS, schema.HUMAN_REPORT_REVISIONS),
    (ReporterHistory, schema.REPORTER_HISTORIES, schema.REPORTER_HISTORY_CHANGES),
    (Sighting, schema.SIGHTINGS, schema.SIGHTING_CHANGES),
    (WindTable, schema.WIND_TABLES, schema.WIND_TABLE_REVISIONS),
    (ZoneChange, schema.ZONE_CHANGES, schema.ZONE_CHANGE_REVISIONS),
    (Unit, schema.UNITS, schema.UNIT_REVISIONS),
    (SourcePause, schema.SOURCE_PAUSES, schema.SOURCE_PAUSE_REVISIONS),
    (SourceLabel, schema.SOURCE_LABELS, schema.SOURCE_LABEL_REVISIONS),
    (PolicyChange, schema.POLICY_CHANGES, schema.POLICY_CHANGE_REVISIONS),
    (LaunchEstimate, schema.LAUNCHES, schema.LAUNCH_REVISIONS),
    (ClosureAdvice, schema.CLOSURES, schema.CLOSURE_REVISIONS),
    (LostTrack, schema.LOST_TRACKS, schema.LOST_TRACK_REVISIONS),
)
"""Kinds whose every revision is logged and whose newest holds, with their tables."""
JOURNAL_SEQUENCE = "journal_sequence"


def records_to_keep(messages: Iterable[Message]) -> list[Record]:
    """Return the records among the core's messages that the store keeps, in their order.

    Cells told for the map alone are not kept: they say that nothing is wrong, hundreds of times an hour.
    """
    return [message for message in messages if isinstance(message, KEPT) and not _is_for_the_map(message)]


def _is_for_the_map(message: Record) -> bool:
    return isinstance(message, GnssInterference) and not message.is_alarm


def write_records(connection: sa.Connection, records: Sequence[Record], subject_of: SubjectOf | None = None) -> int:
    """Store records in their order; return how many were new. Ticks and sensor statuses are not stored.

    A record whose id is stored already changes nothing.
    """
    new = [
        *_write_configurations(connection, [r for r in records if isinstance(r, Configuration)]),
        *_write_source_health(connection, [r for r in records if isinstance(r, SourceHealth)]),
        *_write_registrations(connection, [r for r in records if isinstance(r, SensorRegistration)]),
        *(new for kind, table, log in REVISED for new in _write_revisions(connection, kind, table, log, records)),
        *_write_alerts(connection, [r for r in records if isinstance(r, Alert)]),
        *_write_decisions(connection, [r for r in records if isinstance(r, Decision)]),
        *_write_track_events(connection, [r for r in records if isinstance(r, TrackEvent)]),
    ]
    _write_zones(connection, [record for record in new if isinstance(record, ZoneChange)])
    if subject_of is not None:
        places = {record.id: place for place, record in enumerate(records)}
        _write_outbox(connection, sorted(new, key=lambda record: places[record.id]), subject_of)
    return len(new)


def write_meta(connection: sa.Connection, key: str, value: str) -> None:
    """Set one entry of the meta table."""
    statement = insert(connection, schema.META).values(key=key, value=value)
    connection.execute(statement.on_conflict_do_update(index_elements=["key"], set_={"value": value}))


def insert(connection: sa.Connection, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
    """Start an INSERT that can say what to do on conflict; both engines know the same clause."""
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)


def _write_alerts(connection: sa.Connection, alerts: Sequence[Alert]) -> list[Record]:
    rows = [{**_log_row(a), "alert_id": a.alert_id, "state": a.state} for a in alerts]
    new = _append(connection, schema.ALERT_CHANGES, alerts, rows)
    latest: dict[str, Alert] = {}
    for alert in new:
        # At equal times the one that came later holds: the writer keeps the order of the journal.
        if alert.alert_id not in latest or alert.time_ns >= latest[alert.alert_id].time_ns:
            latest[alert.alert_id] = alert
    _upsert_if_newer(connection, schema.ALERTS, [_alert_row(alert) for alert in latest.values()])
    return list(new)


def _alert_row(alert: Alert) -> Row:
    copied = ("alert_id", "time_ns", "tier", "state", "rule", "zone_id", "raised_ns", "eta_ns", "ended_ns")
    row: Row = {name: getattr(alert, name) for name in (*copied, "acknowledged_by", "label")}
    return row | {"change_id": alert.id, "record": _json(alert)}


def _write_decisions(connection: sa.Connection, decisions: Sequence[Decision]) -> list[Record]:
    copied = ("actor", "action", "subject", "reason")
    rows = [_log_row(d) | {name: getattr(d, name) for name in copied} for d in decisions]
    return list(_append(connection, schema.DECISIONS, decisions, rows))


def _write_track_events(connection: sa.Connection, events: Sequence[TrackEvent]) -> list[Record]:
    rows = [_log_row(event) | {"event": event.event, "reason": event.reason} for event in events]
    return list(_append(connection, schema.TRACK_EVENTS, events, rows))


def _write_revisions(
    connection: sa.Connection, kind: type[Record], table: sa.Table, log: sa.Table, records: Sequence[Record]
) -> list[Record]:
    """Log every revision, and keep the newest of each thing; at equal times the one that came later holds."""
    found: list[Record] = [record for record in records if isinstance(record, kind)]
    key = next(iter(table.primary_key)).name
    copied = (key, "state")
    new = _append(connection, log, found, [_log_row(r) | {n: getattr(r, n) for n in copied} for r in found])
    latest: dict[str, Record] = {}
    for record in new:
        before = latest.get(getattr(record, key))
        if before is None or record.time_ns >= before.time_ns:
            latest[getattr(record, key)] = record
    kept = (*copied, "id", "time_ns", "label")
    rows = [{n: getattr(r, n) for n in kept} | {"record": _json(r)} for r in latest.values()]
    _upsert_if_newer(connection, table, rows)
    return list(new)


def _write_source_health(connection: sa.Connection, reports: Sequence[SourceHealth]) -> list[Record]:
    return _write_reports(connection, schema.SOURCE_HEALTH, schema.SOURCE_HEALTH_CHANGES, reports)


def _write_registrations(connection: sa.Connection, reports: Sequence[SensorRegistration]) -> list[Record]:
    return _write_reports(connection, schema.SENSOR_REGISTRATIONS, schema.SENSOR_REGISTRATION_CHANGES, reports)


def _write_reports(
    connection: sa.Connection, table: sa.Table, changes: sa.Table, reports: Sequence[SourceHealth | SensorRegistration]
) -> list[Record]:
    """Keep the newest report of each source or sensor, and a log of those that changed state or reason.

    Reports of one subject are ordered by (time_ns, id); one that is not after the stored one changes nothing, which is
    what makes writing twice harmless although unchanged reports leave no row behind.
    """
    key = next(iter(table.primary_key)).name
    current = _stored_reports(connection, table, key, sorted({getattr(report, key) for report in reports}))
    changed, newer = [], {}
    for report in reports:
        subject = getattr(report, key)
        before = current.get(subject)
        if before is not None and (report.time_ns, report.id) <= (before.time_ns, before.id):
            continue
        if before is None or (before.state, before.reason) != (report.state, report.reason):
            changed.append(report)
        current[subject] = newer[subject] = report
    rows = [_log_row(r) | {name: getattr(r, name) for name in (key, "state", "reason")} for r in changed]
    new = _append(connection, changes, changed, rows)
    kept = (key, "id", "time_ns", "state", "reason", "label")
    _upsert_if_newer(
        connection, table, [{name: getattr(r, name) for name in kept} | {"record": _json(r)} for r in newer.values()]
    )
    return list(new)


def _stored_reports(
    connection: sa.Connection, table: sa.Table, key: str, subjects: Sequence[str]
) -> dict[str, SourceHealth | SensorRegistration]:
    if not subjects:
        return {}
    query = sa.select(table.c.record).where(table.c[key].in_(subjects))
    reports = [RECORD.validate_json(text) for text in connection.scalars(query)]
    return {getattr(r, key): r for r in reports if isinstance(r, SourceHealth | SensorRegistration)}


def _write_configurations(connection: sa.Connection, configurations: Sequence[Configuration]) -> list[Record]:
    if not configurations:
        return []
    table = schema.CONFIGURATIONS
    before_ns = connection.scalar(sa.select(sa.func.max(table.c.time_ns)))
    rows = [_log_row(c) | {"node": c.node, "nation": c.nation} for c in configurations]
    new = _append(connection, table, configurations, rows)
    if new:
        latest = max(reversed(new), key=lambda configuration: configuration.time_ns)
        if before_ns is None or latest.time_ns >= before_ns:
            connection.execute(sa.delete(schema.ZONES))
            zones = {zone.id: _zone_row(zone, latest) for zone in latest.zones}
            if zones:
                connection.execute(sa.insert(schema.ZONES), list(zones.values()))
    return list(new)


def _write_zones(connection: sa.Connection, changes: Sequence[ZoneChange]) -> None:
    """Let the zones in force follow what persons made of them; without a configuration there are none."""
    configurations = schema.CONFIGURATIONS.c
    latest = sa.select(configurations.record).order_by(configurations.time_ns.desc(), configurations.position.desc())
    text = connection.scalar(latest.limit(1)) if changes else None
    if text is None:
        return
    configuration = Configuration.model_validate_json(text)
    for change in sorted(changes, key=lambda one: one.time_ns):
        connection.execute(sa.delete(schema.ZONES).where(schema.ZONES.c.id == change.zone_id))
        if change.zone is not None:
            connection.execute(sa.insert(schema.ZONES), [_zone_row(change.zone, configuration)])


def _zone_row(zone: Zone, configuration: Configuration) -> Row:
    copied = ("id", "name", "kind", "value", "floor_m", "ceiling_m", "radius_m")
    row: Row = {name: getattr(zone, name) for name in copied}
    return row | {
        "configuration_id": configuration.id,
        "geometry": json.dumps(_geojson(zone)),
        "record": zone.model_dump_json(),
        "label": configuration.label,
    }


def _geojson(zone: Zone) -> dict[str, Any]:
    """Draw a zone's ground plan as GeoJSON (RFC 7946 section 3.1): a closed polygon, or a cylinder's centre."""
    if zone.centre is not None:
        return {"type": "Point", "coordinates": zone.centre}
    rings = [zone.polygon, *zone.holes]
    return {"type": "Polygon", "coordinates": [ring if ring[0] == ring[-1] else (*ring, ring[0]) for ring in rings]}


def _write_outbox(connection: sa.Connection, records: Sequence[Record], subject_of: SubjectOf) -> None:
    rows = [
        {
            "uuid": str(uuid5(OUTBOX_NAMESPACE, f"{subject}\n{record.id}")),
            "subject": subject,
            "payload": _json(record).encode(),
            "created_ns": record.time_ns,
            "sent_ns": None,
            "label": record.label,
        }
        for record in records
        if (subject := subject_of(record)) is not None
    ]
    if rows:
        connection.execute(insert(connection, schema.OUTBOX).on_conflict_do_nothing(index_elements=["uuid"]), rows)


def _append(connection: sa.Connection, table: sa.Table, records: Sequence[Any], rows: Sequence[Row]) -> list[Any]:
    """Insert the rows whose id is not there yet; return the records that were new, in order."""
    if not rows:
        return []
    first: dict[str, tuple[Any, Row]] = {}
    for record, row in zip(records, rows, strict=True):
        first.setdefault(record.id, (record, row))
    statement = insert(connection, table).on_conflict_do_nothing(index_elements=["id"]).returning(table.c.id)
    new_ids = set(connection.execute(statement, [row for _, row in first.values()]).scalars())
    return [record for record, _ in first.values() if record.id in new_ids]


def _upsert_if_newer(connection: sa.Connection, table: sa.Table, rows: Sequence[Row]) -> None:
    if not rows:
        return
    statement = insert(connection, table)
    key = next(iter(table.primary_key)).name
    new = {column.name: statement.excluded[column.name] for column in table.columns if column.name != key}
    newer = statement.excluded.time_ns >= table.c.time_ns
    connection.execute(statement.on_conflict_do_update(index_elements=[key], set_=new, where=newer), list(rows))


def _log_row(record: Record) -> Row:
    return {
        "id": record.id,
        "time_ns": record.time_ns,
        "origin": record.origin,
        "record": _json(record),
        "label": record.label,
    }


def _json(record: Record) -> str:
    return record.model_dump_json()
