"""Schema migrations: the chassis's tables first, then a service's own, each with a version table of its own.

One process at a time migrates a schema, under an advisory lock. A change to a table that every service has is one file
in `chassis/schema`; it reaches a service when that one migrates next.
"""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from chassis.database import Connection, Database
from chassis.runner import NotStarted

_ENVIRONMENT = Path(__file__).parent / "alembic"
COMMON_TABLES = Path(__file__).parent / "schema"  # the versions of the tables that every service has


def _config(versions: Path, connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_ENVIRONMENT))
    config.set_main_option("version_locations", str(versions))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"], config.attributes["version_table"] = connection, _version_table(versions)
    return config


def _version_table(versions: Path) -> str:
    return "schema_version_chassis" if versions == COMMON_TABLES else "schema_version"


@contextmanager
def _alone(database: Database) -> Iterator[Connection]:
    """A connection, while no other process migrates the schema."""
    with database.engine.connect() as connection:
        lock = zlib.crc32(str(connection.execute(text("SELECT current_schema()")).scalar()).encode())
        connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": lock})
        connection.commit()
        try:
            yield connection
            connection.commit()
        finally:
            connection.rollback()
            connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": lock})
            connection.commit()


def upgrade(database: Database, versions: Path = COMMON_TABLES, revision: str = "head") -> None:
    """Bring the common tables up to date, and the service's to `revision`; safe to call from several processes."""
    with _alone(database) as connection:
        for each in {COMMON_TABLES, versions}:
            _refuse_newer(connection, each)
        if versions != COMMON_TABLES:
            command.upgrade(_config(COMMON_TABLES, connection), "head")
            connection.commit()
        command.upgrade(_config(versions, connection), revision)


def _refuse_newer(connection: Connection, versions: Path) -> None:
    present = _current(connection, versions)
    known = {script.revision for script in ScriptDirectory.from_config(_config(versions)).walk_revisions()}
    if present is not None and present not in known:
        raise NotStarted(
            f"the database was made by a newer Almanac (revision {present}; this one knows {_newest(versions)}):"
            " use that version again, or restore a backup from before"
        )


def downgrade(database: Database, versions: Path = COMMON_TABLES, revision: str = "base") -> None:
    """Take the schema back to `revision`; the common tables go with the service's last one."""
    with _alone(database) as connection:
        command.downgrade(_config(versions, connection), revision)
        if versions != COMMON_TABLES and revision == "base":
            connection.commit()
            command.downgrade(_config(COMMON_TABLES, connection), revision)


def at_head(database: Database, versions: Path = COMMON_TABLES) -> bool:
    """Whether the schema is the one this code was written for."""
    with database.engine.connect() as connection:
        return all(_current(connection, each) == _newest(each) for each in {COMMON_TABLES, versions})


def _current(connection: Connection, versions: Path) -> str | None:
    options = {"version_table": _version_table(versions)}
    return MigrationContext.configure(connection, opts=options).get_current_revision()


def _newest(versions: Path) -> str | None:
    return ScriptDirectory.from_config(_config(versions)).get_current_head()
