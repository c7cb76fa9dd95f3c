"""The tables of the store, one schema for SQLite and PostgreSQL. Specification: docs/store.md.

``record`` columns hold the whole message as canonical JSON (spec/records.md); the columns beside it are those that
queries select and sort by. ``position`` rises by one for each stored row. Times are UTC ns.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy import Column, ForeignKey, Index, Table, Text

from sargas.model.label import Label

METADATA = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Whole = sa.BigInteger
Position = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
"""SQLite numbers rows by itself only for columns declared INTEGER."""


class LabelText(sa.TypeDecorator[Label]):
    """Hold a Label as its JSON text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Label | None, dialect: sa.Dialect) -> str | None:
        """Write a label."""
        return None if value is None else value.model_dump_json()

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> Label | None:
        """Read a label."""
        return None if value is None else Label.model_validate_json(value)


def _label() -> Column[Label]:
    return Column("label", LabelText, nullable=False)


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


def _whole(name: str, nullable: bool = False) -> Column[int]:
    return Column(name, Whole, nullable=nullable)


def _log(name: str, *columns: sa.schema.SchemaItem) -> Table:
    """Declare a table that only grows: one row a message, unique by the message's id."""
    head: list[sa.schema.SchemaItem] = [
        Column("position", Position, primary_key=True, autoincrement=True),
        Column("id", Text, nullable=False, unique=True),
        _whole("time_ns"),
        _text("origin"),
    ]
    return Table(name, METADATA, *head, *columns, _text("record"), _label())


def _newest(name: str, key: str) -> Table:
    """Declare a table of the newest report of each subject, which ``key`` names."""
    return Table(
        name,
        METADATA,
        Column(key, Text, primary_key=True),
        _text("id"),
        _whole("time_ns"),
        _text("state"),
        _text("reason"),
        _text("record"),
        _label(),
    )


def _changes(name: str, key: str, *more: Index) -> Table:
    """Declare the log of those reports that changed state or reason."""
    return _log(name, _text(key), _text("state"), _text("reason"), Index(None, key, "time_ns"), *more)


def _newest_revision(name: str, key: str) -> Table:
    """Declare a table of the newest revision of each thing that ``key`` names."""
    return Table(
        name,
        METADATA,
        Column(key, Text, primary_key=True),
        _text("id"),
        _whole("time_ns"),
        _text("state"),
        _text("record"),
        _label(),
        Index(None, "state", "time_ns"),
        Index(None, "time_ns"),
    )


def _revisions(name: str, key: str, *more: Index) -> Table:
    """Declare the log of all revisions."""
    return _log(name, _text(key), _text("state"), Index(None, key, "time_ns"), *more)


META = Table("meta", METADATA, Column("key", Text, primary_key=True), _text("value"))

ALERT_CHANGES = _log(
    "alert_changes", _text("alert_id"), _text("state"), Index(None, "alert_id", "time_ns"), Index(None, "time_ns")
)

ALERTS = Table(
    "alerts",
    METADATA,
    Column("alert_id", Text, primary_key=True),
    Column("change_id", Text, ForeignKey("alert_changes.id"), nullable=False),
    _whole("time_ns"),
    _text("tier"),
    _text("state"),
    _text("rule"),
    _text("zone_id"),
    _whole("raised_ns"),
    _whole("eta_ns", nullable=True),
    _whole("ended_ns", nullable=True),
    Column("acknowledged_by", Text),
    _text("record"),
    _label(),
    Index(None, "state", "time_ns"),
    Index(None, "time_ns"),
)

DECISIONS = _log(
    "decisions",
    _text("actor"),
    _text("action"),
    _text("subject"),
    _text("reason"),
    Index(None, "subject"),
    Index(None, "time_ns"),
)

SOURCE_HEALTH = _newest("source_health", "source")
SOURCE_HEALTH_CHANGES = _changes("source_health_changes", "source", Index(None, "time_ns"))

SENSOR_REGISTRATIONS = _newest("sensor_registrations", "sensor_id")
SENSOR_REGISTRATION_CHANGES = _changes("sensor_registration_changes", "sensor_id")

GNSS_INTERFERENCE = _newest_revision("gnss_interference", "event_id")
GNSS_INTERFERENCE_CHANGES = _revisions("gnss_interference_changes", "event_id")

FLIGHT_PERMISSIONS = _newest_revision("flight_permissions", "permission_id")
FLIGHT_PERMISSION_REVISIONS = _revisions("flight_permission_revisions", "permission_id")

CLAIMS = _newest_revision("claims", "claim_id")
CLAIM_REVISIONS = _revisions("claim_revisions", "claim_id", Index(None, "time_ns"))

PUBLIC_WARNINGS = _newest_revision("public_warnings", "message_id")
PUBLIC_WARNING_REVISIONS = _revisions("public_warning_revisions", "message_id", Index(None, "time_ns"))

WARNING_OUTBOX = Table(
    "warning_outbox",
    METADATA,
    Column("message_id", Text, primary_key=True),
    Column("channel", Text, primary_key=True),
    _text("state"),
    _text("notice"),
    _whole("attempts"),
    _whole("next_ns"),
    _whole("expires_ns"),
    _label(),
    Index(None, "channel", "state"),
)
"""What each channel of public warnings has sent and is to send; ``notice``: the message as JSON."""

