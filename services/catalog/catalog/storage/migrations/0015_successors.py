"""Which product one replaces: its history is that one's, too."""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE product ADD COLUMN replaces_sku text")


def downgrade() -> None:
    op.execute("ALTER TABLE product DROP COLUMN replaces_sku")
