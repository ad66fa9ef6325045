"""Who worked on a job, newest first, and how often in a row one of them stood still with it, at which place."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "ALTER TABLE job ADD COLUMN workers text[] NOT NULL DEFAULT '{}', ADD COLUMN freezes int NOT NULL DEFAULT 0,"
        " ADD COLUMN froze_at text"
    )


def downgrade() -> None:
    op.execute("ALTER TABLE job DROP COLUMN froze_at, DROP COLUMN freezes, DROP COLUMN workers")
