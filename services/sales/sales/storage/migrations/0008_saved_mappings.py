"""What somebody said of a file is kept by its columns, for the next file that has the same."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

SAVED = """
CREATE TABLE saved_mapping (
    fingerprint text PRIMARY KEY,
    columns jsonb NOT NULL,
    mapping jsonb NOT NULL,
    saved_by text NOT NULL,
    saved_at timestamptz NOT NULL DEFAULT now(),
    used_at timestamptz NOT NULL DEFAULT now()
)
"""


def upgrade() -> None:
    op.execute(SAVED)


def downgrade() -> None:
    op.execute("DROP TABLE saved_mapping")
