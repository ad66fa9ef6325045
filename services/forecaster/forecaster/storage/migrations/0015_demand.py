"""The demand of weeks in stock for a part, as a run estimated it; and which products are sold without stock."""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE product ADD COLUMN may_oversell boolean NOT NULL DEFAULT false")
    op.execute("ALTER TABLE forecast ADD COLUMN censored_weeks date[], ADD COLUMN censored_demand real[]")


def downgrade() -> None:
    op.execute("ALTER TABLE forecast DROP COLUMN censored_weeks, DROP COLUMN censored_demand")
    op.execute("ALTER TABLE product DROP COLUMN may_oversell")
