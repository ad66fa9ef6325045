"""The contract's own types judge each distinct cell once, and what they made of it is remembered.

Sales repeat their products, quantities, prices and minutes.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from contracts.types import BusinessInstant, Code, EventId, Price, Sku, SoldQuantity, Text
from pydantic import TypeAdapter

REMEMBERED = 1 << 16


def judge(kind: Any) -> Callable[[Any], Any]:
    """Gives what the contract's type makes of a value, or raises ValidationError, which is a ValueError."""
    return TypeAdapter[Any](kind).validate_python


def _remembered(kind: Any) -> Callable[[Any], Any]:
    return lru_cache(REMEMBERED)(judge(kind))


sku, location, quantity, price, moment = map(_remembered, (Sku, Code, SoldQuantity, Price, BusinessInstant))
event_id, text = map(judge, (EventId, Text))
