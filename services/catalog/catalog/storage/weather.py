"""Weather as it was issued. Rows are added, and never changed."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from chassis.database import Connection, copy_rows, rows
from sqlalchemy import text

from catalog.domain.weather import Key, WeatherWord

_COLUMNS = ("location", "day", "issued_on", "temperature", "temperature_max", "precipitation")


def keep(connection: Connection, words: Sequence[WeatherWord], source: str) -> list[WeatherWord]:
    """Keep what was not said yet; what of it is new."""
    connection.execute(
        text("CREATE TEMP TABLE IF NOT EXISTS weather_batch (LIKE weather INCLUDING DEFAULTS) ON COMMIT DELETE ROWS")
    )
    connection.execute(text("TRUNCATE weather_batch"))
    unique = {word.key: word for word in words}
    copy_rows(
        connection, "weather_batch", (*_COLUMNS, "source"),
        ((*(word.told[name] for name in _COLUMNS), source) for word in unique.values()),
    )  # fmt: skip
    columns = ", ".join(_COLUMNS)
    found = rows(
        connection,
        f"INSERT INTO weather ({columns}, source) SELECT {columns}, source FROM weather_batch"
        f" ORDER BY location, day, issued_on ON CONFLICT DO NOTHING RETURNING {columns}",
    )
    return sorted(map(WeatherWord.of, found), key=lambda word: word.key)


def said(connection: Connection, keys: Sequence[Key]) -> dict[Key, WeatherWord]:
    """What was said of days on days, of those that are asked for."""
    locations, days, issues = zip(*keys, strict=True) if keys else ((), (), ())
    found = rows(
        connection,
        f"SELECT {', '.join(_COLUMNS)} FROM weather JOIN unnest(CAST(:locations AS text[]), CAST(:days AS date[]),"
        " CAST(:issues AS date[])) AS k (location, day, issued_on)"
        " USING (location, day, issued_on)",
        locations=list(locations), days=list(days), issues=list(issues),
    )  # fmt: skip
    return {word.key: word for word in map(WeatherWord.of, found)}


def page(
    connection: Connection, location: str | None, since: date | None, after: Key | None, limit: int
) -> list[dict[str, Any]]:
    """By location, day and the day on which it was said."""
    where = ["(location, day, issued_on) > (:a, :b, :c)"] if after else []
    given: dict[str, Any] = dict(zip("abc", after, strict=True)) if after else {}
    for name, condition, value in (("location", "location = :location", location), ("since", "day >= :since", since)):
        if value is not None:
            where.append(condition)
            given[name] = value
    clause = f" WHERE {' AND '.join(where)}" if where else ""
    return rows(
        connection,
        f"SELECT {', '.join(_COLUMNS)}, source FROM weather{clause} ORDER BY location, day, issued_on LIMIT :limit",
        limit=limit, **given,
    )  # fmt: skip
