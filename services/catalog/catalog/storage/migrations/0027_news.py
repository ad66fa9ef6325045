"""The newest open entries of the attention list stand in order; how many are open is counted in an index."""

from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

UP = """
CREATE INDEX attention_news ON attention (
    (CASE WHEN changed_by = 'system' THEN GREATEST(first_seen, changed_at) ELSE first_seen END) DESC,
    urgency DESC, money DESC, id
) WHERE status IN ('open', 'snoozed');
CREATE INDEX attention_open ON attention (status, snoozed_until) WHERE status IN ('open', 'snoozed')
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute("DROP INDEX attention_news, attention_open")
