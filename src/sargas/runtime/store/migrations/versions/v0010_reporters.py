"""Make the tables of how each reporter fared: newest and log."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TABLES = (("reporter_histories", "reporter_history_changes", "source_id"),)
"""Newest revision, log, key."""


def upgrade() -> None:
    """Make the tables and their indexes."""
    for newest, log, key in TABLES:
        op.create_table(
            log,
            sa.Column(
                "position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
            ),
            _text("id"),
            sa.Column("time_ns", sa.BigInteger, nullable=False),
            *(_text(name) for name in ("origin", key, "state", "record", "label")),
            sa.PrimaryKeyConstraint("position", name=f"pk_{log}"),
            sa.UniqueConstraint("id", name=f"uq_{log}_id"),
        )
        op.create_index(f"ix_{log}_{key}_time_ns", log, [key, "time_ns"])
        op.create_table(
            newest,
            *(_text(name) for name in (key, "id")),
            sa.Column("time_ns", sa.BigInteger, nullable=False),
            *(_text(name) for name in ("state", "record", "label")),
            sa.PrimaryKeyConstraint(key, name=f"pk_{newest}"),
        )
        op.create_index(f"ix_{newest}_state_time_ns", newest, ["state", "time_ns"])


def downgrade() -> None:
    """Drop them; the journal still leads to the same records."""
    for newest, log, _ in TABLES:
        op.drop_table(newest)
        op.drop_table(log)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)
