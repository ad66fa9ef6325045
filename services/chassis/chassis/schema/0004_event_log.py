"""Offsets are kept with the log that they belong to: of another one they say nothing.

Which log that was is not known of installed systems: the first one that a worker meets is adopted with its offsets.
"""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "CREATE TABLE event_log (one boolean PRIMARY KEY DEFAULT true CHECK (one),"
        " cluster_id text NOT NULL, begun_anew_at timestamptz)"
    )


def downgrade() -> None:
    op.execute("DROP TABLE event_log")
