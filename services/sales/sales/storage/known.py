"""What the ledger knows of products and locations, and the lock on it."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from uuid import UUID

from chassis.database import Connection, scalar
from contracts.events import ProductChanged
from sqlalchemy import text

# Serialises what decides that something is unknown with what makes it known: nobody waits for what has come.
_ARRIVALS = 0x5A1E


def arrivals_lock(connection: Connection, *, exclusive: bool) -> None:
    """Take the lock on what is known, until the transaction ends."""
    mode = "" if exclusive else "_shared"
    connection.execute(text(f"SELECT pg_advisory_xact_lock{mode}(:lock)"), {"lock": _ARRIVALS})


def know_products(connection: Connection, products: Iterable[ProductChanged]) -> None:
    """Keep what is newer than what is known."""
    connection.execute(
        text(
            "INSERT INTO known_product (sku, product_id, price, revision) VALUES (:sku, :id, :price, :revision)"
            " ON CONFLICT (sku) DO UPDATE SET product_id = EXCLUDED.product_id, price = EXCLUDED.price,"
            " revision = EXCLUDED.revision WHERE known_product.revision <= EXCLUDED.revision"
        ),
        [{"sku": p.sku, "id": p.product_id, "price": p.price, "revision": p.revision} for p in products],
    )


def know_locations(connection: Connection, revisions: Mapping[str, int]) -> None:
    """Keep the locations of these codes, in their newest revision."""
    connection.execute(
        text(
            "INSERT INTO known_location (code, revision) VALUES (:code, :revision)"
            " ON CONFLICT (code) DO UPDATE SET revision = EXCLUDED.revision"
            " WHERE known_location.revision <= EXCLUDED.revision"
        ),
        [{"code": code, "revision": revision} for code, revision in revisions.items()],
    )


def products(connection: Connection, skus: Iterable[str]) -> dict[str, Decimal | None]:
    """Those of the products that are known, with their list prices."""
    found = connection.execute(
        text("SELECT sku, price FROM known_product WHERE sku = ANY(:skus)"), {"skus": list(skus)}
    )
    return {row.sku: row.price for row in found}


def skus(connection: Connection, wanted: Iterable[str]) -> set[str]:
    """Those of the products that are known, without their prices: all that the short way asks."""
    sql = "SELECT sku FROM known_product WHERE sku = ANY(:skus)"
    return set(connection.execute(text(sql), {"skus": list(wanted)}).scalars())


def locations(connection: Connection) -> set[str]:
    """All locations that are known."""
    return set(connection.execute(text("SELECT code FROM known_location")).scalars())


def sku_of(connection: Connection, product_id: UUID) -> str | None:
    """The stock code of a product known here."""
    found: str | None = scalar(connection, "SELECT sku FROM known_product WHERE product_id = :id", id=product_id)
    return found


def product_count(connection: Connection, wanted: Iterable[str]) -> int:
    """How many of the products are known."""
    return int(scalar(connection, "SELECT count(*) FROM known_product WHERE sku = ANY(:skus)", skus=list(wanted)))
