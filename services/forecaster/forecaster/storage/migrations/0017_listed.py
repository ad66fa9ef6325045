"""What lists are put in order and filtered by stands beside the run a series points to, with an index for each order.

A page of the list reads its own rows; before, the forecasts of all kept runs were read for it.
"""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "ALTER TABLE live_forecast ADD COLUMN shown4 double precision, ADD COLUMN wape real, ADD COLUMN active boolean"
    )
    op.execute(
        "UPDATE live_forecast AS l SET shown4 = COALESCE(l.planned4, f.next4), wape = f.wape, active = f.active"
        " FROM forecast AS f WHERE f.run_id = l.run_id AND f.sku = l.sku AND f.location = l.location"
    )
    op.execute(
        "ALTER TABLE live_forecast ALTER COLUMN shown4 SET NOT NULL, ALTER COLUMN active SET NOT NULL,"
        " DROP COLUMN planned4"
    )
    op.execute("CREATE INDEX live_forecast_least ON live_forecast (shown4, sku, location)")
    op.execute("CREATE INDEX live_forecast_most ON live_forecast ((-shown4), sku, location)")


def downgrade() -> None:
    op.execute("ALTER TABLE live_forecast ADD COLUMN planned4 real")
    op.execute("UPDATE live_forecast SET planned4 = shown4")
    op.execute("ALTER TABLE live_forecast DROP COLUMN shown4, DROP COLUMN wape, DROP COLUMN active")
