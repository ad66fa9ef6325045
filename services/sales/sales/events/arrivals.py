"""What makes claims judgeable: products of `product-changed`, locations of `location-changed`."""

from collections.abc import Sequence

from chassis.consumer import Batch
from chassis.database import Connection
from contracts import topics
from contracts.events import LocationChanged, ProductChanged
from contracts.topics import Topic

from sales.application.arrivals import know_locations, know_products


class KnownProducts:
    """What the ledger knows of products."""

    name = "products"
    topics: Sequence[Topic] = (topics.PRODUCT_CHANGED,)

    def apply(self, connection: Connection, batch: Batch) -> None:
        """Upsert by revision, then release."""
        changed = [d.event.payload for d in batch.deliveries if isinstance(d.event.payload, ProductChanged)]
        latest = {product.sku: product for product in sorted(changed, key=lambda product: product.revision)}
        know_products(connection, list(latest.values()))


class KnownLocations:
    """What the ledger knows of locations."""

    name = "locations"
    topics: Sequence[Topic] = (topics.LOCATION_CHANGED,)

    def apply(self, connection: Connection, batch: Batch) -> None:
        """Upsert, then release."""
        changed = [d.event.payload for d in batch.deliveries if isinstance(d.event.payload, LocationChanged)]
        know_locations(connection, {location.code: location.revision for location in changed})
