"""What became of asking the weather feed, by location: when next, what was told, and since when it fails and why."""

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        CREATE TABLE weather_asking (
            location text PRIMARY KEY,
            latitude numeric(8, 5) NOT NULL,
            longitude numeric(8, 5) NOT NULL,
            next_at timestamptz NOT NULL,
            told_at timestamptz,
            told_until date,
            since timestamptz,
            tries int NOT NULL DEFAULT 0,
            code text,
            fault text
        )
    """)


def downgrade() -> None:
    op.execute("DROP TABLE weather_asking")
