"""Of what kind a promotion is, and how much of it somebody plans to sell. Nobody said a kind of those of before."""

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE promotion ADD kind text NOT NULL DEFAULT 'other', ADD planned_quantity numeric")


def downgrade() -> None:
    op.execute("ALTER TABLE promotion DROP planned_quantity, DROP kind")
