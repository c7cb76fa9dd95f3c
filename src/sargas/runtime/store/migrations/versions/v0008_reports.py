"""Make the tables of human reports and sightings: newest revision and log of each."""

from sargas.runtime.store.migrations.revised import drop_revised, make_revised

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TABLES = (
    ("human_reports", "human_report_revisions", "report_id"),
    ("sightings", "sighting_changes", "sighting_id"),
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
