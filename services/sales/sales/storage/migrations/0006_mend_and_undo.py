"""Imports can be mended and undone: how a file was read, the cells of lines that failed, who took an import back.

Codes that no product has are decided on: mapped to a product, or dismissed; what files say of them is kept meanwhile.
"""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

IMPORTS = """
ALTER TABLE import ADD COLUMN reading jsonb;
ALTER TABLE import ADD COLUMN mend_job uuid;
ALTER TABLE import ADD COLUMN undo_job uuid;
ALTER TABLE import ADD COLUMN undo jsonb;
CREATE TABLE import_cells (
    import_id uuid NOT NULL,
    line integer NOT NULL,
    event_id text NOT NULL,
    cells jsonb NOT NULL,
    mended jsonb,
    mended_by text,
    kept_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (import_id, line)
)
"""

# What an import recorded is looked for when it is undone; sales of tills and clients are not in it.
ENTRIES = "CREATE INDEX sale_import ON sale (import_id, line) WHERE import_id IS NOT NULL"

CODES = """
CREATE TABLE code_decision (
    code text PRIMARY KEY,
    sku text,
    decided_by text NOT NULL,
    decided_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE named_code (
    code text PRIMARY KEY,
    name text,
    category text,
    price numeric(13, 4),
    named_at timestamptz NOT NULL DEFAULT now()
)
"""


def upgrade() -> None:
    for statement in (IMPORTS, ENTRIES, CODES):
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE named_code; DROP TABLE code_decision; DROP TABLE import_cells")
    op.execute("DROP INDEX sale_import")
    op.execute("ALTER TABLE import DROP COLUMN undo, DROP COLUMN undo_job, DROP COLUMN mend_job, DROP COLUMN reading")
