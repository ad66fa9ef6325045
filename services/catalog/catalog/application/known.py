"""What a use case may name: products and suppliers that are known, locations, which come into being by being named."""

from collections.abc import Iterable, Sequence

from chassis.database import Connection
from chassis.failures import invalid

from catalog.application import announce
from catalog.storage import places, supply
from catalog.storage import products as product_rows


def products(connection: Connection, skus: Sequence[str]) -> None:
    """A failure that names the first item whose product does not exist."""
    found = product_rows.by_skus(connection, set(skus))
    for index, sku in enumerate(skus):
        if sku not in found:
            raise invalid(f"items.{index}.sku", f"{sku} is no known product", "unknown_product")


def supplier(connection: Connection, code: str) -> None:
    """A failure when there is no such supplier."""
    if supply.supplier(connection, code) is None:
        raise invalid("supplier", f"{code} is no known supplier", "unknown_supplier")


def ensure_locations(connection: Connection, codes: Iterable[str]) -> None:
    """Create the locations that are missing, and tell them."""
    announce.locations(connection, places.ensure(connection, codes))
