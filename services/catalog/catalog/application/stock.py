"""Moving stock: sales, counts, adjustments. Whoever enters holds the lock on stock before any row's.

Stock is told at a count that became the level, and whenever a counted series runs out or comes back.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from chassis import audit
from chassis.database import Connection, Database

from catalog.application import announce, decisions, known
from catalog.domain.stock import Goods, Series, StockEntry
from catalog.storage import decisions as decision_rows
from catalog.storage import segments, stock


def enter(connection: Connection, entries: Sequence[StockEntry]) -> set[Series]:
    """Add entries, each id once, and tell what became of stock; the series that the caller is to decide anew."""
    if not entries:
        return set()
    stock.lock(connection, exclusive=True)
    series = {(entry.sku, entry.location) for entry in entries}
    before = stock.levels_of(connection, series)
    added = stock.enter(connection, entries)
    announce.stock(connection, _told(added, before, stock.levels_of(connection, series)))
    return series


def _told(
    added: Iterable[Mapping[str, Any]], before: Mapping[Series, Any], after: Mapping[Series, Any]
) -> Collection[tuple[Series, Decimal, datetime, str]]:
    """Counts that became the level, and crossings of zero: one a series, the last."""
    told: dict[Series, tuple[Series, Decimal, datetime, str]] = {}
    for entry in sorted(added, key=lambda row: row["at"]):
        series = (entry["sku"], entry["location"])
        level, old = after.get(series), before.get(series)
        if level is None:
            continue
        is_new_count = entry["kind"] == "count" and entry["at"] == level["counted_at"]
        crossed = old is not None and (old["on_hand"] > 0) != (level["on_hand"] > 0)
        if is_new_count or crossed:
            told[series] = series, level["on_hand"], entry["at"], entry["kind"]
    return told.values()


def apply_sales(connection: Connection, effects: Iterable[Sequence[Any]], zone: ZoneInfo) -> None:
    """Move stock by sales' effects, each once; what moved is due to be decided anew, and the classes are."""
    changed = stock.move(connection, effects, zone.key)
    announce.stock(
        connection,
        (((row["sku"], row["location"]), row["on_hand"], row["at"], "sales") for row in changed
         if (row["on_hand"] > 0) != (row["on_hand"] - row["units"] > 0)),
    )  # fmt: skip
    decision_rows.mark(connection, [(row["sku"], row["location"]) for row in changed])
    segments.mark(connection)


def count_stock(database: Database, counts: Sequence[tuple[Goods, datetime | None]], actor: str) -> int:
    """Store counts; what is on hand starts from the last one of each series."""
    now = datetime.now(UTC)
    with database.transaction() as connection:
        stock.lock(connection, exclusive=True)
        known.products(connection, [goods.sku for goods, _ in counts])
        known.ensure_locations(connection, {goods.location for goods, _ in counts})
        entries = [
            StockEntry(uuid4(), "count", goods.sku, goods.location, goods.quantity, at or now, None, actor)
            for goods, at in counts
        ]
        series = enter(connection, entries)
        audit.record(connection, "catalog", actor, "stock-counted", f"{len(entries)} counts")
        decisions.refresh(connection, series)
    return len(entries)


def adjust_stock(database: Database, goods: Goods, at: datetime | None, reason: str, actor: str) -> None:
    """Change what is on hand, with a reason."""
    with database.transaction() as connection:
        stock.lock(connection, exclusive=True)
        known.products(connection, [goods.sku])
        moment = at or datetime.now(UTC)
        entry = StockEntry(
            uuid4(), "adjustment", goods.sku, goods.location, goods.quantity, moment, reason, actor
        )  # fmt: skip
        series = enter(connection, [entry])
        audit.record(
            connection, "catalog", actor, "stock-adjusted", f"product {goods.sku}", quantity=str(goods.quantity),
            reason=reason,
        )  # fmt: skip
        decisions.refresh(connection, series)
