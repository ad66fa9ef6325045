"""A product or a location becomes known: what waited for it is judged again, in the same transaction."""

from collections.abc import Mapping, Sequence

from chassis.database import Connection
from contracts.events import ProductChanged

from sales.application.record import release
from sales.storage import known


def know_products(connection: Connection, products: Sequence[ProductChanged]) -> None:
    """Learn of products, each in its newest state, and release what waited for them."""
    known.arrivals_lock(connection, exclusive=True)
    if products:
        known.know_products(connection, products)
        release(connection, [f"product:{product.sku}" for product in products])


def know_locations(connection: Connection, revisions: Mapping[str, int]) -> None:
    """Learn of locations and release what waited for them."""
    known.arrivals_lock(connection, exclusive=True)
    if revisions:
        known.know_locations(connection, revisions)
        release(connection, [f"location:{code}" for code in revisions])
