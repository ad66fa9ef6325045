"""Which tokens a session has is asked when it is forgotten."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE INDEX refresh_token_family ON refresh_token (family_id)")


def downgrade() -> None:
    op.execute("DROP INDEX refresh_token_family")
