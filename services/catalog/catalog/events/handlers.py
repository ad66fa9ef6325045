"""What catalog consumes: claims of products, and sales, which move stock."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import cast
from uuid import NAMESPACE_OID, uuid5
from zoneinfo import ZoneInfo

from chassis import inbox
from chassis.consumer import Batch, Delivery
from chassis.database import Connection
from contracts import topics
from contracts.events import CatalogSubmitted, ForecastReady, TrainingCompleted
from contracts.topics import Topic

from catalog.domain.products import Product, after_claim, from_claim
from catalog.events.lean import LeanSale
from catalog.storage import places, products, stock, supply


class SubmittedProducts:
    """`catalog-submitted` into products, prices, places and counts."""

    name = "claims"
    topics: Sequence[Topic] = (topics.CATALOG_SUBMITTED,)

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone

    def apply(self, connection: Connection, batch: Batch) -> None:
        """Create what is missing, change what is claimed and no person's, count stock."""
        claims = self._new_claims(connection, batch)
        if not claims:
            return
        # The lock on stock comes before the rows of products, here as everywhere.
        counts = [stock_entry(delivery, claim) for delivery, claim in claims if claim.stock is not None]
        if counts:
            stock.lock(connection, exclusive=True)
        places.ensure(connection, {claim.location for _, claim in claims})
        known = self._known(connection, claims)
        before = dict(known)
        prices: list[tuple[str, str | None, Decimal, date]] = []
        for delivery, claim in claims:
            product = after_claim(known[claim.sku], claim)
            if claim.price is not None and product.price == claim.price:
                told_on = delivery.event.time.astimezone(self._zone).date()
                if product is not known[claim.sku]:
                    prices.append((claim.sku, None, claim.price, told_on))
                elif product.revision == 1:  # new: its price is that of its first sale
                    prices.append((claim.sku, None, claim.price, claim.first_sold or told_on))
            known[claim.sku] = product
        changed = [product for sku, product in known.items() if product is not before[sku]]
        products.store(connection, changed)
        products.publish(connection, changed)
        products.set_prices(connection, prices, "claim")
        stock.enter(connection, counts)

    def _new_claims(self, connection: Connection, batch: Batch) -> list[tuple[Delivery, CatalogSubmitted]]:
        claims = []
        for delivery in batch.deliveries:
            if isinstance(delivery.event.payload, CatalogSubmitted):
                claims.append((delivery, delivery.event.payload))
            else:
                batch.reject(delivery, "wrong_type", f"{delivery.event.type} does not belong into catalog-submitted")
        ids = [inbox.identity(delivery.event) for delivery, _ in claims]
        unseen = inbox.unseen(connection, self.name, ids)
        first = {id_: claim for id_, claim in reversed(list(zip(ids, claims, strict=True))) if id_ in unseen}
        return [claim for id_, claim in zip(ids, claims, strict=True) if first.get(id_) is claim]

    def _known(self, connection: Connection, claims: list[tuple[Delivery, CatalogSubmitted]]) -> dict[str, Product]:
        first: dict[str, CatalogSubmitted] = {}
        for _, claim in claims:
            first.setdefault(claim.sku, claim)
        known = products.by_skus(connection, first, lock=True)
        missing = [from_claim(claim) for sku, claim in first.items() if sku not in known]
        added = products.add(connection, missing)
        products.publish(connection, [product for product in missing if product.id in added])
        return known | products.by_skus(connection, [product.sku for product in missing], lock=True)


def stock_entry(delivery: Delivery, claim: CatalogSubmitted) -> stock.Entry:
    """The count a claim holds; without a time of its own it was counted when the claim was made."""
    assert claim.stock is not None
    id_ = uuid5(NAMESPACE_OID, f"count\n{inbox.identity(delivery.event)}")
    at = min(claim.counted_at or delivery.event.time, datetime.now(UTC))
    return stock.Entry(id_, "count", claim.sku, claim.location, claim.stock, at, None, "claim")


class SoldStock:
    """`sale-recorded` into stock movements; (sale id, part) is the inbox."""

    name = "stock"
    topics: Sequence[Topic] = (topics.SALE_RECORDED,)

    def apply(self, connection: Connection, batch: Batch) -> None:
        """Move stock by each effect once."""
        stock.move(
            connection, (effect for delivery in batch.deliveries for effect in cast(LeanSale, delivery.event).effects())
        )


class Forecasts:
    """`forecast-ready` by run, and `training-completed`, which makes a run live."""

    name = "forecasts"
    topics: Sequence[Topic] = (topics.FORECAST_READY, topics.TRAINING_COMPLETED)

    def apply(self, connection: Connection, batch: Batch) -> None:
        """Keep the forecasts; the order in which the two topics arrive does not matter."""
        forecasts = [d.event.payload for d in batch.deliveries if isinstance(d.event.payload, ForecastReady)]
        supply.keep_forecasts(connection, forecasts)
        for delivery in batch.deliveries:
            if isinstance(delivery.event.payload, TrainingCompleted):
                supply.complete_run(connection, delivery.event.payload, delivery.event.time)
