"""Classes (ABC by revenue, XYZ by variation) of the series that sold lately, and the sales they come from."""

from collections.abc import Collection, Mapping
from typing import Any

from chassis.database import Connection, copy_rows, rows, scalar
from sqlalchemy import text

from catalog.domain.segments import Segment
from catalog.domain.stock import Series
from catalog.storage.products import FOUND


def sales_by_week(connection: Connection, weeks: int) -> list[dict[str, Any]]:
    """Of every series: revenue and units of each of the last weeks that have sales, counted back from the newest."""
    return rows(
        connection,
        "WITH newest AS (SELECT max(at) AS at FROM stock_movement), weekly AS (SELECT sku, location,"
        " floor(extract(epoch FROM newest.at - m.at) / 604800)::int AS ago, sum(units) AS units, sum(amount) AS amount"
        " FROM stock_movement m, newest WHERE m.at > newest.at - make_interval(weeks => :weeks) GROUP BY 1, 2, 3)"
        " SELECT sku, location, sum(amount) AS revenue, array_agg(ago) AS ago, array_agg(units::float8) AS units"
        " FROM weekly GROUP BY 1, 2 ORDER BY 1, 2",
        weeks=weeks,
    )


def stored(connection: Connection) -> dict[Series, Segment]:
    """The class of every series that has one, as it was written last."""
    found = connection.execute(text("SELECT sku, location, segment, revenue, share_before, variation FROM segment"))
    return {(sku, location): Segment(name[0], name[1:], *figures) for sku, location, name, *figures in found.all()}


def change(connection: Connection, gone: Collection[Series], told: Mapping[Series, Segment]) -> None:
    """Forget the classes that are gone, and write those that are told anew: all others are left as they lie."""
    written = [*gone, *told]
    connection.execute(
        text(
            "DELETE FROM segment c USING unnest(CAST(:skus AS text[]), CAST(:locations AS text[])) AS w (sku, location)"
            " WHERE c.sku = w.sku AND c.location = w.location"
        ),
        {"skus": [sku for sku, _ in written], "locations": [location for _, location in written]},
    )
    copy_rows(
        connection, "segment", ("sku", "location", "segment", "revenue", "share_before", "variation"),
        ((*series, s.name, s.revenue, s.share_before, s.variation) for series, s in told.items()),
    )  # fmt: skip


def mark(connection: Connection) -> None:
    """Sales came: the classes are to be looked at again."""
    connection.execute(text("INSERT INTO classes_due DEFAULT VALUES"))


def take_marks(connection: Connection) -> bool:
    """Whether they are due; they are not any more."""
    return bool(scalar(connection, "WITH t AS (DELETE FROM classes_due RETURNING 1) SELECT count(*) FROM t"))


# sort name -> (SQL of the key, its type)
SORTS = {
    "sku": ("c.sku", "text"), "revenue": ("c.revenue", "double precision"),
    "share": ("c.share_before", "double precision"), "variation": ("COALESCE(c.variation, 1e300)", "double precision"),
}  # fmt: skip


def page(
    connection: Connection, filters: Mapping[str, Any], sort: str, after: Collection[Any] | None, limit: int
) -> list[dict[str, Any]]:
    """Classes in the order of `sort` (a `-` in front: descending); each row with its `sort_key`."""
    key, kind = SORTS[sort.lstrip("-")]
    way, beyond = (" DESC", "<") if sort.startswith("-") else ("", ">")
    given = dict(zip(("key", "a", "b"), after or (None, None, None), strict=True))
    return rows(
        connection,
        f"SELECT c.*, {key} AS sort_key FROM segment c"
        " WHERE (CAST(:sku AS text) IS NULL OR c.sku = :sku)"
        " AND (CAST(:location AS text) IS NULL OR c.location = :location)"
        " AND (CAST(:segment AS text) IS NULL OR c.segment = :segment)"
        f" AND {'true' if filters.get('pattern') is None else f'c.sku IN ({FOUND})'}"
        f" AND (CAST(:a AS text) IS NULL OR ({key}, c.sku, c.location) {beyond} (CAST(:key AS {kind}), :a, :b))"
        f" ORDER BY sort_key{way}, c.sku{way}, c.location{way} LIMIT :limit",
        **filters, **given, limit=limit,
    )  # fmt: skip
