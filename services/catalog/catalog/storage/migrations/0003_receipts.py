"""Receipts, who reserved, what lacking a unit costs, and what people said of stock that needs attention."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

UP = """
ALTER TABLE supply_term ADD COLUMN stockout_cost numeric(13, 4) CHECK (stockout_cost >= 0);
ALTER TABLE reservation ADD COLUMN actor text NOT NULL DEFAULT 'unknown';
ALTER TABLE reservation ADD COLUMN reserved_at timestamptz NOT NULL DEFAULT now();
CREATE INDEX reservation_series ON reservation (sku, location);
CREATE TABLE receipt (
    id uuid PRIMARY KEY,
    order_id uuid REFERENCES purchase_order,
    supplier text REFERENCES supplier,
    reference text,
    received_at timestamptz NOT NULL,
    actor text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX receipt_reference ON receipt (COALESCE(supplier, ''), reference) WHERE reference IS NOT NULL;
CREATE INDEX receipt_received ON receipt (received_at, id);
CREATE INDEX receipt_order ON receipt (order_id);
CREATE TABLE receipt_line (
    receipt_id uuid NOT NULL REFERENCES receipt ON DELETE CASCADE,
    sku text NOT NULL,
    location text NOT NULL,
    quantity numeric(12, 3) NOT NULL CHECK (quantity > 0),
    PRIMARY KEY (receipt_id, sku, location)
);
CREATE TABLE stock_attention (
    kind text NOT NULL CHECK (kind IN ('stockout', 'excess')),
    sku text NOT NULL,
    location text NOT NULL,
    status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'snoozed', 'resolved')),
    snoozed_until date,
    assignee text,
    note text,
    as_of date NOT NULL,
    changed_by text NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (kind, sku, location)
)
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(
        "DROP TABLE stock_attention; DROP TABLE receipt_line; DROP TABLE receipt; DROP INDEX reservation_series;"
        " ALTER TABLE reservation DROP COLUMN actor, DROP COLUMN reserved_at;"
        " ALTER TABLE supply_term DROP COLUMN stockout_cost"
    )
