"""The chassis's tables, for the first migration of each service that uses them: `op.execute(ddl.OUTBOX)`.

They live in the service's own schema, which is first in its role's search_path.
"""

OUTBOX = """
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
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000)
"""

# Many events in a row of the hot path (chassis.outbox). Out of line and compressed a row would cost more than it
# saves: it stays in its page, and the few that do not fit go out of line as they are.
OUTBOX_PACKED = """
ALTER TABLE outbox ADD COLUMN events smallint NOT NULL DEFAULT 1;
ALTER TABLE outbox ALTER COLUMN payload SET STORAGE EXTERNAL;
ALTER TABLE outbox SET (toast_tuple_target = 8160, autovacuum_vacuum_threshold = 2000)
"""

# What came before knows one event a row only, and would send many as one.
OUTBOX_UNPACKED = """
DO $$ BEGIN
    IF EXISTS (SELECT FROM outbox WHERE events > 1) THEN
        RAISE EXCEPTION 'rows of many events wait in the outbox: let the relay send them first';
    END IF;
END $$;
ALTER TABLE outbox DROP COLUMN events;
ALTER TABLE outbox ALTER COLUMN payload SET STORAGE EXTENDED;
ALTER TABLE outbox RESET (toast_tuple_target);
ALTER TABLE outbox SET (autovacuum_vacuum_threshold = 20000)
"""

INBOX = """
CREATE TABLE inbox (
    consumer text NOT NULL,
    event_id uuid NOT NULL,
    PRIMARY KEY (consumer, event_id)
)
"""

PROJECTION_OFFSET = """
CREATE TABLE projection_offset (
    consumer text NOT NULL,
    topic text NOT NULL,
    partition integer NOT NULL,
    next_offset bigint NOT NULL,
    PRIMARY KEY (consumer, topic, partition)
)
"""

DEAD_LETTER = """
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
)
"""

JOB = """
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
CREATE INDEX job_open ON job (kind, created_at) WHERE status IN ('waiting', 'running')
"""

IDEMPOTENCY = """
CREATE TABLE idempotency_key (
    principal text NOT NULL,
    key text NOT NULL,
    request_hash text NOT NULL,
    status integer NOT NULL,
    response jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (principal, key)
)
"""
