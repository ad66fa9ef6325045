"""The weekly digest: which weeks' were sent, and what became of each try."""

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "CREATE TABLE digest (week date PRIMARY KEY, tries int NOT NULL DEFAULT 0, tried_at timestamptz,"
        " sent_at timestamptz, readers int, error text)"
    )


def downgrade() -> None:
    op.execute("DROP TABLE digest")
