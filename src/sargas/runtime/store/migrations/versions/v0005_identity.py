"""Make the tables of disturbed satellite navigation, flight permissions and claims: newest revision and log of each."""

from sargas.runtime.store.migrations.revised import drop_revised, make_revised

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TABLES = (
    ("gnss_interference", "gnss_interference_changes", "event_id"),
    ("flight_permissions", "flight_permission_revisions", "permission_id"),
    ("claims", "claim_revisions", "claim_id"),
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
