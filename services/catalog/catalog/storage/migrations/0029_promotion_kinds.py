"""Of what kind a promotion is, and how much of it somebody plans to sell. Nobody said a kind of those of before."""

from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE promotion ADD kind text NOT NULL DEFAULT 'other', ADD planned_quantity numeric(15, 3)")


def downgrade() -> None:
    op.execute("ALTER TABLE promotion DROP planned_quantity, DROP kind")
