"""Make the table of what happens between tracks: stitched, merged, groups, matches with a partner's."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table and its index."""
    op.create_table(
        "track_events",
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        _text("id"),
        sa.Column("time_ns", sa.BigInteger, nullable=False),
        *(_text(name) for name in ("origin", "event", "reason", "record", "label")),
        sa.PrimaryKeyConstraint("position", name="pk_track_events"),
        sa.UniqueConstraint("id", name="uq_track_events_id"),
    )
    op.create_index("ix_track_events_time_ns", "track_events", ["time_ns"])


def downgrade() -> None:
    """Drop it; the journal still leads to the same events."""
    op.drop_table("track_events")


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)
