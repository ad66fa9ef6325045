"""Which products are sold while they are out of stock."""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE product ADD COLUMN may_oversell boolean NOT NULL DEFAULT false")


def downgrade() -> None:
    op.execute("ALTER TABLE product DROP COLUMN may_oversell")
