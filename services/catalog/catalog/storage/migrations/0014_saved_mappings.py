"""What somebody said of a shop's file is kept by its kind and columns, for the next file that has the same."""

from alembic import op
from chassis import saved_mappings

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(saved_mappings.TABLE)


def downgrade() -> None:
    op.execute("DROP TABLE saved_mapping")
