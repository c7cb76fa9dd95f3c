"""Give accounts a clearance: the highest classification that may be seen."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; accounts that are there have what is usual for their nation."""
    op.add_column("accounts", sa.Column("clearance", sa.BigInteger, nullable=True))


def downgrade() -> None:
    """Drop it: an older program shows everything to every account."""
    op.drop_column("accounts", "clearance")
