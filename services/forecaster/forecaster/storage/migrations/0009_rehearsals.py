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


def downgrade() -> None:
    op.execute("DELETE FROM forecast WHERE run_id IN (SELECT id FROM run WHERE kind = 'rehearsal')")
    op.execute("DELETE FROM run_input WHERE run_id IN (SELECT id FROM run WHERE kind = 'rehearsal')")
    op.execute("DELETE FROM job WHERE kind = 'rehearsal'")
    op.execute("DELETE FROM run WHERE kind = 'rehearsal'")
    op.execute("ALTER TABLE run DROP CONSTRAINT run_kind_check")
    op.execute("ALTER TABLE run ADD CONSTRAINT run_kind_check CHECK (kind IN ('train', 'update'))")
