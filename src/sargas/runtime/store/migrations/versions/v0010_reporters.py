"""Make the tables of how each reporter fared: newest and log."""

from sargas.runtime.store.migrations.revised import drop_revised, make_revised

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TABLES = (("reporter_histories", "reporter_history_changes", "source_id"),)
"""Newest revision, log, key."""


def upgrade() -> None:
    """Make the tables and their indexes."""
    for newest, log, key in TABLES:
        make_revised(newest, log, key)


def downgrade() -> None:
    """Drop them; the journal still leads to the same records."""
    for newest, log, _ in TABLES:
        drop_revised(newest, log)
