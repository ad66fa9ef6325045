"""A row of the outbox may hold many events (ADR 0016). Services once did this themselves: it may be done already."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# Out of line and compressed a row would cost more than it saves: it stays in its page, and the few that do not fit go
# out of line as they are.
PACKED = """
ALTER TABLE outbox ADD COLUMN IF NOT EXISTS events smallint NOT NULL DEFAULT 1;
ALTER TABLE outbox ALTER COLUMN payload SET STORAGE EXTERNAL;
ALTER TABLE outbox SET (toast_tuple_target = 8160, autovacuum_vacuum_threshold = 2000)
"""

# What came before knows one event a row only, and would send many as one.
UNPACKED = """
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


def upgrade() -> None:
    op.execute(PACKED)


def downgrade() -> None:
    op.execute(UNPACKED)
