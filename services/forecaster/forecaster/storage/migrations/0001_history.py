"""The demand history, what catalog tells of its products, runs and their forecasts."""

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

HISTORY = """
CREATE TABLE sale_seen (sale_id uuid PRIMARY KEY);
CREATE TABLE demand_week (
    sku text NOT NULL,
    location text NOT NULL,
    week date NOT NULL,
    units numeric(18, 3) NOT NULL,
    revenue numeric(20, 4) NOT NULL,
    entries bigint NOT NULL,
    changed_by xid8 NOT NULL DEFAULT pg_current_xact_id(),
    changed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (sku, location, week)
) WITH (fillfactor = 80)
"""

CATALOG = """
CREATE TABLE product (
    product_id uuid PRIMARY KEY,
    sku text NOT NULL UNIQUE,
    name text NOT NULL,
    category text,
    price numeric(13, 4),
    cost numeric(13, 4),
    archived boolean NOT NULL,
    archived_on date,
    on_sale_from date,
    on_sale_until date,
    like_sku text,
    like_multiplier numeric,
    attributes jsonb NOT NULL,
    revision bigint NOT NULL
);
CREATE INDEX product_category ON product (category);
CREATE TABLE location (
    code text PRIMARY KEY,
    name text NOT NULL,
    archived boolean NOT NULL,
    attributes jsonb NOT NULL,
    revision bigint NOT NULL
);
CREATE TABLE price (
    sku text NOT NULL,
    location text NOT NULL,
    valid_from date NOT NULL,
    price numeric(13, 4) NOT NULL,
    told_at timestamptz NOT NULL,
    PRIMARY KEY (sku, location, valid_from)
);
CREATE TABLE promotion (
    promotion_id uuid PRIMARY KEY,
    name text NOT NULL,
    skus text[] NOT NULL,
    locations text[] NOT NULL,
    starts date NOT NULL,
    ends date NOT NULL,
    discount numeric,
    removed boolean NOT NULL,
    revision bigint NOT NULL
);
CREATE TABLE calendar_event (
    event_id uuid PRIMARY KEY,
    name text NOT NULL,
    kind text NOT NULL,
    starts date NOT NULL,
    ends date NOT NULL,
    locations text[] NOT NULL,
    removed boolean NOT NULL,
    revision bigint NOT NULL
);
CREATE TABLE stock_day (
    sku text NOT NULL,
    location text NOT NULL,
    day date NOT NULL,
    on_hand numeric(18, 3) NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (sku, location, day)
)
"""

RUNS = """
CREATE TABLE run (
    id uuid PRIMARY KEY,
    version bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    kind text NOT NULL DEFAULT 'train' CHECK (kind IN ('train', 'update')),
    cause text NOT NULL,
    requested_by text NOT NULL,
    requested_at timestamptz NOT NULL DEFAULT now(),
    as_of date NOT NULL,
    horizon integer NOT NULL,
    first_week date NOT NULL,
    outcome text CHECK (outcome IN ('succeeded', 'failed', 'cancelled', 'not-promoted')),
    message text,
    snapshot pg_snapshot,
    offsets jsonb,
    newest_sale timestamptz,
    series integer NOT NULL DEFAULT 0,
    active_series integer NOT NULL DEFAULT 0,
    history_weeks integer NOT NULL DEFAULT 0,
    metrics jsonb NOT NULL DEFAULT '{}',
    methods jsonb NOT NULL DEFAULT '{}',
    versions jsonb NOT NULL DEFAULT '{}',
    seed bigint NOT NULL DEFAULT 0,
    seconds real,
    finished_at timestamptz
);
CREATE INDEX run_requested ON run (requested_at DESC, id);
CREATE TABLE run_input (
    run_id uuid PRIMARY KEY REFERENCES run (id),
    content bytea NOT NULL
);
CREATE TABLE forecast (
    run_id uuid NOT NULL REFERENCES run (id),
    sku text NOT NULL,
    location text NOT NULL,
    mean real[] NOT NULL,
    quantiles real[] NOT NULL,
    sum_quantiles real[] NOT NULL,
    method text NOT NULL,
    reason text NOT NULL,
    active boolean NOT NULL,
    next4 real NOT NULL,
    wape real,
    coverage80 real,
    PRIMARY KEY (run_id, sku, location)
);
CREATE INDEX forecast_series ON forecast (sku, location);
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a run''s forecasts are immutable';
END $$;
CREATE TRIGGER forecast_immutable BEFORE UPDATE ON forecast FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TABLE publication (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    run_id uuid NOT NULL REFERENCES run (id),
    kind text NOT NULL CHECK (kind IN ('train', 'update', 'promote', 'rollback')),
    published_by text NOT NULL,
    published_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX publication_at ON publication (published_at);
CREATE TABLE live_forecast (
    sku text NOT NULL,
    location text NOT NULL,
    run_id uuid NOT NULL,
    PRIMARY KEY (sku, location),
    FOREIGN KEY (run_id, sku, location) REFERENCES forecast (run_id, sku, location)
)
"""

TABLES = (
    "live_forecast", "publication", "forecast", "run_input", "run", "stock_day", "calendar_event", "promotion", "price",
    "location", "product", "demand_week", "sale_seen",
)  # fmt: skip


def upgrade() -> None:
    for part in (HISTORY, CATALOG, RUNS):
        op.execute(part)


def downgrade() -> None:
    for table in TABLES:
        op.execute(f"DROP TABLE {table}")
    op.execute("DROP FUNCTION refuse_change()")
