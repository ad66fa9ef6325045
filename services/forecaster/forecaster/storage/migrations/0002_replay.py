"""Replays, their shadow of the history, and reproductions of runs."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

REPLAY = """
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
)
"""


def upgrade() -> None:
    op.execute(REPLAY)


def downgrade() -> None:
    for table in ("reproduction", "replay_week", "replay"):
        op.execute(f"DROP TABLE {table}")
