"""Indexes by which entries of a supplier or a category, and what may run out by its money, are found."""

from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE INDEX attention_sku ON attention (sku)")
    op.execute("CREATE INDEX supply_term_supplier ON supply_term (supplier)")
    op.execute("CREATE INDEX decision_risk ON decision (run_id, revenue_at_risk, sku, location) WHERE at_risk")


def downgrade() -> None:
    op.execute("DROP INDEX attention_sku, supply_term_supplier, decision_risk")
