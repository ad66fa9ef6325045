"""What may be forgotten: ids of sales by when they were seen, and the forecasts of runs that were superseded.

Ids that are there already count as seen now.
"""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

UP = """
ALTER TABLE sale_seen ADD COLUMN seen_at timestamptz NOT NULL DEFAULT now();
CREATE INDEX sale_seen_at ON sale_seen USING brin (seen_at);
CREATE TABLE sale_window (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    since date,
    forgotten bigint NOT NULL DEFAULT 0
);
ALTER TABLE run ADD COLUMN pruned_at timestamptz
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute("ALTER TABLE run DROP COLUMN pruned_at")
    op.execute("DROP TABLE sale_window")
    op.execute("ALTER TABLE sale_seen DROP COLUMN seen_at")
