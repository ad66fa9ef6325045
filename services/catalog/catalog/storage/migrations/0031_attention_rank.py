"""Entries of which nothing is at stake stand after the others, however urgent they are called."""

from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

RANK = (
    "(CASE WHEN urgency > 0 AND money < 1 AND (detail ->> 'units')::float8 < 1 THEN 0 ELSE urgency END) DESC,"
    " money DESC, id"
)


def upgrade() -> None:
    op.execute(f"DROP INDEX attention_rank; CREATE INDEX attention_rank ON attention ({RANK})")


def downgrade() -> None:
    op.execute("DROP INDEX attention_rank; CREATE INDEX attention_rank ON attention (urgency DESC, money DESC, id)")
