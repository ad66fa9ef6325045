"""What became of asking the weather feed, by location; of those alone that are asked for."""

from datetime import date, datetime
from typing import Any

from chassis.database import Connection, rows
from sqlalchemy import text

_ASKED_FOR = "NOT l.archived AND l.latitude IS NOT NULL AND l.longitude IS NOT NULL"
_MOVED = "(a.latitude, a.longitude) IS DISTINCT FROM (l.latitude, l.longitude)"
MOST_FAULTS = 20


def forget(connection: Connection, *, all_: bool) -> int:
    """Forget locations that are not asked for any more (`all_`: none is); how many."""
    condition = "true" if all_ else (
        f"NOT EXISTS (SELECT FROM location l WHERE l.code = a.location AND {_ASKED_FOR})"
    )  # fmt: skip
    return int(connection.execute(text(f"DELETE FROM weather_asking a WHERE {condition}")).rowcount)


def take(connection: Connection, now: datetime, until: datetime) -> dict[str, Any] | None:
    """The location that is due longest, taken until somebody else may take it; one that has moved is a new one."""
    found = rows(
        connection,
        "WITH due AS (SELECT l.code, l.latitude, l.longitude FROM location l"
        f" LEFT JOIN weather_asking a ON a.location = l.code WHERE {_ASKED_FOR}"
        f" AND (a.location IS NULL OR a.next_at <= :now OR {_MOVED}) ORDER BY a.next_at NULLS FIRST, l.code LIMIT 1)"
        " INSERT INTO weather_asking AS a (location, latitude, longitude, next_at)"
        " SELECT code, latitude, longitude, :until FROM due ON CONFLICT (location) DO UPDATE SET"
        " next_at = :until, latitude = EXCLUDED.latitude, longitude = EXCLUDED.longitude,"
        + ",".join(
            f" {name} = CASE WHEN (a.latitude, a.longitude) = (EXCLUDED.latitude, EXCLUDED.longitude)"
            f" THEN a.{name} ELSE {other} END"
            for name, other in (("told_at", "NULL"), ("told_until", "NULL"), ("since", "NULL"), ("tries", "0"))
        )
        + " WHERE a.next_at <= :now OR (a.latitude, a.longitude) <> (EXCLUDED.latitude, EXCLUDED.longitude)"
        " RETURNING location, latitude, longitude, told_at, tries",
        now=now, until=until,
    )  # fmt: skip
    return found[0] if found else None


def told(connection: Connection, location: str, now: datetime, next_at: datetime, until: date) -> None:
    """It was told of up to a day; nothing fails."""
    connection.execute(
        text(
            "UPDATE weather_asking SET told_at = :now, told_until = :until, next_at = :next_at, since = NULL,"
            " tries = 0, code = NULL, fault = NULL WHERE location = :location"
        ),
        {"location": location, "now": now, "next_at": next_at, "until": until},
    )


def failed(
    connection: Connection, location: str, now: datetime, next_at: datetime, tries: int, code: str, fault: str
) -> None:  # fmt: skip
    """It was asked for in vain, and was before, `tries` times in a row."""
    connection.execute(
        text(
            "UPDATE weather_asking SET since = COALESCE(since, :now), tries = :tries, code = :code, fault = :fault,"
            " next_at = :next_at WHERE location = :location"
        ),
        {"location": location, "now": now, "next_at": next_at, "tries": tries, "code": code, "fault": fault},
    )


def standing(connection: Connection, tries: int) -> dict[str, Any]:
    """How many locations there are to ask for, how many were told, how many fail after so many tries or more; of the
    one of these that fails longest location, since, code and fault; when the last was told, and when one is next."""
    found = rows(
        connection,
        "SELECT count(*) AS locations, count(a.told_at) AS told, max(a.told_at) AS told_at, min(a.next_at) AS next_at,"
        " min(a.told_until) AS told_until, count(*) FILTER (WHERE a.tries >= :tries) AS failing"
        f" FROM location l LEFT JOIN weather_asking a ON a.location = l.code WHERE {_ASKED_FOR}",
        tries=tries,
    )[0]  # fmt: skip
    first = faults(connection, tries, 1)
    worst = first[0] if first else dict.fromkeys(("location", "since", "code", "fault"))
    return found | {name: worst[name] for name in ("location", "since", "code", "fault")}


def faults(connection: Connection, tries: int = 1, limit: int = MOST_FAULTS) -> list[dict[str, Any]]:
    """Locations that fail after so many tries or more, the longest first."""
    return rows(
        connection,
        "SELECT a.location, a.since, a.tries, a.code, a.fault, a.told_at, a.next_at FROM weather_asking a"
        f" JOIN location l ON l.code = a.location WHERE a.tries >= :tries AND {_ASKED_FOR}"
        " ORDER BY a.since, a.location LIMIT :limit",
        tries=tries, limit=limit,
    )  # fmt: skip
