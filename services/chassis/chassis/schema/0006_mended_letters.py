"""A dead letter can be mended before it is redriven; what lay in the log stays beside it."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE dead_letter ADD COLUMN mended text, ADD COLUMN mended_by text")


def downgrade() -> None:
    op.execute("ALTER TABLE dead_letter DROP COLUMN mended_by, DROP COLUMN mended")
