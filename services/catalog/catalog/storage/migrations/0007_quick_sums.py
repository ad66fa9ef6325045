"""Sums over all stock movements are kept, not counted; a decision's inputs lie beside its numbers, not between them."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

UP = """
CREATE TABLE stock_total (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    entries bigint NOT NULL,
    movements bigint NOT NULL,
    units numeric NOT NULL,
    amount numeric NOT NULL
);
INSERT INTO stock_total (entries, movements, units, amount)
    SELECT count(*) FILTER (WHERE part = 0), count(*), COALESCE(sum(units), 0), COALESCE(sum(amount), 0)
    FROM stock_movement;
ALTER TABLE decision SET (toast_tuple_target = 256)
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute("ALTER TABLE decision RESET (toast_tuple_target); DROP TABLE stock_total")
