"""Note of each session when its person last gave password or code."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; who is logged in has to give one again before deciding on a warning."""
    op.add_column("sessions", sa.Column("proved_ns", sa.BigInteger, nullable=True))


def downgrade() -> None:
    """Drop it: an older program does not ask again."""
    op.drop_column("sessions", "proved_ns")
