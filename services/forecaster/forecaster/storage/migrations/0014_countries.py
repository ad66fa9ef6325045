"""In which country and region a location lies, and which kinds of holidays count there."""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "ALTER TABLE location ADD COLUMN country text, ADD COLUMN region text,"
        " ADD COLUMN holidays text[] NOT NULL DEFAULT '{public}'"
    )


def downgrade() -> None:
    op.execute("ALTER TABLE location DROP COLUMN country, DROP COLUMN region, DROP COLUMN holidays")
