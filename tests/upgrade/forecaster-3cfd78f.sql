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

CREATE TABLE projection_offset (
    consumer text NOT NULL,
    topic text NOT NULL,
    partition integer NOT NULL,
    next_offset bigint NOT NULL,
    PRIMARY KEY (consumer, topic, partition)
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
) WITH (fillfactor = 80);

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
);

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
);

INSERT INTO schema_version (version_num) VALUES ('0001') RETURNING schema_version.version_num;

CREATE TABLE replay (
    id uuid PRIMARY KEY,
    version bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    scope jsonb NOT NULL,
    retrain boolean NOT NULL,
    requested_by text NOT NULL,
    requested_at timestamptz NOT NULL DEFAULT now(),
    result jsonb
);
CREATE TABLE replay_week (
    replay_id uuid NOT NULL REFERENCES replay (id) ON DELETE CASCADE,
    partition integer NOT NULL,
    sku text NOT NULL,
    location text NOT NULL,
    week date NOT NULL,
    units numeric(18, 3) NOT NULL,
    revenue numeric(20, 4) NOT NULL,
    entries bigint NOT NULL,
    marked boolean NOT NULL
);
CREATE INDEX replay_week_part ON replay_week (replay_id, partition);
CREATE TABLE reproduction (
    id uuid PRIMARY KEY,
    run_id uuid NOT NULL REFERENCES run (id),
    requested_by text NOT NULL,
    requested_at timestamptz NOT NULL DEFAULT now(),
    result jsonb
);

UPDATE schema_version SET version_num='0002' WHERE schema_version.version_num = '0001';

CREATE SEQUENCE plan_revision;
CREATE TABLE plan_series (
    sku text NOT NULL,
    location text NOT NULL,
    revision bigint NOT NULL,
    PRIMARY KEY (sku, location)
);
CREATE TABLE override_set (
    id uuid PRIMARY KEY,
    seq bigint NOT NULL UNIQUE,
    kind text NOT NULL CHECK (kind IN ('units', 'percent', 'formula', 'csv')),
    value text NOT NULL,
    per text NOT NULL CHECK (per IN ('week', 'total')),
    target jsonb NOT NULL,
    first_week date NOT NULL,
    last_week date NOT NULL,
    reason text NOT NULL,
    author text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_on date,
    locked boolean NOT NULL,
    cells integer NOT NULL,
    before_total double precision NOT NULL,
    after_total double precision NOT NULL,
    undone_at timestamptz,
    undone_by text,
    ended boolean NOT NULL DEFAULT false
);
CREATE INDEX override_set_open ON override_set (expires_on) WHERE undone_at IS NULL AND NOT ended;
CREATE TABLE override_cell (
    set_id uuid NOT NULL REFERENCES override_set (id),
    sku text NOT NULL,
    location text NOT NULL,
    week date NOT NULL,
    operation text NOT NULL CHECK (operation IN ('set', 'factor', 'add')),
    amount double precision NOT NULL,
    before double precision NOT NULL,
    after double precision NOT NULL,
    PRIMARY KEY (set_id, sku, location, week)
);
CREATE INDEX override_cell_place ON override_cell (sku, location, week);
CREATE TABLE attention (
    id uuid PRIMARY KEY,
    root text NOT NULL UNIQUE,
    kind text NOT NULL,
    sku text,
    location text,
    money double precision NOT NULL,
    title text NOT NULL,
    detail jsonb NOT NULL,
    status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'snoozed', 'resolved')),
    snoozed_until date,
    assignee text,
    note text,
    week date,
    first_seen timestamptz NOT NULL DEFAULT now(),
    last_seen timestamptz NOT NULL DEFAULT now(),
    settled_at timestamptz,
    settled_by text
);
CREATE INDEX attention_money ON attention (money DESC, id) WHERE status <> 'resolved';
CREATE TABLE anomaly (
    sku text NOT NULL,
    location text NOT NULL,
    week date NOT NULL,
    kind text NOT NULL,
    actual double precision NOT NULL,
    expected double precision NOT NULL,
    low double precision NOT NULL,
    high double precision NOT NULL,
    detected_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (sku, location, week)
);

UPDATE schema_version SET version_num='0003' WHERE schema_version.version_num = '0002';

ALTER TABLE outbox ADD COLUMN events smallint NOT NULL DEFAULT 1;
ALTER TABLE outbox ALTER COLUMN payload SET STORAGE EXTERNAL;
ALTER TABLE outbox SET (toast_tuple_target = 8160, autovacuum_vacuum_threshold = 2000);

UPDATE schema_version SET version_num='0004' WHERE schema_version.version_num = '0003';
