"""Where a product that a path names is forecast."""

from chassis.database import Connection
from chassis.failures import NotFound, not_found

from forecaster.storage import live


def places_of(connection: Connection, key: str) -> tuple[str, list[str]]:
    """A product's code and the locations that have a forecast of it, by its id or code."""
    product = live.product(connection, key)
    sku = product["sku"] if product else key.strip().upper()
    places = live.locations(connection, sku)
    if not places:
        if product is None:
            raise not_found(f"Product {key}")
        raise NotFound(f"{sku} has no forecast yet: it has no sales, or no training has run.", code="no_forecast")
    return sku, places
