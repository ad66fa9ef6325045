"""Suppliers, terms, live forecasts, purchase orders, receipts, reservations."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SUPPLY = """
CREATE TABLE supplier (
    code text PRIMARY KEY,
    name text NOT NULL,
    lead_days numeric(6, 1) NOT NULL,
    lead_spread_days numeric(6, 1) NOT NULL DEFAULT 0,
    review_days numeric(6, 1) NOT NULL DEFAULT 7,
    generated boolean NOT NULL DEFAULT false,
    revision integer NOT NULL DEFAULT 1
);
CREATE TABLE supply_term (
    sku text NOT NULL,
    location text NOT NULL DEFAULT '',
    supplier text NOT NULL REFERENCES supplier,
    unit_cost numeric(13, 4) NOT NULL,
    moq numeric(12, 3) NOT NULL DEFAULT 0,
    multiple numeric(12, 3) NOT NULL DEFAULT 1 CHECK (multiple > 0),
    shelf_life_days numeric(6, 1),
    holding_rate numeric(5, 3) NOT NULL DEFAULT 0.2,
    service_level numeric(5, 4) CHECK (service_level > 0 AND service_level < 1),
    generated boolean NOT NULL DEFAULT false,
    revision integer NOT NULL DEFAULT 1,
    PRIMARY KEY (sku, location)
)
"""

FORECASTS = """
CREATE TABLE forecast (
    run_id uuid NOT NULL,
    sku text NOT NULL,
    location text NOT NULL,
    as_of date NOT NULL,
    sums double precision[] NOT NULL,
    mean double precision[] NOT NULL,
    PRIMARY KEY (run_id, sku, location)
);
CREATE TABLE live_run (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    run_id uuid NOT NULL,
    as_of date NOT NULL,
    completed_at timestamptz NOT NULL
)
"""

ORDERS = """
CREATE TABLE purchase_order (
    id uuid PRIMARY KEY,
    supplier text NOT NULL REFERENCES supplier,
    status text NOT NULL CHECK (status IN ('proposed', 'approved', 'received', 'cancelled')),
    total numeric(19, 4) NOT NULL,
    order_by date,
    created_by text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    approved_by text,
    approved_at timestamptz,
    received_at timestamptz,
    generated boolean NOT NULL DEFAULT false
);
CREATE INDEX purchase_order_created ON purchase_order (created_at, id);
CREATE TABLE order_line (
    order_id uuid NOT NULL REFERENCES purchase_order ON DELETE CASCADE,
    sku text NOT NULL,
    location text NOT NULL,
    quantity numeric(12, 3) NOT NULL CHECK (quantity > 0),
    unit_cost numeric(13, 4) NOT NULL,
    received numeric(12, 3) NOT NULL DEFAULT 0,
    PRIMARY KEY (order_id, sku, location)
);
CREATE INDEX order_line_series ON order_line (sku, location);
CREATE TABLE lead_observation (
    order_id uuid PRIMARY KEY,
    supplier text NOT NULL REFERENCES supplier,
    days numeric(6, 1) NOT NULL,
    received_at timestamptz NOT NULL
);
CREATE TABLE reservation (
    reference text NOT NULL,
    sku text NOT NULL,
    location text NOT NULL,
    quantity numeric(12, 3) NOT NULL CHECK (quantity > 0),
    PRIMARY KEY (reference, sku, location)
)
"""


def upgrade() -> None:
    for statement in (SUPPLY, FORECASTS, ORDERS):
        op.execute(statement)


def downgrade() -> None:
    for table in (
        "reservation", "lead_observation", "order_line", "purchase_order", "live_run", "forecast", "supply_term",
        "supplier",
    ):  # fmt: skip
        op.execute(f"DROP TABLE {table}")
