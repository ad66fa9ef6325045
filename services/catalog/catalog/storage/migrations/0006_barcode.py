"""What tills scan of a product."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE product ADD COLUMN barcode text")


def downgrade() -> None:
    op.execute("ALTER TABLE product DROP COLUMN barcode")
