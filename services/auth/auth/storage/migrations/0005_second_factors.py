"""A second factor: a secret that the user's device knows too, codes that help without it, and the last one used."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "CREATE TABLE second_factor (user_id uuid PRIMARY KEY REFERENCES app_user (id) ON DELETE CASCADE,"
        " secret text NOT NULL, confirmed_at timestamptz, last_step bigint NOT NULL DEFAULT 0,"
        " recovery text[] NOT NULL DEFAULT '{}')"
    )


def downgrade() -> None:
    op.execute("DROP TABLE second_factor")
