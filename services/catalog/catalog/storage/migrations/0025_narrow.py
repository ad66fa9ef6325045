"""Lists of decisions are chosen by narrow entries of an index; the dearest, and the most in excess, stand in order."""

from alembic import op

revision = "0025"
down_revision = "0022"
branch_labels = None
depends_on = None

UP = """
CREATE INDEX decision_narrow ON decision (run_id, sku, location) INCLUDE (
    supplier, segment, as_of, on_hand, unit_cost, quantity, days_of_cover, order_by, order_value, stockout_risk,
    revenue_at_risk, excess, excess_value, stock_value, due, at_risk, out_of_stock, decided_at
);
CREATE INDEX decision_value ON decision (run_id, order_value, sku, location);
DROP INDEX decision_excess;
CREATE INDEX decision_excess ON decision (run_id, excess_value, sku, location) WHERE excess > 0
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute("DROP INDEX decision_narrow, decision_value, decision_excess")
    op.execute("CREATE INDEX decision_excess ON decision (run_id, excess_value DESC) WHERE excess > 0")
