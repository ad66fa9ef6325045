"""Weeks that people left out of what trainings learn from, and who put them back."""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        CREATE TABLE exclusion (
            id uuid PRIMARY KEY,
            sku text NOT NULL,
            location text NOT NULL,
            first_week date NOT NULL,
            last_week date NOT NULL,
            reason text NOT NULL,
            author text NOT NULL,
            created_at timestamptz NOT NULL DEFAULT now(),
            restored_by text,
            restored_at timestamptz
        )
    """)
    op.execute("CREATE INDEX exclusion_in_force ON exclusion (sku, location) WHERE restored_at IS NULL")


def downgrade() -> None:
    op.execute("DROP TABLE exclusion")
