"""How the business counts (time zone, week start, currency, training hour), kept with the data that were made so.

Guarantee: no process works on data that were made otherwise. Each service keeps the settings in its own schema, since
its own data follow from them; a process whose environment says something else does not start. They are changed by
`adopt` only, in one transaction with what makes the service's data right again.
"""

from typing import Any

from sqlalchemy import text

from chassis.database import Connection, Database, rows, scalar
from chassis.runner import NotStarted
from chassis.settings import CommonSettings

NAMES = ("timezone", "week_start", "currency", "train_hour")


def said(settings: CommonSettings) -> dict[str, Any]:
    """What the environment says."""
    return {name: getattr(settings, name) for name in NAMES}


def kept(connection: Connection) -> dict[str, Any] | None:
    """What the data were made with; None: nothing was made yet."""
    found = rows(connection, f"SELECT {', '.join(NAMES)} FROM business")
    return found[0] if found else None


def require_same(database: Database, settings: CommonSettings, service: str) -> None:
    """Keep what the environment says when nothing is kept; else raise NotStarted where it says something else."""
    with database.transaction() as connection:
        if scalar(connection, "SELECT to_regclass('business')") is None:
            return  # not migrated yet
        _insert(connection, said(settings))
        before = kept(connection) or {}
    other = {name: value for name, value in said(settings).items() if before[name] != value}
    if other:
        told = ", ".join(f"{name}={before[name]} (the environment says {value})" for name, value in other.items())
        options = " ".join(f"--{name.replace('_', '-')} {value}" for name, value in other.items())
        raise NotStarted(
            f"the data were made with {told}: unset it, or change the data with `./almanac settings {options}`"
            f" (in containers: `python -m {service} adopt-settings`)"
        )


def adopt(connection: Connection, settings: CommonSettings) -> dict[str, Any]:
    """Keep what the environment says from now on; what was kept before, of those that change."""
    before = kept(connection)
    wanted = said(settings)
    _insert(connection, wanted)
    assignments = ", ".join(f"{name} = :{name}" for name in NAMES)
    connection.execute(text(f"UPDATE business SET {assignments}, since = now()"), wanted)
    return {name: value for name, value in (before or {}).items() if value != wanted[name]}


def _insert(connection: Connection, values: dict[str, Any]) -> None:
    columns, places = ", ".join(NAMES), ", ".join(f":{name}" for name in NAMES)
    connection.execute(text(f"INSERT INTO business ({columns}) VALUES ({places}) ON CONFLICT (one) DO NOTHING"), values)
