"""Make the tables of public warnings: the newest revision of each message, and a log of all."""

from sargas.runtime.store.migrations.revised import drop_revised, make_revised

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TABLES = (("public_warnings", "public_warning_revisions", "message_id"),)
"""Newest revision, log, key."""


def upgrade() -> None:
    """Make the tables and their indexes."""
    for newest, log, key in TABLES:
        make_revised(newest, log, key)


def downgrade() -> None:
    """Drop them; the journal still leads to the same records."""
    for newest, log, _ in TABLES:
        drop_revised(newest, log)
