"""Purchase orders: proposed by the policy, approved by a person."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel

from contracts import topics
from contracts.events.base import Payload
from contracts.types import Code, Instant, Money, Price, Quantity, Sku, Text


class OrderLine(BaseModel):
    """One product of an order, in units (a multiple of the pack)."""

    sku: Sku
    location: Code
    quantity: Quantity
    unit_cost: Price | None = None


class _Order(Payload):
    order_id: UUID
    supplier: Code
    lines: list[OrderLine]
    total: Money
    order_by: date | None = None

    @property
    def key(self) -> str:
        return str(self.order_id)


class OrderProposed(_Order):
    """What the replenishment policy suggests to buy."""

    TYPE: ClassVar[str] = "order-proposed"
    TOPIC: ClassVar[topics.Topic] = topics.ORDER_PROPOSED


class OrderApproved(_Order):
    """What a person has approved, once."""

    TYPE: ClassVar[str] = "order-approved"
    TOPIC: ClassVar[topics.Topic] = topics.ORDER_APPROVED

    approved_by: Text
    approved_at: Instant


class OrderCancelled(_Order):
    """An approved order that will not come after all."""

    TYPE: ClassVar[str] = "order-cancelled"
    TOPIC: ClassVar[topics.Topic] = topics.ORDER_CANCELLED

    cancelled_by: Text
    cancelled_at: Instant
