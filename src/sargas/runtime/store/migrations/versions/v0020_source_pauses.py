"""Make the tables of paused sources: the newest word on each source, and a log of all."""

from sargas.runtime.store.migrations.revised import drop_revised, make_revised

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

NEWEST, LOG, KEY = "source_pauses", "source_pause_revisions", "source"


def upgrade() -> None:
    """Make the tables and their indexes."""
    make_revised(NEWEST, LOG, KEY)


def downgrade() -> None:
    """Drop them; the journal still leads to the same records."""
    drop_revised(NEWEST, LOG)
