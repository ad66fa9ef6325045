"""Decisions, classes and the one attention list as tables; runs with what was promised of them.

What was live before is decided by the worker as soon as it starts; what people said of stock is kept, under the
identity that the one list gives it.
"""

from uuid import UUID, uuid5

from alembic import op
from contracts.keys import series_key
from sqlalchemy import text

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ENTRIES = UUID("0b6e3c7a-52a6-5d0c-8f0e-6f1a3f9f4d22")  # the namespace of entries' ids on the day of this migration

RUNS = """
CREATE TABLE forecast_run (
    run_id uuid PRIMARY KEY,
    as_of date NOT NULL,
    series integer NOT NULL,
    completed_at timestamptz NOT NULL
);
ALTER TABLE forecast DROP COLUMN mean, ADD COLUMN kept_at timestamptz NOT NULL DEFAULT now();
ALTER TABLE live_run ALTER COLUMN run_id DROP NOT NULL, ALTER COLUMN as_of DROP NOT NULL,
    ALTER COLUMN completed_at DROP NOT NULL, ADD COLUMN preparing uuid;
ALTER TABLE receipt DROP COLUMN created_at;
INSERT INTO live_run (one) VALUES (true) ON CONFLICT DO NOTHING
"""

DECISIONS = """
CREATE TABLE segment (
    sku text NOT NULL,
    location text NOT NULL,
    segment text NOT NULL,
    revenue double precision NOT NULL,
    share_before double precision NOT NULL,
    variation double precision,
    PRIMARY KEY (sku, location)
);
CREATE TABLE decision (
    run_id uuid NOT NULL,
    sku text NOT NULL,
    location text NOT NULL,
    as_of date NOT NULL,
    supplier text NOT NULL,
    segment text,
    on_hand numeric NOT NULL,
    on_order numeric NOT NULL,
    reserved numeric NOT NULL,
    unit_cost numeric(13, 4) NOT NULL,
    quantity double precision NOT NULL,
    reorder_point double precision NOT NULL,
    order_up_to double precision NOT NULL,
    safety_stock double precision NOT NULL,
    expected_demand double precision NOT NULL,
    days_of_cover double precision,
    order_by date,
    short_units double precision NOT NULL,
    reason text NOT NULL,
    inputs jsonb NOT NULL,
    order_value double precision NOT NULL,
    revenue_at_risk double precision NOT NULL,
    excess double precision NOT NULL,
    excess_value double precision NOT NULL,
    stock_value double precision NOT NULL,
    due boolean NOT NULL,
    decided_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (run_id, sku, location)
);
CREATE INDEX decision_supplier ON decision (supplier);
CREATE INDEX decision_excess ON decision (run_id, excess_value DESC) WHERE excess > 0;
CREATE TABLE decision_due (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    sku text NOT NULL,
    location text NOT NULL,
    marked_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX decision_due_series ON decision_due (sku, location);
CREATE TABLE classes_due (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY
);
INSERT INTO classes_due DEFAULT VALUES;
INSERT INTO decision_due (sku, location) SELECT sku, location FROM forecast JOIN live_run USING (run_id)
"""

ATTENTION = """
CREATE TABLE attention (
    id uuid PRIMARY KEY,
    root text NOT NULL UNIQUE,
    kind text NOT NULL,
    sku text,
    location text,
    money double precision NOT NULL,
    title text NOT NULL,
    detail jsonb NOT NULL,
    week date,
    evidence date NOT NULL,
    present boolean NOT NULL DEFAULT true,
    status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'acknowledged', 'snoozed', 'resolved')),
    snoozed_until date,
    assignee text,
    note text,
    first_seen timestamptz NOT NULL DEFAULT now(),
    last_seen timestamptz NOT NULL,
    changed_by text,
    changed_at timestamptz
);
CREATE INDEX attention_rank ON attention (money DESC, id);
CREATE INDEX attention_changed ON attention (changed_at)
"""


def upgrade() -> None:
    for statement in (RUNS, DECISIONS, ATTENTION):
        op.execute(statement)
    _keep_what_people_said()
    op.execute("DROP TABLE stock_attention")


def _keep_what_people_said() -> None:
    """An entry whose cause is still there takes its state up again when the worker first decides."""
    connection = op.get_bind()
    said = connection.execute(
        text("SELECT kind, sku, location, status, snoozed_until, assignee, note, as_of, changed_by, changed_at"
             " FROM stock_attention")
    )  # fmt: skip
    for row in said.mappings():
        root = f"{row['kind']}/{series_key(row['sku'], row['location'])}"
        connection.execute(
            text(
                "INSERT INTO attention (id, root, kind, sku, location, money, title, detail, evidence, status,"
                " snoozed_until, assignee, note, last_seen, changed_by, changed_at) VALUES (:id, :root, :kind, :sku,"
                " :location, 0, '', '{}', :as_of, :status, :snoozed_until, :assignee, :note, :changed_at,"
                " :changed_by, :changed_at)"
            ),
            {**row, "id": uuid5(ENTRIES, root), "root": root},
        )


def downgrade() -> None:
    op.execute(
        "CREATE TABLE stock_attention (kind text NOT NULL CHECK (kind IN ('stockout', 'excess')), sku text NOT NULL,"
        " location text NOT NULL, status text NOT NULL DEFAULT 'open'"
        " CHECK (status IN ('open', 'snoozed', 'resolved')), snoozed_until date, assignee text, note text,"
        " as_of date NOT NULL, changed_by text NOT NULL, changed_at timestamptz NOT NULL DEFAULT now(),"
        " PRIMARY KEY (kind, sku, location));"
        " DROP TABLE attention; DROP TABLE classes_due; DROP TABLE decision_due; DROP TABLE decision;"
        " DROP TABLE segment; DELETE FROM live_run WHERE run_id IS NULL; ALTER TABLE live_run DROP COLUMN preparing,"
        " ALTER COLUMN run_id SET NOT NULL, ALTER COLUMN as_of SET NOT NULL, ALTER COLUMN completed_at SET NOT NULL;"
        " ALTER TABLE receipt ADD COLUMN created_at timestamptz NOT NULL DEFAULT now();"
        " ALTER TABLE forecast DROP COLUMN kept_at, ADD COLUMN mean double precision[] NOT NULL DEFAULT '{}';"
        " DROP TABLE forecast_run"
    )
