"""Make the tables of how far radars are off: the newest report of each, and a log of changes of state or reason."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables and their index."""
    op.create_table(
        "sensor_registration_changes",
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        _text("id"),
        sa.Column("time_ns", sa.BigInteger, nullable=False),
        *(_text(name) for name in ("origin", "sensor_id", "state", "reason", "record", "label")),
        sa.PrimaryKeyConstraint("position", name="pk_sensor_registration_changes"),
        sa.UniqueConstraint("id", name="uq_sensor_registration_changes_id"),
    )
    op.create_index(
        "ix_sensor_registration_changes_sensor_id_time_ns", "sensor_registration_changes", ["sensor_id", "time_ns"]
    )
    op.create_table(
        "sensor_registrations",
        _text("sensor_id"),
        _text("id"),
        sa.Column("time_ns", sa.BigInteger, nullable=False),
        *(_text(name) for name in ("state", "reason", "record", "label")),
        sa.PrimaryKeyConstraint("sensor_id", name="pk_sensor_registrations"),
    )


def downgrade() -> None:
    """Drop them; the journal still leads to the same records."""
    op.drop_table("sensor_registrations")
    op.drop_table("sensor_registration_changes")


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)
