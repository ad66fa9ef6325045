"""What the advice on deliveries is made from stands in columns: of thousands of lines, no document is unpacked."""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "ALTER TABLE decision"
        " ADD daily double precision GENERATED ALWAYS AS ((inputs ->> 'daily_demand')::double precision) STORED,"
        " ADD review_days double precision GENERATED ALWAYS AS"
        " ((inputs -> 'terms' ->> 'review_days')::double precision) STORED,"
        " ADD lead_days double precision GENERATED ALWAYS AS"
        " ((inputs -> 'lead_time' ->> 'mean_days')::double precision) STORED"
    )


def downgrade() -> None:
    op.execute("ALTER TABLE decision DROP daily, DROP review_days, DROP lead_days")
