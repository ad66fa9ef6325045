"""Lines of imports know when they were noted, to be forgotten in time; an ended import's lines are counted once."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE import_line ADD COLUMN noted_at timestamptz NOT NULL DEFAULT now()")
    op.execute("CREATE INDEX import_line_noted ON import_line USING brin (noted_at)")
    op.execute("DROP INDEX import_line_rejected")
    op.execute(
        "CREATE INDEX import_line_unsettled ON import_line (import_id, outcome, line)"
        " WHERE outcome IN ('rejected', 'quarantined')"
    )
    op.execute("ALTER TABLE import ADD COLUMN settled jsonb")
    op.execute(
        "UPDATE import SET settled = found.counts FROM ("
        "  SELECT import_id, jsonb_object_agg(outcome, lines) AS counts FROM ("
        "    SELECT import_id, outcome, count(*) AS lines FROM import_line GROUP BY 1, 2) AS counted GROUP BY 1"
        ") AS found JOIN job ON job.id = found.import_id AND job.status = 'succeeded' WHERE import.id = found.import_id"
    )


def downgrade() -> None:
    op.execute("ALTER TABLE import DROP COLUMN settled")
    op.execute("DROP INDEX import_line_unsettled")
    op.execute("CREATE INDEX import_line_rejected ON import_line (import_id, line) WHERE outcome = 'rejected'")
    op.execute("ALTER TABLE import_line DROP COLUMN noted_at")
