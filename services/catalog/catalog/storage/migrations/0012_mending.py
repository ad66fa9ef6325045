"""Lines of a shop's files that were refused are mended in place: their cells, and how their file was read."""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE import ADD COLUMN reading jsonb, ADD COLUMN tally jsonb")
    op.execute("ALTER TABLE import_line ADD COLUMN cells jsonb, ADD COLUMN mended jsonb, ADD COLUMN mended_by text")


def downgrade() -> None:
    op.execute("ALTER TABLE import_line DROP COLUMN cells, DROP COLUMN mended, DROP COLUMN mended_by")
    op.execute("ALTER TABLE import DROP COLUMN reading, DROP COLUMN tally")
