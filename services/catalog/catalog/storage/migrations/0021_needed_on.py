"""When held units are needed: with a day ahead they are demand that the forecast consumes."""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE reservation ADD needed_on date")


def downgrade() -> None:
    op.execute("ALTER TABLE reservation DROP needed_on")
