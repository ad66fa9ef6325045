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

CREATE TABLE app_user (
    id uuid PRIMARY KEY,
    username text NOT NULL,
    email text,
    password_hash text NOT NULL,
    role text NOT NULL CHECK (role IN ('viewer', 'planner', 'operator', 'admin')),
    status text NOT NULL CHECK (status IN ('waiting', 'active', 'disabled')),
    created_at timestamptz NOT NULL DEFAULT now(),
    last_login_at timestamptz
);
CREATE UNIQUE INDEX app_user_username ON app_user (lower(username));

CREATE TABLE session_family (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES app_user,
    revoked_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE refresh_token (
    digest text PRIMARY KEY,
    family_id uuid NOT NULL REFERENCES session_family ON DELETE CASCADE,
    expires_at timestamptz NOT NULL,
    used_at timestamptz
);
CREATE INDEX refresh_token_expiry ON refresh_token (expires_at);

CREATE TABLE signing_key (
    id text PRIMARY KEY,
    private_pem text NOT NULL,
    created_at timestamptz NOT NULL
);
CREATE TABLE api_key (
    id text PRIMARY KEY,
    name text NOT NULL,
    digest text NOT NULL,
    scopes text[] NOT NULL,
    source text,
    created_by text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz,
    last_used_at timestamptz,
    revoked_at timestamptz
);

CREATE TABLE audit_entry (
    sequence bigint PRIMARY KEY,
    event_id uuid NOT NULL UNIQUE,
    service text NOT NULL,
    actor text NOT NULL,
    action text NOT NULL,
    subject text NOT NULL,
    at timestamptz NOT NULL,
    detail jsonb NOT NULL,
    hash text NOT NULL
);
CREATE INDEX audit_entry_at ON audit_entry (at);
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'the audit trail is append-only'; END $$;
CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

INSERT INTO schema_version (version_num) VALUES ('0001') RETURNING schema_version.version_num;

ALTER TABLE outbox ADD COLUMN events smallint NOT NULL DEFAULT 1;
ALTER TABLE outbox ALTER COLUMN payload SET STORAGE EXTERNAL;
ALTER TABLE outbox SET (toast_tuple_target = 8160, autovacuum_vacuum_threshold = 2000);

UPDATE schema_version SET version_num='0002' WHERE schema_version.version_num = '0001';
