"""Make the tables of changed rules: the newest change of each, and a log of all."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

NEWEST, LOG, KEY = "policy_changes", "policy_change_revisions", "policy"


def upgrade() -> None:
    """Make the tables and their indexes."""
    op.create_table(
        LOG,
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        _text("id"),
        sa.Column("time_ns", sa.BigInteger, nullable=False),
        *(_text(name) for name in ("origin", KEY, "state", "record", "label")),
        sa.PrimaryKeyConstraint("position", name=f"pk_{LOG}"),
        sa.UniqueConstraint("id", name=f"uq_{LOG}_id"),
    )
    op.create_index(f"ix_{LOG}_{KEY}_time_ns", LOG, [KEY, "time_ns"])
    op.create_table(
        NEWEST,
        *(_text(name) for name in (KEY, "id")),
        sa.Column("time_ns", sa.BigInteger, nullable=False),
        *(_text(name) for name in ("state", "record", "label")),
        sa.PrimaryKeyConstraint(KEY, name=f"pk_{NEWEST}"),
    )
    op.create_index(f"ix_{NEWEST}_state_time_ns", NEWEST, ["state", "time_ns"])


def downgrade() -> None:
    """Drop them; the journal still leads to the same records."""
    op.drop_table(NEWEST)
    op.drop_table(LOG)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)
