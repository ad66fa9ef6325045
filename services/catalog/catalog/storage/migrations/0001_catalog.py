"""Products, places, prices, promotions, calendar, stock."""

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

PRODUCTS = """
CREATE TABLE product (
    id uuid PRIMARY KEY,
    sku text NOT NULL UNIQUE,
    name text NOT NULL,
    category text,
    price numeric(13, 4),
    cost numeric(13, 4),
    archived boolean NOT NULL DEFAULT false,
    on_sale_from date,
    on_sale_until date,
    like_sku text,
    like_multiplier numeric(9, 4),
    attributes jsonb NOT NULL DEFAULT '{}',
    edited text[] NOT NULL DEFAULT '{}',
    revision integer NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX product_name ON product (lower(name), id);
CREATE INDEX product_updated ON product (updated_at, id);
CREATE INDEX product_category ON product (category);
CREATE TABLE location (
    code text PRIMARY KEY,
    name text NOT NULL,
    archived boolean NOT NULL DEFAULT false,
    attributes jsonb NOT NULL DEFAULT '{}',
    revision integer NOT NULL
);
INSERT INTO location VALUES ('main', 'Main', false, '{}', 1);
INSERT INTO outbox (topic, key, event_id, type, source, payload) VALUES (
    'location-changed', 'main', 'c2f4f6a2-2d0c-5c0f-8a55-0c6d2f1b9e01', 'location-changed', 'catalog',
    '{"code": "main", "name": "Main", "archived": false, "attributes": {}, "revision": 1}'
)
"""

DRIVERS = """
CREATE TABLE price (
    sku text NOT NULL,
    location text NOT NULL DEFAULT '',
    valid_from date NOT NULL,
    price numeric(13, 4) NOT NULL,
    set_by text NOT NULL,
    set_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (sku, location, valid_from)
);
CREATE TABLE promotion (
    id uuid PRIMARY KEY,
    name text NOT NULL,
    skus text[] NOT NULL DEFAULT '{}',
    locations text[] NOT NULL DEFAULT '{}',
    starts date NOT NULL,
    ends date NOT NULL,
    discount numeric(9, 4),
    removed boolean NOT NULL DEFAULT false,
    revision integer NOT NULL
);
CREATE TABLE calendar_event (
    id uuid PRIMARY KEY,
    name text NOT NULL,
    kind text NOT NULL,
    starts date NOT NULL,
    ends date NOT NULL,
    locations text[] NOT NULL DEFAULT '{}',
    removed boolean NOT NULL DEFAULT false,
    revision integer NOT NULL
)
"""

STOCK = """
CREATE TABLE stock_movement (
    sale_id uuid NOT NULL,
    part smallint NOT NULL,
    sku text NOT NULL,
    location text NOT NULL,
    at timestamptz NOT NULL,
    units numeric(12, 3) NOT NULL,
    amount numeric(22, 4) NOT NULL,
    PRIMARY KEY (sale_id, part)
);
CREATE INDEX stock_movement_series ON stock_movement (sku, location, at);
CREATE TABLE stock_entry (
    id uuid PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('count', 'receipt', 'adjustment', 'supplier-return')),
    sku text NOT NULL,
    location text NOT NULL,
    quantity numeric(12, 3) NOT NULL,
    at timestamptz NOT NULL,
    reason text,
    actor text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX stock_entry_series ON stock_entry (sku, location, at);
CREATE TABLE stock_level (
    sku text NOT NULL,
    location text NOT NULL,
    counted numeric(12, 3) NOT NULL,
    counted_at timestamptz NOT NULL,
    moved numeric(18, 3) NOT NULL DEFAULT 0,
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (sku, location)
)
"""


def upgrade() -> None:
    for statement in (PRODUCTS, DRIVERS, STOCK):
        op.execute(statement)


def downgrade() -> None:
    for table in (
        "stock_level", "stock_entry", "stock_movement", "calendar_event", "promotion", "price", "location", "product",
    ):  # fmt: skip
        op.execute(f"DROP TABLE {table}")
