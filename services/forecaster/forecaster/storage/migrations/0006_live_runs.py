"""Which training's models made an update; a run that is promoted by hand has succeeded.

Updates made before this are taken to come from the newest training before them, which is how they were made; one that
measured itself had found no models, and was a training of its own.
"""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

MODELS_OF = """
ALTER TABLE run ADD COLUMN models_of uuid REFERENCES run (id);
UPDATE run SET models_of = (
    SELECT t.id FROM run AS t WHERE t.kind = 'train' AND t.outcome = 'succeeded' AND t.version < run.version
    ORDER BY t.version DESC LIMIT 1
) WHERE kind = 'update' AND series > 0 AND NOT metrics ? 'wape';
UPDATE run SET outcome = 'succeeded', message = NULL
    WHERE outcome = 'not-promoted' AND EXISTS (SELECT FROM publication WHERE run_id = run.id)
"""


def upgrade() -> None:
    op.execute(MODELS_OF)


def downgrade() -> None:
    op.execute("ALTER TABLE run DROP COLUMN models_of")
