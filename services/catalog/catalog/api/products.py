"""Products: list, read, create, replace, patch, archive, and in bulk."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from chassis import pagination
from chassis.pagination import Cursor, Limit, Page
from chassis.parameters import Db, Key, Search, Viewer, like
from contracts.types import Name
from fastapi import APIRouter, Query
from pydantic import ValidationError

from catalog.api.parameters import CatalogWriter, Config, IfMatch, read_revision
from catalog.api.product_models import (
    CONTENT,
    BulkProducts,
    BulkProductsOut,
    ProductContent,
    ProductIn,
    ProductOut,
    ProductPatch,
    ProductPut,
    ProductUpdate,
    RowError,
)
from catalog.application import products as use
from catalog.domain.products import Product
from catalog.storage import products

router = APIRouter(tags=["products"])
Sort = Literal["name", "-name", "sku", "-sku", "updated", "-updated"]


def _shown(product: Product) -> ProductOut:
    return ProductOut.model_validate(product, from_attributes=True)


def _content(given: ProductContent) -> dict[str, Any]:
    return given.model_dump(include=set(CONTENT))


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
    with database.snapshot() as connection:
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
    return Page(items=[_shown(product) for product in kept], next_cursor=following)


@router.post("/products", status_code=201)
def create_product(database: Db, config: Config, given: ProductIn, caller: CatalogWriter) -> ProductOut:
    """Create a product; 409 when its code is taken."""
    return _shown(
        use.create_product(
            database, config.zone, given.sku, _content(given), given.location, given.stock, caller.actor
        )
    )  # fmt: skip


@router.put("/products")
def put_product(
    database: Db, config: Config, given: ProductPut, caller: CatalogWriter, if_match: IfMatch = None
) -> ProductOut:
    """Replace all that is said of the product whose code the body names: a field that is left out is emptied.

    PATCH changes only what is sent.
    """
    return update_product(database, config, given.sku, given, caller, if_match)


@router.put("/products/{key}")
def update_product(
    database: Db, config: Config, key: Key, given: ProductUpdate, caller: CatalogWriter, if_match: IfMatch = None
) -> ProductOut:
    """Replace all that is said of a product, named by id or code: a field that is left out is emptied.

    PATCH changes only what is sent.
    """
    revision = read_revision(given.revision, if_match)
    return _shown(use.put_product(database, config.zone, key, _content(given), revision, caller.actor))


@router.patch("/products/{key}")
def patch_product(
    database: Db, config: Config, key: Key, given: ProductPatch, caller: CatalogWriter, if_match: IfMatch = None
) -> ProductOut:
    """Change of a product, named by id or code, only what is sent; null clears a field."""
    revision = read_revision(given.revision, if_match)
    return _shown(use.patch_product(database, config.zone, key, given.changes(), revision, caller.actor))


@router.get("/products/{key}")
def get_product(database: Db, key: Key, _: Viewer) -> ProductOut:
    """One product, by id or code."""
    with database.snapshot() as connection:
        return _shown(use.existing(connection, key))


@router.delete("/products/{key}")
def archive_product(
    database: Db, config: Config, key: Key, caller: CatalogWriter, if_match: IfMatch = None
) -> ProductOut:
    """Archive a product: its sales stay; 409 while there is stock of it."""
    return _shown(use.archive_product(database, config.zone, key, read_revision(None, if_match), caller.actor))


@router.post("/products/bulk")
def upsert_products(database: Db, config: Config, given: BulkProducts, caller: CatalogWriter) -> BulkProductsOut:
    """Create or change up to 10,000 products by code; valid rows are taken, the others listed."""
    rows, errors = _valid(given)
    asked = {sku: use.Row(sku, _content(row), row.revision) for sku, (_, row) in rows.items()}
    done = use.upsert_products(database, config.zone, asked, caller.actor)
    errors += [
        RowError(index=rows[sku][0], field="revision", code=stale.code, message=stale.detail)
        for sku, stale in done.stale.items()
    ]
    return BulkProductsOut(
        created=done.created, updated=done.updated, unchanged=done.unchanged, rejected=len(errors),
        errors=sorted(errors, key=lambda error: error.index),
    )  # fmt: skip


def _valid(given: BulkProducts) -> tuple[dict[str, tuple[int, ProductPut]], list[RowError]]:
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
    return rows, errors
