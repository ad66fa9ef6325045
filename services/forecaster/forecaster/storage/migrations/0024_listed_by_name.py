"""Lists by name begin where a page begins: products in the order of their names."""

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE INDEX product_listed ON product (lower(name), sku)")


def downgrade() -> None:
    op.execute("DROP INDEX product_listed")
