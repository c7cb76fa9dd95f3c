"""Make the tables of changed rules: the newest change of each, and a log of all."""

from sargas.runtime.store.migrations.revised import drop_revised, make_revised

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

NEWEST, LOG, KEY = "policy_changes", "policy_change_revisions", "policy"


def upgrade() -> None:
    """Make the tables and their indexes."""
    make_revised(NEWEST, LOG, KEY)


def downgrade() -> None:
    """Drop them; the journal still leads to the same records."""
    drop_revised(NEWEST, LOG)
