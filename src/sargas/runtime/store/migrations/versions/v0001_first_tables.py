"""Make the tables of alerts, decisions, source health, configuration, zones, outbox and meta."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = (
    "meta",
    "alert_changes",
    "decisions",
    "source_health_changes",
    "configurations",
    "alerts",
    "source_health",
    "zones",
    "outbox",
)
"""In the order they are made; foreign keys point to earlier ones."""


def upgrade() -> None:
    """Make the tables and their indexes."""
    op.create_table("meta", sa.Column("key", sa.Text, nullable=False), _text("value"), _key("meta", "key"))
    _make_logs()
    _make_current_states()
    op.create_table(
        "outbox",
        _position(),
        _text("uuid"),
        _text("subject"),
        sa.Column("payload", sa.LargeBinary, nullable=False),
        _whole("created_ns"),
        _whole("sent_ns", nullable=True),
        _text("label"),
        _key("outbox", "position"),
        sa.UniqueConstraint("uuid", name="uq_outbox_uuid"),
    )
    op.create_index("ix_outbox_sent_ns_position", "outbox", ["sent_ns", "position"])


def downgrade() -> None:
    """Drop all of them, and what is in them."""
    for table in reversed(TABLES):
        op.drop_table(table)


def _make_logs() -> None:
    _make_log("alert_changes", "alert_id", "state")
    op.create_index("ix_alert_changes_alert_id_time_ns", "alert_changes", ["alert_id", "time_ns"])
    _make_log("decisions", "actor", "action", "subject", "reason")
    op.create_index("ix_decisions_subject", "decisions", ["subject"])
    op.create_index("ix_decisions_time_ns", "decisions", ["time_ns"])
    _make_log("source_health_changes", "source", "state", "reason")
    op.create_index("ix_source_health_changes_source_time_ns", "source_health_changes", ["source", "time_ns"])
    _make_log("configurations", "node", "nation")
    op.create_index("ix_configurations_time_ns", "configurations", ["time_ns"])


def _make_current_states() -> None:
    op.create_table(
        "alerts",
        *(_text(name) for name in ("alert_id", "change_id")),
        _whole("time_ns"),
        *(_text(name) for name in ("tier", "state", "rule", "zone_id")),
        _whole("raised_ns"),
        _whole("eta_ns", nullable=True),
        _whole("ended_ns", nullable=True),
        sa.Column("acknowledged_by", sa.Text, nullable=True),
        *(_text(name) for name in ("record", "label")),
        _key("alerts", "alert_id"),
        sa.ForeignKeyConstraint(["change_id"], ["alert_changes.id"], name="fk_alerts_change_id_alert_changes"),
    )
    op.create_index("ix_alerts_state_time_ns", "alerts", ["state", "time_ns"])
    op.create_index("ix_alerts_time_ns", "alerts", ["time_ns"])
    op.create_table(
        "source_health",
        *(_text(name) for name in ("source", "id")),
        _whole("time_ns"),
        *(_text(name) for name in ("state", "reason", "record", "label")),
        _key("source_health", "source"),
    )
    op.create_table(
        "zones",
        *(_text(name) for name in ("id", "configuration_id", "name", "kind")),
        *(sa.Column(name, sa.Double, nullable=False) for name in ("value", "floor_m", "ceiling_m")),
        _text("geometry"),
        sa.Column("radius_m", sa.Double, nullable=True),
        *(_text(name) for name in ("record", "label")),
        _key("zones", "id"),
        sa.ForeignKeyConstraint(
            ["configuration_id"], ["configurations.id"], name="fk_zones_configuration_id_configurations"
        ),
    )


def _make_log(table: str, *texts: str) -> None:
    op.create_table(
        table,
        _position(),
        _text("id"),
        _whole("time_ns"),
        _text("origin"),
        *(_text(name) for name in (*texts, "record", "label")),
        _key(table, "position"),
        sa.UniqueConstraint("id", name=f"uq_{table}_id"),
    )


def _position() -> sa.Column[int]:
    kind = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return sa.Column("position", kind, autoincrement=True, nullable=False)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def _whole(name: str, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=nullable)


def _key(table: str, column: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(column, name=f"pk_{table}")
