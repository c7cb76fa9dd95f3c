"""Make the tables of winds, launches and closures: the newest revision of each, and a log of all."""

from sargas.runtime.store.migrations.revised import drop_revised, make_revised

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TABLES = (
    ("wind_tables", "wind_table_revisions", "table_id"),
    ("launches", "launch_revisions", "launch_id"),
    ("closures", "closure_revisions", "advice_id"),
)
"""Newest revision, log, key."""


def upgrade() -> None:
    """Make the tables and their indexes."""
    for newest, log, key in TABLES:
        make_revised(newest, log, key)


def downgrade() -> None:
    """Drop them; the journal still leads to the same records."""
    for newest, log, _ in TABLES:
        drop_revised(newest, log)
