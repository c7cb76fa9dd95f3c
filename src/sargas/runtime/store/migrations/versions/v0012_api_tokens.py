"""Add API tokens: what a program may do in the name of an account, and until when."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table; nobody has a token yet."""
    op.create_table(
        "api_tokens",
        sa.Column("token_sha256", sa.Text, nullable=False),
        sa.Column("token_id", sa.Text, nullable=False),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("scopes", sa.Text, nullable=False),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("created_ns", sa.BigInteger, nullable=False),
        sa.Column("expires_ns", sa.BigInteger, nullable=False),
        sa.Column("last_used_ns", sa.BigInteger, nullable=True),
        sa.PrimaryKeyConstraint("token_sha256", name="pk_api_tokens"),
        sa.UniqueConstraint("token_id", name="uq_api_tokens_token_id"),
        sa.ForeignKeyConstraint(
            ["account"], ["accounts.name"], name="fk_api_tokens_account_accounts", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_api_tokens_account", "api_tokens", ["account"])


def downgrade() -> None:
    """Drop it: programs then log in with a password again."""
    op.drop_index("ix_api_tokens_account", "api_tokens")
    op.drop_table("api_tokens")
