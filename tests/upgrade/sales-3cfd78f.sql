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
CREATE INDEX sale_chain ON sale (original_id) WHERE original_id IS NOT NULL;

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
CREATE INDEX quarantined_sale_waiting ON quarantined_sale (waiting_for);

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
CREATE INDEX rejected_sale_at ON rejected_sale (rejected_at, sale_id);

CREATE TABLE known_product (
    sku text PRIMARY KEY,
    product_id uuid NOT NULL UNIQUE,
    price numeric(13, 4),
    revision integer NOT NULL
);
CREATE TABLE known_location (code text PRIMARY KEY, revision integer NOT NULL);
INSERT INTO known_location VALUES ('main', 0);

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
);

INSERT INTO schema_version (version_num) VALUES ('0001') RETURNING schema_version.version_num;

ALTER TABLE outbox ADD COLUMN events smallint NOT NULL DEFAULT 1;
ALTER TABLE outbox ALTER COLUMN payload SET STORAGE EXTERNAL;
ALTER TABLE outbox SET (toast_tuple_target = 8160, autovacuum_vacuum_threshold = 2000);

UPDATE schema_version SET version_num='0002' WHERE schema_version.version_num = '0001';
