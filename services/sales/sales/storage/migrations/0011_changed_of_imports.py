"""What an undo of an import leaves as it is, is found by an index of its own: a few lines of a file of any size."""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "CREATE INDEX sale_changed ON sale (import_id, line)"
        " WHERE import_id IS NOT NULL AND (kind IN ('correction', 'void') OR superseded_by IS NOT NULL)"
    )


def downgrade() -> None:
    op.execute("DROP INDEX sale_changed")
