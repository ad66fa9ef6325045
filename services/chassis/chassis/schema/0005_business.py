"""By which time zone, week start, currency and training hour a service's data were made is kept with them.

Of installed systems it is not known: what the first process says is adopted.
"""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "CREATE TABLE business (one boolean PRIMARY KEY DEFAULT true CHECK (one), timezone text NOT NULL,"
        " week_start text NOT NULL, currency text NOT NULL, train_hour integer NOT NULL,"
        " since timestamptz NOT NULL DEFAULT now())"
    )


def downgrade() -> None:
    op.execute("DROP TABLE business")
