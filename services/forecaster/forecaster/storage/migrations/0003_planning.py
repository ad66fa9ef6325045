"""The planner's work: overrides, what needs attention, anomalies."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

PLANNING = """
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
)
"""


def upgrade() -> None:
    op.execute(PLANNING)


def downgrade() -> None:
    for table in ("anomaly", "attention", "override_cell", "override_set", "plan_series"):
        op.execute(f"DROP TABLE {table}")
    op.execute("DROP SEQUENCE plan_revision")
