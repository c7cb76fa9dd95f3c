"""Make the tables of lost tracks: the newest message of each case, and a log of all."""

from sargas.runtime.store.migrations.revised import drop_revised, make_revised

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

NEWEST, LOG, KEY = "lost_tracks", "lost_track_revisions", "lost_id"


def upgrade() -> None:
    """Make the tables and their indexes."""
    make_revised(NEWEST, LOG, KEY)


def downgrade() -> None:
    """Drop them; the journal still leads to the same records."""
    drop_revised(NEWEST, LOG)
