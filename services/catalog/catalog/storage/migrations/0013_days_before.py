"""Whether the day or the month comes first in a file's days, by its columns, for the next file of the same ones."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE import ADD COLUMN known_as text, ADD COLUMN day_first boolean")
    op.execute("CREATE INDEX import_known_as ON import (kind, known_as, created_at DESC) WHERE day_first IS NOT NULL")


def downgrade() -> None:
    op.execute("ALTER TABLE import DROP COLUMN known_as, DROP COLUMN day_first")
