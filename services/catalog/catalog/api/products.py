"""Products: list, read, create, change, archive, and in bulk."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from uuid import UUID, uuid4

from chassis import audit, pagination
from chassis.database import Connection
from chassis.failures import Conflict, invalid, not_found
from chassis.pagination import Cursor, Limit, Page
from chassis.weeks import business_day
from contracts.types import Name
from fastapi import APIRouter, Query
from pydantic import ValidationError

from catalog.api.models import (
    BulkProducts,
    BulkProductsOut,
    ProductContent,
    ProductIn,
    ProductOut,
    ProductPut,
    ProductUpdate,
    RowError,
)
from catalog.api.parameters import Config, Db, IfMatch, Key, Planner, Search, Viewer, check_revision, like
from catalog.domain.products import CLAIMABLE, Product, after_edit
from catalog.settings import Settings
from catalog.storage import places, products, stock

router = APIRouter(tags=["products"])
CONTENT = frozenset(ProductContent.model_fields)
Sort = Literal["name", "-name", "sku", "-sku", "updated", "-updated"]


def shown(product: Product) -> ProductOut:
    """A product as the API tells it."""
    return ProductOut.model_validate(product, from_attributes=True)


def _content(given: ProductContent) -> dict[str, Any]:
    return given.model_dump(include=set(CONTENT))


def _find(connection: Connection, key: str, *, lock: bool = False) -> Product:
    product = products.get(connection, key, lock=lock)
    if product is None:
        raise not_found(f"The product {key}")
    return product


@router.get("/products")
def list_products(
    database: Db,
    _: Viewer,
    q: Search = None,
    category: Annotated[Name | None, Query()] = None,
    status: Annotated[Literal["active", "archived", "all"], Query()] = "active",
    sort: Annotated[Sort, Query()] = "name",
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Page[ProductOut]:
    """Products, with search in name and code."""
    make = datetime.fromisoformat if sort.endswith("updated") else str
    after = pagination.decode(cursor, make, UUID)
    with database.transaction() as connection:
        found = products.page(
            connection, q=like(q), category=category, status=status, sort=sort,
            after=(after[0], after[1]) if after else None, limit=limit + 1,
        )  # fmt: skip
    keys: dict[str, Callable[[Product], Any]] = {
        "name": lambda product: product.name.lower(), "sku": lambda product: product.sku,
        "updated": lambda product: product.updated_at,
    }  # fmt: skip
    key = keys[sort.lstrip("-")]
    kept, following = pagination.page(found, limit, lambda product: [key(product), product.id])
    return Page(items=[shown(product) for product in kept], next_cursor=following)


@router.post("/products", status_code=201)
def create_product(database: Db, config: Config, given: ProductIn, caller: Planner) -> ProductOut:
    """Create a product; 409 when its code is taken."""
    with database.transaction() as connection:
        if given.stock is not None:
            stock.lock(connection, exclusive=True)
        content = _content(given)
        named = frozenset(name for name in CLAIMABLE if content[name] is not None)
        product = Product(uuid4(), given.sku, **content, edited=named)
        if not products.add(connection, [product]):
            raise Conflict(f"There is a product {given.sku} already.", code="sku_taken")
        places.ensure(connection, [given.location])
        products.publish(connection, [product])
        _price(connection, config, [product], caller.name)
        if given.stock is not None:
            entry = stock.Entry(
                uuid4(), "count", given.sku, given.location, given.stock, datetime.now(UTC), None, caller.name
            )
            stock.enter(connection, [entry])
        audit.record(connection, "catalog", caller.name, "product-created", f"product {given.sku}")
        return shown(_find(connection, str(product.id)))


def _price(connection: Connection, config: Settings, changed: list[Product], actor: str) -> None:
    today = business_day(datetime.now(UTC), config.zone)
    priced = [(product.sku, None, product.price, today) for product in changed if product.price is not None]
    products.set_prices(connection, priced, actor)


def _update(
    database: Db, config: Settings, key: str, given: ProductUpdate, header: str | None, caller: Planner
) -> ProductOut:
    with database.transaction() as connection:
        before = _find(connection, key, lock=True)
        check_revision(before.revision, given.revision, header)
        after = after_edit(before, _content(given))
        _store_edits(connection, config, [(before, after)], caller.name)
        if after is not before:
            fields = sorted(name for name in CONTENT if getattr(after, name) != getattr(before, name))
            action = "product-archived" if fields == ["archived"] and after.archived else "product-changed"
            audit.record(connection, "catalog", caller.name, action, f"product {after.sku}", fields=fields)
        return shown(_find(connection, str(before.id)))


def _store_edits(connection: Connection, config: Settings, pairs: list[tuple[Product, Product]], actor: str) -> None:
    changed = [after for before, after in pairs if after is not before]
    products.store(connection, changed)
    products.publish(connection, changed)
    _price(connection, config, [after for before, after in pairs if after.price != before.price], actor)


@router.put("/products")
def put_product(
    database: Db, config: Config, given: ProductPut, caller: Planner, if_match: IfMatch = None
) -> ProductOut:
    """Change the product whose code the body names."""
    return _update(database, config, given.sku, given, if_match, caller)


@router.put("/products/{key}")
def update_product(
    database: Db, config: Config, key: Key, given: ProductUpdate, caller: Planner, if_match: IfMatch = None
) -> ProductOut:
    """Change a product, named by id or code."""
    return _update(database, config, key, given, if_match, caller)


@router.get("/products/{key}")
def get_product(database: Db, key: Key, _: Viewer) -> ProductOut:
    """One product, by id or code."""
    with database.transaction() as connection:
        return shown(_find(connection, key))


@router.delete("/products/{key}")
def archive_product(database: Db, config: Config, key: Key, caller: Planner, if_match: IfMatch = None) -> ProductOut:
    """Archive a product: its sales stay; 409 while there is stock of it."""
    with database.transaction() as connection:
        before = _find(connection, key, lock=True)
        left = [row for row in stock.page(connection, {"sku": before.sku}, None, None, 500) if row["on_hand"] > 0]
    if left:
        places_with_stock = ", ".join(f"{row['on_hand']} at {row['location']}" for row in left[:5])
        raise Conflict(f"There is stock of {before.sku}: {places_with_stock}.", code="has_stock")
    content = {name: getattr(before, name) for name in CONTENT} | {"archived": True, "revision": before.revision}
    return _update(database, config, key, ProductUpdate(**content), if_match, caller)


@router.post("/products/bulk")
def upsert_products(database: Db, config: Config, given: BulkProducts, caller: Planner) -> BulkProductsOut:
    """Create or change up to 10,000 products by code; valid rows are taken, the others listed."""
    rows: dict[str, tuple[int, ProductPut]] = {}
    errors: list[RowError] = []
    for index, item in enumerate(given.items):
        try:
            row = ProductPut.model_validate(item)
        except ValidationError as wrong:
            first = wrong.errors(include_url=False, include_input=False, include_context=False)[0]
            field = ".".join(str(part) for part in first["loc"])
            errors.append(RowError(index=index, field=field, code=first["type"], message=first["msg"]))
            continue
        if row.sku in rows:
            errors.append(RowError(index=index, field="sku", code="repeated", message="is in this call already"))
        else:
            rows[row.sku] = (index, row)
    with database.transaction() as connection:
        created, pairs = _upsert(connection, rows, errors)
        _store_edits(connection, config, pairs, caller.name)
        _price(connection, config, created, caller.name)
        updated = sum(after is not before for before, after in pairs)
        audit.record(
            connection, "catalog", caller.name, "products-upserted", "bulk", created=len(created), updated=updated
        )
    return BulkProductsOut(
        created=len(created), updated=updated, unchanged=len(pairs) - updated, rejected=len(errors),
        errors=sorted(errors, key=lambda error: error.index),
    )  # fmt: skip


def _upsert(
    connection: Connection, rows: dict[str, tuple[int, ProductPut]], errors: list[RowError]
) -> tuple[list[Product], list[tuple[Product, Product]]]:
    known = products.by_skus(connection, rows, lock=True)
    fresh = [
        Product(uuid4(), sku, **_content(row), edited=frozenset(CLAIMABLE))
        for sku, (_, row) in rows.items()
        if sku not in known
    ]
    added = products.add(connection, fresh)
    created = [product for product in fresh if product.id in added]
    products.publish(connection, created)
    raced = [product.sku for product in fresh if product.id not in added]
    known |= products.by_skus(connection, raced, lock=True)
    pairs = []
    for sku, before in known.items():
        index, row = rows[sku]
        try:
            check_revision(before.revision, row.revision, None)
            pairs.append((before, after_edit(before, _content(row))))
        except Conflict as stale:
            errors.append(RowError(index=index, field="revision", code=stale.code, message=stale.detail))
    return created, pairs


def known_products(connection: Connection, skus: list[str]) -> None:
    """A 422 that names the first item whose product does not exist."""
    known = products.by_skus(connection, set(skus))
    for index, sku in enumerate(skus):
        if sku not in known:
            raise invalid(f"items.{index}.sku", f"{sku} is no known product", "unknown_product")