HUMAN_REPORTS = _newest_revision("human_reports", "report_id")
HUMAN_REPORT_REVISIONS = _revisions("human_report_revisions", "report_id")

REPORTER_HISTORIES = _newest_revision("reporter_histories", "source_id")
REPORTER_HISTORY_CHANGES = _revisions("reporter_history_changes", "source_id")

SIGHTINGS = _newest_revision("sightings", "sighting_id")
SIGHTING_CHANGES = _revisions("sighting_changes", "sighting_id")
WIND_TABLES = _newest_revision("wind_tables", "table_id")
WIND_TABLE_REVISIONS = _revisions("wind_table_revisions", "table_id")

ZONE_CHANGES = _newest_revision("zone_changes", "zone_id")
ZONE_CHANGE_REVISIONS = _revisions("zone_change_revisions", "zone_id")

UNITS = _newest_revision("units", "unit_id")
UNIT_REVISIONS = _revisions("unit_revisions", "unit_id")

SOURCE_PAUSES = _newest_revision("source_pauses", "source")
SOURCE_PAUSE_REVISIONS = _revisions("source_pause_revisions", "source")

SOURCE_LABELS = _newest_revision("source_labels", "source")
SOURCE_LABEL_REVISIONS = _revisions("source_label_revisions", "source")

POLICY_CHANGES = _newest_revision("policy_changes", "policy")
POLICY_CHANGE_REVISIONS = _revisions("policy_change_revisions", "policy")

LAUNCHES = _newest_revision("launches", "launch_id")
LAUNCH_REVISIONS = _revisions("launch_revisions", "launch_id")

CLOSURES = _newest_revision("closures", "advice_id")
CLOSURE_REVISIONS = _revisions("closure_revisions", "advice_id")

LOST_TRACKS = _newest_revision("lost_tracks", "lost_id")
LOST_TRACK_REVISIONS = _revisions("lost_track_revisions", "lost_id", Index(None, "time_ns"))

CONFIGURATIONS = _log("configurations", _text("node"), _text("nation"), Index(None, "time_ns"))

ZONES = Table(
    "zones",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("configuration_id", Text, ForeignKey("configurations.id"), nullable=False),
    _text("name"),
    _text("kind"),
    Column("value", sa.Double, nullable=False),
    Column("floor_m", sa.Double, nullable=False),
    Column("ceiling_m", sa.Double, nullable=False),
    _text("geometry"),
    Column("radius_m", sa.Double),
    _text("record"),
    _label(),
)

TRACK_EVENTS = _log("track_events", _text("event"), _text("reason"), Index(None, "time_ns"))

OUTBOX = Table(
    "outbox",
    METADATA,
    Column("position", Position, primary_key=True, autoincrement=True),
    Column("uuid", Text, nullable=False, unique=True),
    _text("subject"),
    Column("payload", sa.LargeBinary, nullable=False),
    _whole("created_ns"),
    _whole("sent_ns", nullable=True),
    _label(),
    Index(None, "sent_ns", "position"),
)

ACCOUNTS = Table(
    "accounts",
    METADATA,
    Column("name", Text, primary_key=True),
    _text("password_hash"),
    _text("role"),
    _text("nation"),
    _whole("created_ns"),
    _whole("password_changed_ns"),
    Column("totp_secret", Text),
    _whole("totp_step", nullable=True),
    _whole("clearance", nullable=True),
    Column("issuer", Text),
    Column("subject", Text),
    _whole("locked_ns", nullable=True),
    Column("home", Text),
    Index(None, "issuer", "subject", unique=True),
)


def _account() -> Column[str]:
    return Column("account", Text, ForeignKey("accounts.name", ondelete="CASCADE"), nullable=False, index=True)


SESSIONS = Table(
    "sessions",
    METADATA,
    Column("token_sha256", Text, primary_key=True),
    _account(),
    _whole("created_ns"),
    _whole("last_used_ns"),
    _whole("expires_ns"),
    _whole("proved_ns", nullable=True),
)

ONE_TIME_LINKS = Table(
    "one_time_links",
    METADATA,
    Column("token_sha256", Text, primary_key=True),
    _account(),
    _whole("created_ns"),
    _whole("expires_ns"),
    _whole("used_ns", nullable=True),
)

API_TOKENS = Table(
    "api_tokens",
    METADATA,
    Column("token_sha256", Text, primary_key=True),
    Column("token_id", Text, nullable=False, unique=True),
    _account(),
    _text("scopes"),
    _text("purpose"),
    _whole("created_ns"),
    _whole("expires_ns"),
    _whole("last_used_ns", nullable=True),
)

LOGIN_FAILURES = Table(
    "login_failures",
    METADATA,
    Column("kind", Text, primary_key=True),
    Column("value", Text, primary_key=True),
    _whole("failures"),
    _whole("refusals"),
    _whole("last_ns"),
    _whole("locked_until_ns"),
    Index(None, "last_ns"),
)
