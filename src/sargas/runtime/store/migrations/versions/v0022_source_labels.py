"""Make the tables of labels given to sources: the newest word on each, and a log of all."""

from sargas.runtime.store.migrations.revised import drop_revised, make_revised

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

NEWEST, LOG, KEY = "source_labels", "source_label_revisions", "source"


def upgrade() -> None:
    """Make the tables and their indexes."""
    make_revised(NEWEST, LOG, KEY)


def downgrade() -> None:
    """Drop them; the journal still leads to the same records."""
    drop_revised(NEWEST, LOG)
