"""Let an administrator lock accounts, and choose the view that a person's screen begins with."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; no account that is there is locked, and each begins with the view of its role."""
    op.add_column("accounts", sa.Column("locked_ns", sa.BigInteger, nullable=True))
    op.add_column("accounts", sa.Column("home", sa.Text, nullable=True))


def downgrade() -> None:
    """Drop them: an older program lets locked accounts in again."""
    op.drop_column("accounts", "home")
    op.drop_column("accounts", "locked_ns")
