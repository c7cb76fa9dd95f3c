"""Note of accounts by which OpenID provider, and as whom there, the person logs in."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; accounts that are there are local."""
    op.add_column("accounts", sa.Column("issuer", sa.Text, nullable=True))
    op.add_column("accounts", sa.Column("subject", sa.Text, nullable=True))
    op.create_index("ix_accounts_issuer_subject", "accounts", ["issuer", "subject"], unique=True)


def downgrade() -> None:
    """Drop them: accounts of a provider stay, and nobody can log in to them."""
    op.drop_index("ix_accounts_issuer_subject", "accounts")
    op.drop_column("accounts", "subject")
    op.drop_column("accounts", "issuer")
