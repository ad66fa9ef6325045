"""Which transaction last changed a promotion: whether a run's forecasts know it as it is now.

Promotions of before count as known to every run: nobody kept when they were told.
"""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE promotion ADD COLUMN changed_by xid8 NOT NULL DEFAULT '3'")
    op.execute("ALTER TABLE promotion ALTER COLUMN changed_by SET DEFAULT pg_current_xact_id()")


def downgrade() -> None:
    op.execute("ALTER TABLE promotion DROP COLUMN changed_by")
