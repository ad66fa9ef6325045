"""Weather as it was issued, by location, day and the day on which it was said; and where a location lies."""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE location ADD latitude numeric(8, 5), ADD longitude numeric(8, 5)")
    op.execute("""
        CREATE TABLE weather (
            location text NOT NULL,
            day date NOT NULL,
            issued_on date NOT NULL,
            temperature numeric(5, 2),
            temperature_max numeric(5, 2),
            precipitation numeric(6, 2),
            source text NOT NULL,
            PRIMARY KEY (location, day, issued_on)
        )
    """)


def downgrade() -> None:
    op.execute("DROP TABLE weather")
    op.execute("ALTER TABLE location DROP latitude, DROP longitude")
