"""An import's file in the database while its job needs it, in chunks: any worker can go on with it after a crash.

The table `import_chunk` is each service's own that takes files (`TABLE`); it belongs to the row `import` of its id.
"""

from typing import BinaryIO
from uuid import UUID

from sqlalchemy import text

from chassis.database import Connection, scalar

CHUNK_BYTES = 1024 * 1024
TABLE = """
CREATE TABLE import_chunk (
    import_id uuid NOT NULL REFERENCES import ON DELETE CASCADE,
    ordinal integer NOT NULL,
    content bytea NOT NULL,
    PRIMARY KEY (import_id, ordinal)
);
ALTER TABLE import_chunk ALTER COLUMN content SET STORAGE EXTERNAL
"""


def keep(connection: Connection, id_: UUID, file: BinaryIO) -> None:
    """Keep the whole file."""
    file.seek(0)
    ordinal = 0
    while content := file.read(CHUNK_BYTES):
        connection.execute(
            text("INSERT INTO import_chunk (import_id, ordinal, content) VALUES (:id, :ordinal, :content)"),
            {"id": id_, "ordinal": ordinal, "content": content},
        )
        ordinal += 1


def fetch(connection: Connection, id_: UUID, file: BinaryIO) -> None:
    """Write the whole file into `file`, which then stands at its beginning."""
    ordinal = 0
    sql = "SELECT content FROM import_chunk WHERE import_id = :id AND ordinal = :ordinal"
    while (content := scalar(connection, sql, id=id_, ordinal=ordinal)) is not None:
        file.write(bytes(content))
        ordinal += 1
    file.seek(0)


def forget(connection: Connection, id_: UUID) -> None:
    """The file is not needed any more."""
    connection.execute(text("DELETE FROM import_chunk WHERE import_id = :id"), {"id": id_})
