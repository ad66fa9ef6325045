"""A forecast's means are kept beside its quantiles of sums: what is expected is what the forecast expects.

Null in forecasts that were kept before; their decisions read the mean from the quantiles until the next run.
"""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE forecast ADD COLUMN means double precision[]")


def downgrade() -> None:
    op.execute("ALTER TABLE forecast DROP COLUMN means")
