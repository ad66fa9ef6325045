"""A row of the outbox may hold many events."""

from alembic import op
from chassis import ddl

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(ddl.OUTBOX_PACKED)


def downgrade() -> None:
    op.execute(ddl.OUTBOX_UNPACKED)
