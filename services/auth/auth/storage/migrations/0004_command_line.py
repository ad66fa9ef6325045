"""A key may have a role, as a person has: the command line's own."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE api_key ADD COLUMN role text CHECK (role IN ('viewer', 'planner', 'operator'))")


def downgrade() -> None:
    op.execute("DELETE FROM api_key WHERE role IS NOT NULL")
    op.execute("ALTER TABLE api_key DROP COLUMN role")
