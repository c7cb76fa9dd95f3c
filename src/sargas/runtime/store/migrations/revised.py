"""The two tables of a record that persons or the core revise: the newest of each, and a log of all.

For migrations alone, and frozen like them: what a later one needs otherwise it writes itself.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


def make_revised(newest: str, log: str, key: str) -> None:
    """Make the tables and their indexes; ``key``: the column that names what a record is about."""
    op.create_table(
        log,
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        _text("id"),
        sa.Column("time_ns", sa.BigInteger, nullable=False),
        *(_text(name) for name in ("origin", key, "state", "record", "label")),
        sa.PrimaryKeyConstraint("position", name=f"pk_{log}"),
        sa.UniqueConstraint("id", name=f"uq_{log}_id"),
    )
    op.create_index(f"ix_{log}_{key}_time_ns", log, [key, "time_ns"])
    op.create_table(
        newest,
        *(_text(name) for name in (key, "id")),
        sa.Column("time_ns", sa.BigInteger, nullable=False),
        *(_text(name) for name in ("state", "record", "label")),
        sa.PrimaryKeyConstraint(key, name=f"pk_{newest}"),
    )
    op.create_index(f"ix_{newest}_state_time_ns", newest, ["state", "time_ns"])


def drop_revised(newest: str, log: str) -> None:
    """Drop them; the journal still leads to the same records."""
    op.drop_table(newest)
    op.drop_table(log)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)
