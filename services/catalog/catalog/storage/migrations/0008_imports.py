"""Imports of what a shop has but its sales: the file while it is worked off, and what became of its lines."""

from alembic import op
from chassis import stored_files

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

IMPORT = """
CREATE TABLE import (
    id uuid PRIMARY KEY,
    kind text NOT NULL,
    name text NOT NULL,
    mapping jsonb NOT NULL,
    digest text NOT NULL,
    bytes bigint NOT NULL,
    lines integer,
    warnings jsonb NOT NULL DEFAULT '[]',
    created_by text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    undone_by text,
    undone_at timestamptz,
    undone jsonb
);
CREATE INDEX import_created ON import (created_at DESC, id DESC)
"""
LINE = """
CREATE TABLE import_line (
    import_id uuid NOT NULL REFERENCES import ON DELETE CASCADE,
    line integer NOT NULL,
    outcome text NOT NULL CHECK (outcome IN ('created', 'changed', 'rejected')),
    content jsonb NOT NULL,
    before jsonb,
    faults jsonb NOT NULL DEFAULT '[]',
    PRIMARY KEY (import_id, line)
)
"""


def upgrade() -> None:
    for statement in (IMPORT, stored_files.TABLE, LINE):
        op.execute(statement)


def downgrade() -> None:
    for table in ("import_line", "import_chunk", "import"):
        op.execute(f"DROP TABLE {table}")
