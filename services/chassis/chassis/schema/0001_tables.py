"""The tables that every service has. Each service once made its own: what is there is adopted as it is."""

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

OUTBOX = """
CREATE TABLE IF NOT EXISTS outbox (
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

INBOX = """
CREATE TABLE IF NOT EXISTS inbox (
    consumer text NOT NULL,
    event_id uuid NOT NULL,
    PRIMARY KEY (consumer, event_id)
)
"""

PROJECTION_OFFSET = """
CREATE TABLE IF NOT EXISTS projection_offset (
    consumer text NOT NULL,
    topic text NOT NULL,
    partition integer NOT NULL,
    next_offset bigint NOT NULL,
    PRIMARY KEY (consumer, topic, partition)
)
"""

DEAD_LETTER = """
CREATE TABLE IF NOT EXISTS dead_letter (
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
CREATE INDEX IF NOT EXISTS dead_letter_open ON dead_letter (id) WHERE status = 'open';
CREATE TABLE IF NOT EXISTS consumer_stop (
    consumer text PRIMARY KEY,
    reason text NOT NULL,
    stopped_at timestamptz NOT NULL DEFAULT now()
)
"""

JOB = """
CREATE TABLE IF NOT EXISTS job (
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
CREATE INDEX IF NOT EXISTS job_open ON job (kind, created_at) WHERE status IN ('waiting', 'running')
"""

IDEMPOTENCY = """
CREATE TABLE IF NOT EXISTS idempotency_key (
    principal text NOT NULL,
    key text NOT NULL,
    request_hash text NOT NULL,
    status integer NOT NULL,
    response jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (principal, key)
)
"""

TABLES = ("outbox", "inbox", "projection_offset", "dead_letter", "consumer_stop", "job", "idempotency_key")


def upgrade() -> None:
    for statement in (OUTBOX, INBOX, PROJECTION_OFFSET, DEAD_LETTER, JOB, IDEMPOTENCY):
        op.execute(statement)


def downgrade() -> None:
    for table in TABLES:
        op.execute(f"DROP TABLE {table}")
