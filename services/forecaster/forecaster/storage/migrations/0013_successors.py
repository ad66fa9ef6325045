"""Which product one replaces, whose history it has."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE product ADD COLUMN replaces_sku text")


def downgrade() -> None:
    op.execute("ALTER TABLE product DROP COLUMN replaces_sku")
