"""Relays know their generation, a record can be sent again as it lay in the log, an inbox remembers since when.

The outbox's time gets another name so that a relay older than generations stops at its next round: it alone reads
that column, and would send the rows to come without their headers. Whoever publishes goes on.
"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# The leader's lock first: no relay is in a round when the format changes, and the next one looks at its generation.
LOCK = "SELECT pg_advisory_xact_lock(2583, current_schema()::regnamespace::oid::int)"  # chassis.outbox.LEADER_LOCK

OUTBOX = """
ALTER TABLE outbox RENAME COLUMN created_at TO queued_at;
ALTER TABLE outbox ADD COLUMN headers jsonb;
CREATE FUNCTION outbox_generation() RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 2'
"""

# Old rows count from now on: they are kept longer than need be, never shorter.
AGES = """
ALTER TABLE inbox ADD COLUMN seen_at timestamptz NOT NULL DEFAULT now();
CREATE INDEX inbox_seen ON inbox USING brin (seen_at);
CREATE INDEX idempotency_key_age ON idempotency_key USING brin (created_at)
"""

OLD_OUTBOX = """
DO $$ BEGIN
    IF EXISTS (SELECT FROM outbox WHERE headers IS NOT NULL) THEN
        RAISE EXCEPTION 'redriven records wait in the outbox: let the relay send them first';
    END IF;
END $$;
DROP FUNCTION outbox_generation();
ALTER TABLE outbox DROP COLUMN headers;
ALTER TABLE outbox RENAME COLUMN queued_at TO created_at
"""


def upgrade() -> None:
    for statement in (LOCK, OUTBOX, AGES):
        op.execute(statement)


def downgrade() -> None:
    op.execute(LOCK)
    op.execute(OLD_OUTBOX)
    op.execute("DROP INDEX idempotency_key_age")
    op.execute("ALTER TABLE inbox DROP COLUMN seen_at")
