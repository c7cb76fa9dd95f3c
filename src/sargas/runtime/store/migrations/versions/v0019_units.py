"""Make the tables of units that could respond: the newest revision of each, and a log of all."""

from sargas.runtime.store.migrations.revised import drop_revised, make_revised

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

NEWEST, LOG, KEY = "units", "unit_revisions", "unit_id"


def upgrade() -> None:
    """Make the tables and their indexes."""
    make_revised(NEWEST, LOG, KEY)


def downgrade() -> None:
    """Drop them; the journal still leads to the same records."""
    drop_revised(NEWEST, LOG)
