"""What a supplier says of an approved order's arrival; null until it says anything."""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE purchase_order ADD COLUMN confirmed_on date")


def downgrade() -> None:
    op.execute("ALTER TABLE purchase_order DROP COLUMN confirmed_on")
