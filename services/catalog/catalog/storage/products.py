"""Products. A change locks its row, so that events of one product leave in order."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any
from uuid import UUID

from chassis.database import Connection, copy_rows, rows
from sqlalchemy import text

from catalog.domain.products import COLUMNS, Product

_SELECT = f"SELECT {', '.join(COLUMNS)}, updated_at FROM product"
# The products in whose code or name a pattern is: asked once of each, whatever is listed of them.
FOUND = "SELECT sku FROM product WHERE searched LIKE lower(:pattern)"
_WRITTEN = [name for name in COLUMNS if name not in ("id", "sku")]

# sort name -> (SQL of the key, its type)
SORTS = {"name": ("lower(name)", "text"), "sku": ("sku", "text"), "updated": ("updated_at", "timestamptz")}


def _product(row: dict[str, Any]) -> Product:
    return Product(**row | {"edited": frozenset(row["edited"])})


def by_skus(connection: Connection, skus: Iterable[str], *, lock: bool = False) -> dict[str, Product]:
    """Products by code; `lock` in the codes' order, so that two batches never wait for each other."""
    clause = " ORDER BY sku FOR UPDATE" if lock else ""
    found = rows(connection, f"{_SELECT} WHERE sku = ANY(:skus){clause}", skus=list(skus))
    return {row["sku"]: _product(row) for row in found}


def get(connection: Connection, key: str, *, lock: bool = False) -> Product | None:
    """A product by id or code."""
    condition, value = "sku = :key", key.strip().upper()
    with suppress(ValueError):
        condition, value = "id = CAST(:key AS uuid)", str(UUID(key))
    found = rows(connection, f"{_SELECT} WHERE {condition}{' FOR UPDATE' if lock else ''}", key=value)
    return _product(found[0]) if found else None


def _values(product: Product) -> tuple[Any, ...]:
    return tuple(sorted(product.edited) if name == "edited" else getattr(product, name) for name in COLUMNS)


def add(connection: Connection, products: Sequence[Product]) -> set[UUID]:
    """Store new products; the ids of those whose code was free."""
    if not products:
        return set()
    names = ", ".join(COLUMNS)
    _copy(connection, products)
    found = rows(
        connection,
        f"INSERT INTO product ({names}) SELECT {names} FROM product_batch ORDER BY sku"
        " ON CONFLICT DO NOTHING RETURNING id",
    )
    return {row["id"] for row in found}


def store(connection: Connection, products: Sequence[Product]) -> None:
    """Write the new state of products that the caller has locked."""
    if products:
        _copy(connection, products)
        settings = ", ".join(f"{name} = b.{name}" for name in _WRITTEN)
        connection.execute(
            text(f"UPDATE product p SET {settings}, updated_at = now() FROM product_batch b WHERE p.id = b.id")
        )


def _copy(connection: Connection, products: Sequence[Product]) -> None:
    connection.execute(
        text("CREATE TEMP TABLE IF NOT EXISTS product_batch (LIKE product INCLUDING DEFAULTS) ON COMMIT DELETE ROWS")
    )
    connection.execute(text("TRUNCATE product_batch"))
    copy_rows(connection, "product_batch", COLUMNS, map(_values, products))


def page(
    connection: Connection, *, q: str | None, category: str | None, status: str, sort: str,
    after: tuple[Any, UUID] | None, limit: int,
) -> list[Product]:  # fmt: skip
    """Products in the order of `sort` (a `-` in front: descending) after a key."""
    where, given = [], {"q": q, "category": category}
    if q is not None:
        where.append("(searched LIKE lower(:q) OR barcode ILIKE :q)")
    if category is not None:
        where.append("category = :category")
    if status != "all":
        where.append("archived" if status == "archived" else "NOT archived")
    key, kind = SORTS[sort.lstrip("-")]
    down = sort.startswith("-")
    if after:
        where.append(f"({key}, id) {'<' if down else '>'} (CAST(:key AS {kind}), CAST(:id AS uuid))")
        given |= {"key": after[0], "id": str(after[1])}
    clause = f" WHERE {' AND '.join(where)}" if where else ""
    way = " DESC" if down else ""
    found = rows(
        connection, f"{_SELECT}{clause} ORDER BY {key}{way}, id{way} LIMIT :limit", limit=limit,
        **{name: value for name, value in given.items() if value is not None},
    )  # fmt: skip
    return [_product(row) for row in found]


def categories(connection: Connection, after: str, limit: int) -> list[dict[str, Any]]:
    """Categories of products that are not archived, with how many those are, by name after one."""
    return rows(
        connection,
        "SELECT category, count(*) AS products FROM product WHERE category > :after AND NOT archived"
        " GROUP BY category ORDER BY category LIMIT :limit",
        after=after, limit=limit,
    )  # fmt: skip
