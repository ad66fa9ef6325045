"""A producer asks what became of its events: how often one came again, and which became dead letters."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "CREATE TABLE repeated_sale (sale_id uuid PRIMARY KEY, times integer NOT NULL,"
        " last_at timestamptz NOT NULL DEFAULT now())"
    )
    op.execute(
        "CREATE INDEX dead_letter_claim ON dead_letter ((headers ->> 'ce_source'), (headers ->> 'ce_id'))"
        " WHERE status = 'open'"
    )


def downgrade() -> None:
    op.execute("DROP INDEX dead_letter_claim; DROP TABLE repeated_sale")
