"""Nothing any more: the outbox is the chassis's (chassis/schema). The number stays, installed systems are at it."""

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Done by chassis/schema/0002_packed_outbox.py."""


def downgrade() -> None:
    """Undone by chassis/schema/0002_packed_outbox.py."""
