"""What a series' first four weeks are expected to sell after overrides, beside the run it points to: lists are in the
order of what they show.

Null where nobody overrode them; for what was overridden before this, until the series is published again.
"""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE live_forecast ADD COLUMN planned4 real")


def downgrade() -> None:
    op.execute("ALTER TABLE live_forecast DROP COLUMN planned4")
