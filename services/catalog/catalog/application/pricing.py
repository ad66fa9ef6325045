"""Prices and their history."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from chassis import audit
from chassis.database import Connection, Database
from chassis.failures import invalid

from catalog.application import announce
from catalog.storage import places, prices, products


def keep_prices(connection: Connection, given: Sequence[prices.Price], actor: str) -> None:
    """Keep prices in the history and tell those that are new or changed; the newest of a day wins."""
    if given:
        announce.prices(connection, prices.keep(connection, given, actor))


def set_price(
    database: Database, sku: str, location: str | None, price: Decimal, valid_from: date, actor: str
) -> None:  # fmt: skip
    """Set a price from a day on; the same day again replaces it."""
    with database.transaction() as connection:
        if products.get(connection, sku, lock=True) is None:
            raise invalid("sku", f"{sku} is no known product", "unknown_product")
        if location and places.get(connection, "location", location) is None:
            raise invalid("location", f"{location} is no known location", "unknown_location")
        enter(connection, [(sku, location, price, valid_from)], actor)


def enter(connection: Connection, given: Sequence[prices.Price], actor: str) -> int:
    """Set prices within somebody's transaction, each with its trace; how many."""
    keep_prices(connection, given, actor)
    for sku, location, price, valid_from in given:
        audit.record(
            connection, "catalog", actor, "price-set", f"product {sku}", price=str(price), valid_from=str(valid_from),
            location=location,
        )  # fmt: skip
    return len(given)
