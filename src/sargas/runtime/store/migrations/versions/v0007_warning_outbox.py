"""Make the outbox of public warnings: one row a message and channel."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TABLE = "warning_outbox"


def upgrade() -> None:
    """Make the table and its index."""
    op.create_table(
        TABLE,
        *(sa.Column(name, sa.Text, nullable=False) for name in ("message_id", "channel", "state", "notice")),
        *(sa.Column(name, sa.BigInteger, nullable=False) for name in ("attempts", "next_ns", "expires_ns")),
        sa.Column("label", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("message_id", "channel", name=f"pk_{TABLE}"),
    )
    op.create_index(f"ix_{TABLE}_channel_state", TABLE, ["channel", "state"])


def downgrade() -> None:
    """Drop it: what was not sent will not be."""
    op.drop_table(TABLE)
