"""When sales of which source and location came, hour by hour: what a silence is known by."""

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        CREATE TABLE source_hour (
            source text NOT NULL,
            location text NOT NULL,
            hour timestamptz NOT NULL,
            entries bigint NOT NULL,
            amount double precision NOT NULL,
            PRIMARY KEY (source, location, hour)
        )
    """)
    op.execute("CREATE INDEX source_hour_age ON source_hour (hour)")


def downgrade() -> None:
    op.execute("DROP TABLE source_hour")
