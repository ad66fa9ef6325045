"""Why somebody made a run live by hand."""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE publication ADD COLUMN reason text")


def downgrade() -> None:
    op.execute("ALTER TABLE publication DROP COLUMN reason")
