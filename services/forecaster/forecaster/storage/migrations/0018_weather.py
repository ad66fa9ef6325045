"""Weather as catalog told it: by location, day and the day on which it was said."""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        CREATE TABLE weather (
            location text NOT NULL,
            day date NOT NULL,
            issued_on date NOT NULL,
            temperature real,
            temperature_max real,
            precipitation real,
            PRIMARY KEY (location, day, issued_on)
        )
    """)


def downgrade() -> None:
    op.execute("DROP TABLE weather")
