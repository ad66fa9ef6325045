"""What kits consist of that are assembled when they are sold, and what of a forecast comes through which kits."""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        CREATE TABLE kit_part (
            kit text NOT NULL,
            sku text NOT NULL,
            quantity numeric(8, 3) NOT NULL,
            first_day date NOT NULL,
            last_day date,
            PRIMARY KEY (kit, sku, first_day)
        )
    """)
    op.execute("CREATE INDEX kit_part_sku ON kit_part (sku)")
    op.execute("ANALYZE kit_part")  # empty, as most shops leave it: what joins it is planned so
    # What was sold of components through kits; of a week in which a bill begins or ends its share of the days.
    op.execute("""
        CREATE VIEW kit_week AS
        SELECT p.sku, d.location, d.week, sum(d.units * p.quantity * (LEAST(d.week + 6, p.last_day)
            - GREATEST(d.week, p.first_day) + 1) / 7.0) AS units
        FROM kit_part AS p JOIN demand_week AS d ON d.sku = p.kit AND d.week + 6 >= p.first_day
            AND (p.last_day IS NULL OR d.week <= p.last_day)
        GROUP BY p.sku, d.location, d.week
    """)
    op.execute("ALTER TABLE forecast ADD COLUMN in_kits jsonb")


def downgrade() -> None:
    op.execute("ALTER TABLE forecast DROP COLUMN in_kits")
    op.execute("DROP VIEW kit_week")
    op.execute("DROP TABLE kit_part")
