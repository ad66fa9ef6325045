CREATE TABLE schema_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT schema_version_pkc PRIMARY KEY (version_num)
);

CREATE TABLE outbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    topic text NOT NULL,
    key text NOT NULL,
    event_id text NOT NULL,
    type text NOT NULL,
    source text NOT NULL,
    version smallint NOT NULL DEFAULT 1,
    payload text NOT NULL,
    traceparent text,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp()
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000);

CREATE TABLE inbox (
    consumer text NOT NULL,
    event_id uuid NOT NULL,
    PRIMARY KEY (consumer, event_id)
);

CREATE TABLE dead_letter (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    consumer text NOT NULL,
    topic text NOT NULL,
    partition integer NOT NULL,
    "offset" bigint NOT NULL,
    key bytea,
    headers jsonb NOT NULL,
    value bytea,
    value_bytes integer NOT NULL,
    code text NOT NULL,
    message text NOT NULL,
    status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'redriven', 'discarded')),
    stored_at timestamptz NOT NULL DEFAULT now(),
    settled_at timestamptz,
    settled_by text,
    UNIQUE (consumer, topic, partition, "offset")
);
CREATE INDEX dead_letter_open ON dead_letter (id) WHERE status = 'open';
CREATE TABLE consumer_stop (
    consumer text PRIMARY KEY,
    reason text NOT NULL,
    stopped_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE job (
    id uuid PRIMARY KEY,
    kind text NOT NULL,
    period text,
    arguments jsonb NOT NULL,
    state jsonb NOT NULL DEFAULT '{}',
    status text NOT NULL DEFAULT 'waiting'
        CHECK (status IN ('waiting', 'running', 'succeeded', 'failed', 'cancelled')),
    stage text,
    done bigint NOT NULL DEFAULT 0,
    total bigint NOT NULL DEFAULT 0,
    seconds_left real,
    message text,
    cancel_requested boolean NOT NULL DEFAULT false,
    fence bigint NOT NULL DEFAULT 0,
    attempts integer NOT NULL DEFAULT 0,
    heartbeat_at timestamptz,
    requested_by text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    started_at timestamptz,
    finished_at timestamptz,
    UNIQUE (kind, period)
);
CREATE INDEX job_open ON job (kind, created_at) WHERE status IN ('waiting', 'running');

CREATE TABLE idempotency_key (
    principal text NOT NULL,
    key text NOT NULL,
    request_hash text NOT NULL,
    status integer NOT NULL,
    response jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (principal, key)
);

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
);

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
);

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
);

INSERT INTO schema_version (version_num) VALUES ('0001') RETURNING schema_version.version_num;

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
);

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
);

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
);

UPDATE schema_version SET version_num='0002' WHERE schema_version.version_num = '0001';

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
);

UPDATE schema_version SET version_num='0003' WHERE schema_version.version_num = '0002';

ALTER TABLE outbox ADD COLUMN events smallint NOT NULL DEFAULT 1;
ALTER TABLE outbox ALTER COLUMN payload SET STORAGE EXTERNAL;
ALTER TABLE outbox SET (toast_tuple_target = 8160, autovacuum_vacuum_threshold = 2000);

UPDATE schema_version SET version_num='0004' WHERE schema_version.version_num = '0003';
