"""What catalog tells the others, made from its rows and handed to the outbox in the transaction of the change."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from chassis import outbox
from chassis.database import Connection
from contracts.envelope import new_event
from contracts.events import (
    Bill,
    EventChanged,
    LocationChanged,
    OrderApproved,
    OrderCancelled,
    OrderLine,
    OrderProposed,
    Payload,
    PriceChanged,
    ProductChanged,
    PromotionChanged,
    StockChanged,
    WeatherIssued,
)

from catalog.domain.products import Product
from catalog.domain.stock import Series
from catalog.storage import kits

SOURCE = "catalog"


def _tell(connection: Connection, payloads: Iterable[Payload]) -> None:
    outbox.publish(connection, (new_event(payload, SOURCE) for payload in payloads))


def products(connection: Connection, changed: Iterable[Product]) -> None:
    """The whole state of products, field by field of the same name, with what they consist of."""
    told = list(changed)
    bills = kits.bills_of(connection, [product.sku for product in told])
    _tell(connection, (_product_changed(product, bills.get(product.sku, ())) for product in told))


def _product_changed(product: Product, bills: Sequence[Bill]) -> ProductChanged:
    own = ProductChanged.model_fields.keys() - {"product_id", "bills"}
    return ProductChanged(
        product_id=product.id, bills=list(bills), **{name: getattr(product, name) for name in own}
    )  # fmt: skip


def locations(connection: Connection, changed: Iterable[Mapping[str, Any]]) -> None:
    """The whole state of locations."""
    _tell(connection, (LocationChanged(**row) for row in changed))


def prices(connection: Connection, changed: Iterable[Mapping[str, Any]]) -> None:
    """Prices from a day on."""
    _tell(connection, (PriceChanged(**{**row, "location": row["location"] or None}) for row in changed))


def place(connection: Connection, table: str, row: Mapping[str, Any]) -> None:
    """The whole state of a location, a promotion or a calendar event."""
    builders: dict[str, Callable[[], Payload]] = {
        "location": lambda: LocationChanged(**row),
        "promotion": lambda: PromotionChanged(promotion_id=row["id"], **row),
        "calendar_event": lambda: EventChanged(event_id=row["id"], **row),
    }
    _tell(connection, [builders[table]()])


def weather(connection: Connection, said: Iterable[Mapping[str, Any]]) -> None:
    """What was said of locations' weather."""
    _tell(connection, (WeatherIssued(**row) for row in said))


def stock(connection: Connection, levels: Iterable[tuple[Series, Decimal, datetime, str]]) -> None:
    """What is on hand of series from a moment on, and what caused it."""
    _tell(
        connection,
        (StockChanged(sku=sku, location=location, on_hand=on_hand, at=at, cause=cause)
         for (sku, location), on_hand, at, cause in levels),
    )  # fmt: skip


def order_proposed(connection: Connection, order: Mapping[str, Any]) -> None:
    """A proposal, new or changed."""
    _tell(connection, [OrderProposed(**_order(order))])


def order_approved(connection: Connection, order: Mapping[str, Any]) -> None:
    """An order that somebody has approved."""
    approved = {name: order[name] for name in ("approved_by", "approved_at")}
    _tell(connection, [OrderApproved(**_order(order), **approved)])


def order_cancelled(connection: Connection, order: Mapping[str, Any], actor: str, at: datetime) -> None:
    """An approved order that will not come."""
    _tell(connection, [OrderCancelled(**_order(order), cancelled_by=actor, cancelled_at=at)])


def _order(order: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "order_id": order["id"], "supplier": order["supplier"], "total": order["total"], "order_by": order["order_by"],
        "lines": [OrderLine(**{k: line[k] for k in ("sku", "location", "quantity", "unit_cost")})
                  for line in order["lines"]],
    }  # fmt: skip
