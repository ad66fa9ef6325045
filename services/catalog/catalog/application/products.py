"""Products as people keep them: created, replaced, patched, archived, and in bulk; each change told whole."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from chassis import audit
from chassis.database import Connection, Database
from chassis.failures import Conflict, invalid, not_found
from chassis.weeks import business_day

from catalog.application import announce, decisions, known, pricing
from catalog.application.stock import enter
from catalog.domain import revisions
from catalog.domain.products import CLAIMABLE, CONTENT, Product, after_edit
from catalog.domain.stock import StockEntry
from catalog.storage import products, stock

Content = Mapping[str, Any]


def existing(connection: Connection, key: str, *, lock: bool = False) -> Product:
    """A product that there is, by id or code."""
    product = products.get(connection, key, lock=lock)
    if product is None:
        raise not_found(f"The product {key}")
    return product


def create_product(
    database: Database, zone: ZoneInfo, sku: str, content: Content, location: str, count: Decimal | None, actor: str
) -> Product:
    """Create a product; `count` is what is on its shelves at the location now."""
    with database.transaction() as connection:
        if count is not None:
            stock.lock(connection, exclusive=True)
        named = frozenset(name for name in CLAIMABLE if content[name] is not None)
        product = Product(uuid4(), sku, **content, edited=named)
        if not products.add(connection, [product]):
            raise Conflict(f"There is a product {sku} already.", code="sku_taken")
        known.ensure_locations(connection, [location])
        announce.products(connection, [product])
        price_changed(connection, zone, [product], actor)
        entries = []
        if count is not None:
            entries = [StockEntry(uuid4(), "count", sku, location, count, datetime.now(UTC), None, actor)]
        series = enter(connection, entries)
        audit.record(connection, "catalog", actor, "product-created", f"product {sku}")
        decisions.refresh(connection, series)
        return existing(connection, str(product.id))


def price_changed(connection: Connection, zone: ZoneInfo, changed: Sequence[Product], actor: str) -> None:
    """Keep the list prices of products from today on."""
    today = business_day(datetime.now(UTC), zone)
    priced = [(product.sku, None, product.price, today) for product in changed if product.price is not None]
    pricing.keep_prices(connection, priced, actor)


def put_product(
    database: Database, zone: ZoneInfo, key: str, content: Content, revision: int | None, actor: str
) -> Product:
    """Replace all that is said of a product."""
    with database.transaction() as connection:
        return _change(connection, zone, existing(connection, key, lock=True), content, revision, actor)


def patch_product(
    database: Database, zone: ZoneInfo, key: str, changes: Content, revision: int | None, actor: str
) -> Product:
    """Change only what is named; None clears."""
    with database.transaction() as connection:
        return _change(connection, zone, existing(connection, key, lock=True), changes, revision, actor)


def archive_product(database: Database, zone: ZoneInfo, key: str, revision: int | None, actor: str) -> Product:
    """Archive a product: its sales stay; a conflict while there is stock of it."""
    with database.transaction() as connection:
        before = existing(connection, key, lock=True)
        levels = stock.page(connection, {"sku": before.sku}, None, None, 500)
        left = [f"{row['on_hand']} at {row['location']}" for row in levels if row["on_hand"] > 0]
        if left:
            raise Conflict(f"There is stock of {before.sku}: {', '.join(left[:5])}.", code="has_stock")
        return _change(connection, zone, before, {"archived": True}, revision, actor)


def _change(
    connection: Connection, zone: ZoneInfo, before: Product, changes: Content, revision: int | None, actor: str
) -> Product:
    revisions.expect(before.revision, revision)
    after = after_edit(before, dict(changes))
    if after.on_sale_from and after.on_sale_until and after.on_sale_until < after.on_sale_from:
        raise invalid("on_sale_until", "lies before on_sale_from", "out_of_order")
    if after is not before:
        _store(connection, zone, [(before, after)], actor)
        fields = sorted(name for name in CONTENT if getattr(after, name) != getattr(before, name))
        action = "product-archived" if fields == ["archived"] and after.archived else "product-changed"
        audit.record(connection, "catalog", actor, action, f"product {after.sku}", fields=fields)
        decisions.refresh_products(connection, [after.sku])
    return existing(connection, str(before.id))


def _store(connection: Connection, zone: ZoneInfo, pairs: Sequence[tuple[Product, Product]], actor: str) -> None:
    changed = [after for before, after in pairs if after is not before]
    products.store(connection, changed)
    announce.products(connection, changed)
    price_changed(connection, zone, [after for before, after in pairs if after.price != before.price], actor)


def end_sale(connection: Connection, zone: ZoneInfo, skus: Sequence[str], until: date, actor: str) -> int:
    """Set the last day on sale of products within somebody's transaction, who decides anew himself; of how many."""
    pairs = [
        (before, after_edit(before, {"on_sale_until": until}))
        for before in products.by_skus(connection, skus, lock=True).values()
    ]
    for before, after in pairs:
        if after.on_sale_from and until < after.on_sale_from:
            raise invalid("scenario.on_sale_until", f"lies before {before.sku} is on sale", "out_of_order")
    _store(connection, zone, pairs, actor)
    changed = [after for before, after in pairs if after is not before]
    for after in changed:
        audit.record(
            connection, "catalog", actor, "product-changed", f"product {after.sku}", fields=["on_sale_until"]
        )  # fmt: skip
    return len(changed)


@dataclass(frozen=True)
class Row:
    """A product of a bulk call: which, its whole content, and the revision that was read."""

    sku: str
    content: Content
    revision: int | None


@dataclass(frozen=True)
class Upserted:
    """What became of the rows of a bulk call; `stale` names those whose product was changed meanwhile."""

    created: int
    updated: int
    unchanged: int
    stale: Mapping[str, Conflict]


def upsert_products(database: Database, zone: ZoneInfo, rows: Mapping[str, Row], actor: str) -> Upserted:
    """Create or change many products by code; each is judged by itself."""
    with database.transaction() as connection:
        created, pairs, stale = _judge(connection, rows)
        _store(connection, zone, pairs, actor)
        price_changed(connection, zone, created, actor)
        changed = [after.sku for before, after in pairs if after is not before]
        audit.record(
            connection, "catalog", actor, "products-upserted", "bulk", created=len(created), updated=len(changed)
        )
        decisions.refresh_products(connection, changed)
    return Upserted(len(created), len(changed), len(pairs) - len(changed), stale)


def _judge(
    connection: Connection, rows: Mapping[str, Row]
) -> tuple[list[Product], list[tuple[Product, Product]], dict[str, Conflict]]:
    there = products.by_skus(connection, rows, lock=True)
    fresh = [
        Product(uuid4(), sku, **row.content, edited=frozenset(CLAIMABLE))
        for sku, row in rows.items()
        if sku not in there
    ]
    added = products.add(connection, fresh)
    created = [product for product in fresh if product.id in added]
    announce.products(connection, created)
    raced = [product.sku for product in fresh if product.id not in added]
    there |= products.by_skus(connection, raced, lock=True)
    pairs, stale = [], {}
    for sku, before in there.items():
        try:
            revisions.expect(before.revision, rows[sku].revision)
            pairs.append((before, after_edit(before, dict(rows[sku].content))))
        except Conflict as conflict:
            stale[sku] = conflict
    return created, pairs, stale
