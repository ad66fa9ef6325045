"""Reading what is live: by series, a page at a time, with what the lists show beside it.

A forecast is stale when a week its run had learned from was changed by a transaction that the run's snapshot did
not see: a late, corrected, returned or voided sale. A week's last change is noted with each change (migration 0012), so
that the weeks are asked first: mostly none that a live run learned from has changed, and no series' weeks are read.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import numpy as np
from chassis.database import Connection, rows, scalar
from numpy.typing import NDArray
from sqlalchemy import text

from forecaster.storage import numbers
from forecaster.storage.forecasts import READ

# `changed`: the weeks that the runs of a table's rows learned from and that have changed since in any series.
CHANGED = (
    "changed AS MATERIALIZED (SELECT r.id AS run_id, r.snapshot, h.week FROM run AS r JOIN history_change AS h"
    " ON h.week < r.first_week AND NOT pg_visible_in_snapshot(h.changed_by, r.snapshot)"
    " WHERE r.id IN (SELECT run_id FROM {}))"
)
_STALE = (
    "EXISTS (SELECT FROM changed AS c JOIN demand_week AS d ON d.sku = f.sku AND d.location = f.location"
    " AND d.week = c.week AND NOT pg_visible_in_snapshot(d.changed_by, c.snapshot) WHERE c.run_id = f.run_id) AS stale"
)
_COLUMNS = f"{READ}, r.first_week, r.as_of, p.product_id, p.name, p.category"
_LIVE = (
    " FROM live_forecast AS l JOIN forecast AS f ON f.run_id = l.run_id AND f.sku = l.sku AND f.location = l.location"
    " JOIN run AS r ON r.id = f.run_id LEFT JOIN product AS p ON p.sku = f.sku"
)
_CHOSEN = (
    " FROM k JOIN forecast AS f ON f.run_id = k.run_id AND f.sku = k.sku AND f.location = k.location"
    " JOIN run AS r ON r.id = f.run_id LEFT JOIN product AS p ON p.sku = f.sku"
)
_FILTER = (
    " WHERE (CAST(:sku AS text) IS NULL OR f.sku = :sku)"
    " AND (CAST(:location AS text) IS NULL OR f.location = :location)"
)
# Codes in which, or in whose product's name, a pattern is: as a list, so that an index leads from them to the series.
# Of what is live, what had a product when it went live has one still, so few are asked whether they have none yet.
_FOUND = (
    "(SELECT sku FROM product WHERE searched LIKE lower(:search) UNION ALL SELECT sku FROM {} AND sku ILIKE :search"
    " AND NOT EXISTS (SELECT FROM product AS p WHERE p.sku = o.sku))"
)
_FOUND_LIVE = _FOUND.format("live_forecast AS o WHERE NOT named")
_FOUND_OF_RUN = _FOUND.format("forecast AS o WHERE run_id = :run")

GIVEN = "unnest(CAST(:skus AS text[]), CAST(:locations AS text[]))"  # series, by two lists of one length
_GIVEN = f"SELECT * FROM {GIVEN}"

# By columns of live_forecast; "next4" is what is shown, after overrides. Each as it is written in an index, if there.
SORTS: dict[str, tuple[str, type]] = {
    "name": ("lower(COALESCE(p.name, l.sku))", str),
    "sku": ("''::text", str),
    "next4": ("l.shown4", float),
    "-next4": ("(-l.shown4)", float),
    "wape": ("COALESCE(l.wape, 1e9)::float8", float),
    "-wape": ("-COALESCE(l.wape, -1)::float8", float),
}

# What lists are narrowed by. What is said of products is asked of each once, not with each of its locations.
_LISTED = {
    "location": "l.location = :location",
    "search": f"l.sku IN {_FOUND_LIVE}",
    "category": "l.sku IN (SELECT sku FROM product WHERE category = :category)",
    "active": "l.active = :active",
}


def weekly_page(
    connection: Connection, *, run_id: UUID | None, sku: str | None, location: str | None, search: str | None,
    start: tuple[str, str] | None, weeks: int,
) -> list[dict[str, Any]]:  # fmt: skip
    """Forecasts by (sku, location), from `start` on, that one included: as many as hold `weeks` weeks after any of
    the first's, since each looks as far ahead as its run."""
    least = int(scalar(connection, "SELECT COALESCE(min(horizon), 1) FROM run"))
    table, found = ("live_forecast", _FOUND_LIVE) if run_id is None else ("forecast", _FOUND_OF_RUN)
    asked = {
        "l.run_id = :run": run_id, "l.sku = :sku": sku, "l.location = :location": location, f"l.sku IN {found}": search,
    }  # fmt: skip
    where = ["(l.sku, l.location) >= (:from_sku, :from_location)", *(sql for sql, value in asked.items() if value)]
    # The page is chosen by narrow rows; only its own forecasts are read whole.
    return rows(
        connection,
        f"WITH k AS MATERIALIZED (SELECT l.run_id, l.sku, l.location FROM {table} AS l WHERE {' AND '.join(where)}"
        f" ORDER BY l.sku, l.location LIMIT :limit) SELECT {_COLUMNS}{_CHOSEN} ORDER BY f.sku, f.location",
        run=run_id, sku=sku, location=location, search=search, limit=-(-weeks // least) + 1,
        from_sku=start[0] if start else "", from_location=start[1] if start else "",
    )  # fmt: skip


def summary_page(
    connection: Connection, *, sort: str, search: str | None, category: str | None, location: str | None,
    active: bool | None, series: Sequence[tuple[str, str]] | None, after: Sequence[Any] | None, limit: int,
) -> list[dict[str, Any]]:  # fmt: skip
    """Live forecasts, of `series` alone where they are given, by `sort`, then code; each row has its `sort_key`."""
    key, kind = SORTS[sort]
    named = " LEFT JOIN product AS p ON p.sku = l.sku" if "p." in key else ""
    given = {"location": location, "search": search, "category": category, "active": active}
    where = [_LISTED[name] for name, value in given.items() if value is not None]
    where += [] if series is None else [f"(l.sku, l.location) IN ({_GIVEN})"]
    where += [] if after is None else [f"({key}, l.sku, l.location) > (:key, :after_sku, :after_location)"]
    # The page is chosen by narrow rows; only its own forecasts are read whole and checked for staleness.
    return rows(
        connection,
        f"WITH k AS (SELECT l.run_id, l.sku, l.location, {key} AS sort_key FROM live_forecast AS l{named}"
        f"{' WHERE ' if where else ''}{' AND '.join(where)} ORDER BY {key}, l.sku, l.location LIMIT :limit),"
        f" {CHANGED.format('k')} SELECT {_COLUMNS}, k.sort_key, {_STALE}{_CHOSEN}"
        " ORDER BY k.sort_key, f.sku, f.location",
        **given, limit=limit, key=kind(after[0]) if after else None, after_sku=after[1] if after else None,
        after_location=after[2] if after else None, **({} if series is None else _given(series)),
    )  # fmt: skip


def _given(series: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    return {"skus": [sku for sku, _ in series], "locations": [location for _, location in series]}


def product(connection: Connection, key: str) -> dict[str, Any] | None:
    """A product by its id or code."""
    try:
        found = rows(connection, "SELECT * FROM product WHERE product_id = :id", id=UUID(key))
    except ValueError:
        found = []
    found = found or rows(connection, "SELECT * FROM product WHERE sku = :sku", sku=key.strip().upper())
    return found[0] if found else None


def locations(connection: Connection, sku: str) -> list[str]:
    """The locations that have a live forecast of a product, `main` first."""
    found = rows(
        connection,
        "SELECT location FROM live_forecast WHERE sku = :sku ORDER BY location <> 'main', location",
        sku=sku,
    )
    return [row["location"] for row in found]


def one(connection: Connection, sku: str, location: str) -> dict[str, Any] | None:
    """A series' live forecast."""
    found = rows(
        connection,
        "WITH k AS (SELECT run_id, sku, location FROM live_forecast WHERE sku = :sku AND location = :location),"
        f" {CHANGED.format('k')} SELECT {_COLUMNS}, {_STALE}{_CHOSEN}",
        sku=sku, location=location,
    )  # fmt: skip
    return found[0] if found else None


def history(connection: Connection, sku: str, location: str, since: date) -> list[dict[str, Any]]:
    """A series' weeks with entries, oldest first: what was sold of it, and `in_kits`, through kits that it is in."""
    own = "sku = :sku AND location = :location AND week >= :since"
    return rows(
        connection,
        "SELECT week, COALESCE(d.units, 0) AS units, COALESCE(d.revenue, 0) AS revenue,"
        f" COALESCE(k.units, 0) AS in_kits FROM (SELECT week, units, revenue FROM demand_week WHERE {own}) AS d"
        f" FULL JOIN (SELECT week, units FROM kit_week WHERE {own}) AS k USING (week) ORDER BY week",
        sku=sku, location=location, since=since,
    )  # fmt: skip


def stock(connection: Connection, sku: str, location: str) -> list[dict[str, Any]]:
    """On which days a series had stock, and on which not."""
    return rows(
        connection,
        "SELECT sku, location, day, on_hand > 0 AS in_stock FROM stock_day WHERE sku = :sku AND location = :location"
        " ORDER BY day",
        sku=sku, location=location,
    )  # fmt: skip


def past(connection: Connection, sku: str, location: str, before: date, run_limit: int = 30) -> list[dict[str, Any]]:
    """What the newest published runs had said of a series, newest run first."""
    return rows(
        connection,
        "SELECT f.quantiles, r.first_week FROM forecast AS f JOIN run AS r ON r.id = f.run_id"
        " WHERE f.sku = :sku AND f.location = :location AND r.first_week < :before"
        " AND EXISTS (SELECT FROM publication WHERE run_id = r.id) ORDER BY r.version DESC LIMIT :limit",
        sku=sku, location=location, before=before, limit=run_limit,
    )  # fmt: skip


def last_weeks(
    connection: Connection, series: Iterable[tuple[str, str, date]], weeks: int = 16
) -> dict[tuple[str, str], list[float]]:
    """Units, itself and through kits, of the `weeks` weeks before each series' first forecast week, oldest first."""
    wanted = {(sku, location): first for sku, location, first in series}
    if not wanted:
        return {}
    oldest = min(wanted.values()) - timedelta(days=7 * weeks)
    found = {key: [0.0] * weeks for key in wanted}
    told = connection.execute(
        # OFFSET 0: each series by its own index; joined freely, all series' last weeks would be read for these few.
        text(
            f"SELECT s.sku, s.location, week, CAST(units AS float8) FROM ({_GIVEN}) AS s (sku, location)"
            " JOIN LATERAL (SELECT week, units FROM demand_week AS d WHERE d.sku = s.sku"
            " AND d.location = s.location AND week >= :oldest UNION ALL SELECT week, units FROM kit_week AS k"
            " WHERE k.sku = s.sku AND k.location = s.location AND week >= :oldest OFFSET 0) AS d ON true"
        ),
        {"oldest": oldest, **_given(list(wanted))},
    )
    for sku, location, week, units in told.all():
        place = weeks - (wanted[sku, location] - week).days // 7
        if 0 <= place < weeks:
            found[sku, location][place] += units
    return found


def newest_version(connection: Connection) -> int:
    """The publication that is live: for caches and for `nothing is live yet`."""
    return int(scalar(connection, "SELECT COALESCE(max(id), 0) FROM publication") or 0)


def of_series(connection: Connection, series: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
    """The live forecasts of some series."""
    return rows(
        connection,
        f"SELECT {_COLUMNS}{_LIVE} JOIN ({_GIVEN}) AS w (sku, location)"
        " ON w.sku = f.sku AND w.location = f.location ORDER BY f.sku, f.location",
        **_given(series),
    )


def chosen(
    connection: Connection, *, sku: str | None, category: str | None, location: str | None
) -> list[dict[str, Any]]:
    """The live forecasts of a product, a category or a location, but for what has left the range."""
    return rows(
        connection,
        f"SELECT {_COLUMNS}{_LIVE}{_FILTER} AND (CAST(:category AS text) IS NULL OR p.category = :category)"
        " AND f.method <> 'discontinued' ORDER BY f.sku, f.location",
        sku=sku,
        location=location,
        category=category,
    )


# The series that `chosen` finds, told by indexes: no forecast, with all its bands, is read for it.
CHOSEN = (
    " FROM live_forecast AS l LEFT JOIN product AS p ON p.sku = l.sku"
    " WHERE (CAST(:sku AS text) IS NULL OR l.sku = :sku)"
    " AND (CAST(:location AS text) IS NULL OR l.location = :location)"
    " AND (CAST(:category AS text) IS NULL OR p.category = :category)"
    " AND NOT EXISTS (SELECT FROM forecast AS gone WHERE gone.run_id = l.run_id AND gone.sku = l.sku"
    " AND gone.location = l.location AND gone.method = 'discontinued')"
)


class SeriesMeans(NamedTuple):
    """A series' forecast without its bands: the mean of every week from the first on."""

    sku: str
    location: str
    first_week: date
    means: NDArray[np.float32]
    in_kits: NDArray[np.float64]  # what of them comes through kits


def chosen_means(
    connection: Connection, *, sku: str | None, category: str | None, location: str | None
) -> list[SeriesMeans]:
    """What `chosen` finds, without the bands."""
    # The runs are named: PostgreSQL then knows that they are few of all that are kept, and does not read every one.
    runs = [str(run) for run in connection.execute(text("SELECT DISTINCT run_id FROM live_forecast")).scalars()]
    found = connection.execute(
        text(
            f"SELECT c.sku, c.location, r.first_week, f.in_kits, {numbers.written('f.mean')}"
            f" FROM (SELECT l.run_id, l.sku, l.location{CHOSEN}) AS c"
            " JOIN forecast AS f ON f.run_id = c.run_id AND f.sku = c.sku AND f.location = c.location"
            " JOIN run AS r ON r.id = c.run_id WHERE f.run_id = ANY(CAST(:runs AS uuid[])) ORDER BY c.sku, c.location"
        ),
        {"sku": sku, "category": category, "location": location, "runs": runs},
    ).all()
    means = numbers.read([text_ for *_, text_ in found])
    return [
        SeriesMeans(sku_, place, week, own, through(kits, len(own)))
        for (sku_, place, week, kits, _), own in zip(found, means, strict=True)
    ]


def through(kits: dict[str, list[float]] | None, weeks: int) -> NDArray[np.float64]:
    """What comes through all kits (H), of what is stored by kit."""
    found: NDArray[np.float64] = np.array(list((kits or {}).values()), dtype=np.float64).reshape(-1, weeks).sum(axis=0)
    return found
