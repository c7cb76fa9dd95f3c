"""Give accounts a second factor: the shared secret of one-time codes, and the last step that was used."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; accounts that are there have none."""
    op.add_column("accounts", sa.Column("totp_secret", sa.Text, nullable=True))
    op.add_column("accounts", sa.Column("totp_step", sa.BigInteger, nullable=True))


def downgrade() -> None:
    """Drop them: an older program asks for passwords alone."""
    op.drop_column("accounts", "totp_step")
    op.drop_column("accounts", "totp_secret")
