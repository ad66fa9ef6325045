"""Mappings that are kept say of which kind of file they are, as those of a shop's other files do."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE saved_mapping ADD COLUMN kind text NOT NULL DEFAULT 'sales'")


def downgrade() -> None:
    op.execute("ALTER TABLE saved_mapping DROP COLUMN kind")
