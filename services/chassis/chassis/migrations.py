"""Schema migrations: each service's own, one at a time under an advisory lock, with a version table of its own."""

import zlib
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from chassis.database import Connection, Database

_ENVIRONMENT = Path(__file__).parent / "alembic"


def _config(versions: Path, connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_ENVIRONMENT))
    config.set_main_option("version_locations", str(versions))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def upgrade(database: Database, versions: Path, revision: str = "head") -> None:
    """Bring the schema to `revision`; safe to call from several processes at once."""
    with database.engine.connect() as connection:
        lock = zlib.crc32(str(connection.execute(text("SELECT current_schema()")).scalar()).encode())
        connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": lock})
        connection.commit()
        try:
            command.upgrade(_config(versions, connection), revision)
            connection.commit()
        finally:
            connection.rollback()
            connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": lock})
            connection.commit()


def downgrade(database: Database, versions: Path, revision: str = "base") -> None:
    """Take the schema back to `revision`."""
    with database.engine.connect() as connection:
        command.downgrade(_config(versions, connection), revision)
        connection.commit()


def at_head(database: Database, versions: Path) -> bool:
    """Whether the schema is the one this code was written for."""
    with database.engine.connect() as connection:
        current = MigrationContext.configure(
            connection, opts={"version_table": "schema_version"}
        ).get_current_revision()
    return current == ScriptDirectory.from_config(_config(versions)).get_current_head()
