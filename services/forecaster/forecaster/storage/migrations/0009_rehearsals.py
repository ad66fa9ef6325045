"""Runs of the kind `rehearsal`: what would have been published in the weeks before the first training."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The kind is allowed."""
    op.execute("ALTER TABLE run DROP CONSTRAINT run_kind_check")
    op.execute("ALTER TABLE run ADD CONSTRAINT run_kind_check CHECK (kind IN ('train', 'update', 'rehearsal'))")
