"""The ledger, what waits for it, what it refused, and imports."""

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

LEDGER = """
CREATE TABLE sale (
    sale_id uuid PRIMARY KEY,
    source text NOT NULL,
    event_id text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('sale', 'return', 'correction', 'void')),
    sku text NOT NULL,
    location text NOT NULL,
    quantity numeric(12, 3) NOT NULL,
    unit_price numeric(13, 4) NOT NULL,
    amount numeric(22, 4) NOT NULL,
    sold_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    reference text,
    original_id uuid,
    superseded_by uuid,
    content_hash uuid NOT NULL,
    import_id uuid,
    line integer
);
CREATE INDEX sale_series ON sale (sku, location, sold_at);
CREATE INDEX sale_time ON sale (sold_at, sale_id);
CREATE INDEX sale_chain ON sale (original_id) WHERE original_id IS NOT NULL
"""

WAITING = """
CREATE TABLE quarantined_sale (
    sale_id uuid PRIMARY KEY,
    waiting_for text NOT NULL,
    content_hash uuid NOT NULL,
    source text NOT NULL,
    event_id text NOT NULL,
    claim jsonb NOT NULL,
    import_id uuid,
    line integer,
    since timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX quarantined_sale_waiting ON quarantined_sale (waiting_for)
"""

REFUSED = """
CREATE TABLE rejected_sale (
    sale_id uuid NOT NULL,
    content_hash uuid NOT NULL,
    source text NOT NULL,
    event_id text NOT NULL,
    code text NOT NULL,
    field text,
    message text NOT NULL,
    import_id uuid,
    line integer,
    submitted jsonb NOT NULL,
    rejected_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (sale_id, content_hash)
);
CREATE INDEX rejected_sale_at ON rejected_sale (rejected_at, sale_id)
"""

KNOWN = """
CREATE TABLE known_product (
    sku text PRIMARY KEY,
    product_id uuid NOT NULL UNIQUE,
    price numeric(13, 4),
    revision integer NOT NULL
);
CREATE TABLE known_location (code text PRIMARY KEY, revision integer NOT NULL);
INSERT INTO known_location VALUES ('main', 0)
"""

IMPORTS = """
CREATE TABLE import (
    id uuid PRIMARY KEY,
    name text NOT NULL,
    source text NOT NULL,
    mapping jsonb NOT NULL,
    bytes bigint NOT NULL,
    lines integer,
    shift_weeks integer NOT NULL DEFAULT 0,
    warnings jsonb NOT NULL DEFAULT '[]',
    created_by text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE import_chunk (
    import_id uuid NOT NULL REFERENCES import ON DELETE CASCADE,
    ordinal integer NOT NULL,
    content bytea NOT NULL,
    PRIMARY KEY (import_id, ordinal)
);
ALTER TABLE import_chunk ALTER COLUMN content SET STORAGE EXTERNAL;
CREATE TABLE import_line (
    import_id uuid NOT NULL,
    line integer NOT NULL,
    outcome text NOT NULL CHECK (outcome IN ('recorded', 'duplicate', 'quarantined', 'rejected')),
    code text,
    field text,
    message text,
    content text,
    PRIMARY KEY (import_id, line)
);
CREATE INDEX import_line_rejected ON import_line (import_id, line) WHERE outcome = 'rejected';
CREATE TABLE date_shift (
    source text PRIMARY KEY,
    weeks integer NOT NULL,
    fixed_at timestamptz NOT NULL DEFAULT now()
)
"""


def upgrade() -> None:
    for statement in (LEDGER, WAITING, REFUSED, KNOWN, IMPORTS):
        op.execute(statement)


def downgrade() -> None:
    for table in (
        "date_shift", "import_line", "import_chunk", "import", "known_location", "known_product", "rejected_sale",
        "quarantined_sale", "sale",
    ):  # fmt: skip
        op.execute(f"DROP TABLE {table}")
