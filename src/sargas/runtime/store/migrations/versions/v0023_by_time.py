"""Index by time what the console asks for by time: what changed lately must not be looked for in all that ever was."""

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

NEWEST = (
    "gnss_interference", "flight_permissions", "claims", "public_warnings", "human_reports", "reporter_histories",
    "sightings", "wind_tables", "zone_changes", "units", "source_pauses", "source_labels", "policy_changes", "launches",
    "closures", "lost_tracks",
)  # fmt: skip
LOGS = (
    "alert_changes", "claim_revisions", "public_warning_revisions", "lost_track_revisions", "source_health_changes",
)  # fmt: skip


def upgrade() -> None:
    """Make the indexes."""
    for table in (*NEWEST, *LOGS):
        op.create_index(f"ix_{table}_time_ns", table, ["time_ns"])


def downgrade() -> None:
    """Drop them."""
    for table in (*NEWEST, *LOGS):
        op.drop_index(f"ix_{table}_time_ns", table)
