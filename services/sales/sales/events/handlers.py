"""What sales consumes: claims of producers and files; products and locations that make claims judgeable."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from chassis.consumer import Batch, Delivery
from chassis.database import Connection
from contracts import topics
from contracts.envelope import Event
from contracts.events import LocationChanged, ProductChanged, SaleSubmitted, sale_id
from contracts.topics import Topic
from sqlalchemy import text

from sales.domain.claims import Claim, Clock, Refused, Submission, normalise
from sales.events.lean import decode_claim
from sales.events.usual import UsualSale
from sales.storage import ledger, usual
from sales.storage.refusals import Refusal


class SubmittedSales:
    """`sale-submitted` into the ledger."""

    name = "ledger"
    topics: Sequence[Topic] = (topics.SALE_SUBMITTED,)

    def __init__(self, zone: ZoneInfo, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._zone, self._now = zone, now

    def apply(self, connection: Connection, batch: Batch) -> None:
        """Record what can be recorded; the rest is refused with its reason."""
        clock = Clock(self._zone, self._now())
        sales, others = _divided(batch)
        changes = any(getattr(d.event.payload, "kind", None) in ("correction", "void") for d in others)
        ledger.arrivals_lock(connection, exclusive=changes)
        left: set[str] = set()
        if sales:
            ids = {str(sale_id(d.event.source, d.event.id)) for d in others}
            left = {sale.sale_id for sale in usual.record(connection, sales, ids, clock.latest)}
        if left:
            others = _others(batch, left)
        if others:
            claims, refusals = self._judged(others, batch, clock)
            ledger.record(connection, claims, refusals)

    def _judged(
        self, deliveries: list[Delivery], batch: Batch, clock: Clock
    ) -> tuple[list[Claim], list[Refusal]]:
        claims: list[Claim] = []
        refusals: list[Refusal] = []
        for delivery in deliveries:
            event, submitted = delivery.event, cast(Any, delivery.event.payload)
            if not isinstance(submitted, (Submission, SaleSubmitted)):
                batch.reject(delivery, "wrong_type", f"{event.type} does not belong into sale-submitted")
                continue
            try:
                claims.append(normalise(submitted, event.source, event.id, clock))
            except Refused as refused:
                whole = submitted if isinstance(submitted, SaleSubmitted) else submitted.whole()
                refusals.append(unreadable(event, whole, refused))
        return claims, refusals


def _divided(batch: Batch) -> tuple[list[UsualSale], list[Delivery]]:
    """The batch's usual sales, and whatever else it holds."""
    sales: list[Any] = [delivery.event for delivery in batch.deliveries]
    if all(sale.__class__ is UsualSale for sale in sales):
        return sales, []
    return (
        [sale for sale in sales if isinstance(sale, UsualSale)],
        [delivery for delivery in batch.deliveries if not isinstance(delivery.event, UsualSale)],
    )


def _others(batch: Batch, left: set[str]) -> list[Delivery]:
    """What must go the long way, in the order in which it came: of two with one id the first is the one that counts."""
    others = []
    for delivery in batch.deliveries:
        sale: Any = delivery.event
        if not isinstance(sale, UsualSale):
            others.append(delivery)
        elif sale.sale_id in left:
            others.append(Delivery(decode_claim(delivery.record.headers, delivery.record.value), delivery.record))
    return others


def unreadable(event: Event, payload: SaleSubmitted, refused: Refused) -> Refusal:
    """The refusal of a claim that is not even one."""
    content = payload.model_dump(mode="json", exclude_none=True)
    claim = Claim(
        sale_id(event.source, event.id), event.source, event.id, payload.kind, payload.sku, payload.location,
        payload.quantity, payload.unit_price, None, None, payload.reference, payload.import_id, payload.line,
    )  # fmt: skip
    return Refusal(
        claim.sale_id, claim.content_hash, event.source, event.id, refused.code, refused.field, refused.message,
        payload.sku, payload.location, payload.import_id, payload.line, content,
    )  # fmt: skip


class KnownProducts:
    """`product-changed`: what the ledger knows of products; releases what waited for them."""

    name = "products"
    topics: Sequence[Topic] = (topics.PRODUCT_CHANGED,)

    def apply(self, connection: Connection, batch: Batch) -> None:
        """Upsert by revision, then release."""
        ledger.arrivals_lock(connection, exclusive=True)
        latest = {
            d.event.payload.sku: d.event.payload
            for d in sorted(batch.deliveries, key=lambda d: getattr(d.event.payload, "revision", 0))
            if isinstance(d.event.payload, ProductChanged)
        }
        if latest:
            connection.execute(
                text(
                    "INSERT INTO known_product (sku, product_id, price, revision) VALUES (:sku, :id, :price, :revision)"
                    " ON CONFLICT (sku) DO UPDATE SET product_id = EXCLUDED.product_id, price = EXCLUDED.price,"
                    " revision = EXCLUDED.revision WHERE known_product.revision <= EXCLUDED.revision"
                ),
                [{"sku": p.sku, "id": p.product_id, "price": p.price, "revision": p.revision} for p in latest.values()],
            )
            ledger.release(connection, [f"product:{sku}" for sku in latest])


class KnownLocations:
    """`location-changed`: what the ledger knows of locations; releases what waited for them."""

    name = "locations"
    topics: Sequence[Topic] = (topics.LOCATION_CHANGED,)

    def apply(self, connection: Connection, batch: Batch) -> None:
        """Upsert, then release."""
        ledger.arrivals_lock(connection, exclusive=True)
        codes = {
            d.event.payload.code: d.event.payload.revision
            for d in batch.deliveries
            if isinstance(d.event.payload, LocationChanged)
        }
        for code, revision in codes.items():
            connection.execute(
                text(
                    "INSERT INTO known_location VALUES (:code, :revision)"
                    " ON CONFLICT (code) DO UPDATE SET revision = EXCLUDED.revision"
                ),
                {"code": code, "revision": revision},
            )
        if codes:
            ledger.release(connection, [f"location:{code}" for code in codes])
