"""Make the tables of accounts, sessions, one-time links and login failures."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables and their indexes."""
    op.create_table(
        "accounts",
        *(_text(name) for name in ("name", "password_hash", "role", "nation")),
        *(_whole(name) for name in ("created_ns", "password_changed_ns")),
        sa.PrimaryKeyConstraint("name", name="pk_accounts"),
    )
    _make_token_table("sessions", _whole("created_ns"), _whole("last_used_ns"), _whole("expires_ns"))
    _make_token_table("one_time_links", _whole("created_ns"), _whole("expires_ns"), _whole("used_ns", nullable=True))
    op.create_table(
        "login_failures",
        *(_text(name) for name in ("kind", "value")),
        *(_whole(name) for name in ("failures", "refusals", "last_ns", "locked_until_ns")),
        sa.PrimaryKeyConstraint("kind", "value", name="pk_login_failures"),
    )
    op.create_index("ix_login_failures_last_ns", "login_failures", ["last_ns"])


def downgrade() -> None:
    """Drop them: accounts must be made again afterwards."""
    for table in ("login_failures", "one_time_links", "sessions", "accounts"):
        op.drop_table(table)


def _make_token_table(table: str, *columns: sa.Column[int]) -> None:
    op.create_table(
        table,
        _text("token_sha256"),
        _text("account"),
        *columns,
        sa.PrimaryKeyConstraint("token_sha256", name=f"pk_{table}"),
        sa.ForeignKeyConstraint(
            ["account"], ["accounts.name"], name=f"fk_{table}_account_accounts", ondelete="CASCADE"
        ),
    )
    op.create_index(f"ix_{table}_account", table, ["account"])


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def _whole(name: str, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=nullable)
