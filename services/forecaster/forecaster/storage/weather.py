"""Weather as catalog told it, and as a training reads it: by week, as it stood when each week had ended."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from chassis.database import Connection, rows
from contracts.events import WeatherIssued
from sqlalchemy import text

_COLUMNS = ("location", "day", "issued_on", "temperature", "temperature_max", "precipitation")


def keep(connection: Connection, told: Sequence[WeatherIssued]) -> None:
    """Keep what was said; told again, it is known already."""
    if told:
        connection.execute(
            text(
                f"INSERT INTO weather ({', '.join(_COLUMNS)}) VALUES ({', '.join(':' + name for name in _COLUMNS)})"
                " ON CONFLICT DO NOTHING"
            ),
            [one.model_dump(include=set(_COLUMNS)) for one in told],
        )


_WEEK = "({0} - (CAST(extract(isodow FROM {0}) AS int) - 1 - :first + 7) % 7)"

# A word counts from the end of the week in which it was said (`known`). Of each week, as it stood at each of these
# moments: the means of its days by their latest words, and the part of it that was told of.
_BY_WEEK = f"""
    WITH latest AS (
        SELECT DISTINCT ON (location, day, known) * FROM (
            SELECT location, day, issued_on, temperature, temperature_max, precipitation,
                {_WEEK.format("day")} AS week, {_WEEK.format("issued_on")} AS known
            FROM weather WHERE issued_on <= :as_of AND issued_on >= day - 35
        ) AS word ORDER BY location, day, known, issued_on DESC
    ), standing AS (
        SELECT DISTINCT ON (location, week, m.known, day) location, week, m.known, day, issued_on, temperature,
            temperature_max, precipitation
        FROM (SELECT DISTINCT location, week, known FROM latest) AS m JOIN latest AS l USING (location, week)
        WHERE l.known <= m.known ORDER BY location, week, m.known, day, l.known DESC
    )
    SELECT location, week, known, max(issued_on) AS issued_on, count(*) / 7.0::float8 AS share,
        avg(temperature)::float8 AS temperature, avg(temperature_max)::float8 AS temperature_max,
        avg(precipitation)::float8 AS precipitation
    FROM standing GROUP BY location, week, known ORDER BY location, week, known
"""


def by_week(connection: Connection, as_of: date, first_weekday: int) -> list[dict[str, Any]]:
    """Rows of location, week, known (the week at whose end it stood so), issued_on (the latest word in it), the share
    of the week that was told of, and the means of the days."""
    return rows(connection, _BY_WEEK, as_of=as_of, first=first_weekday)
