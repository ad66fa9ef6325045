"""Users, sessions, signing keys, API keys, the audit trail."""

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

USERS = """
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
CREATE UNIQUE INDEX app_user_username ON app_user (lower(username))
"""

SESSIONS = """
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
CREATE INDEX refresh_token_expiry ON refresh_token (expires_at)
"""

KEYS = """
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
)
"""

AUDIT = """
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
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
"""


def upgrade() -> None:
    for statement in (USERS, SESSIONS, KEYS, AUDIT):
        op.execute(statement)


def downgrade() -> None:
    for table in ("audit_entry", "api_key", "signing_key", "refresh_token", "session_family", "app_user"):
        op.execute(f"DROP TABLE {table}")
    op.execute("DROP FUNCTION refuse_change")
