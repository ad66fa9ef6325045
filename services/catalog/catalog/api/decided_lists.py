"""What the lists of decisions share: filters, orders, and cursors that carry the key of the order."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal

from chassis import pagination
from chassis.parameters import Search, like
from contracts.types import Code, Name, Sku
from fastapi import Depends, Query

from catalog.api.parameters import SegmentFilter

SortName = Literal[
    "sku", "-sku", "name", "-name", "supplier", "-supplier", "quantity", "-quantity", "value", "-value", "order_by",
    "-order_by", "risk", "-risk", "chance", "-chance", "cover", "-cover", "on_hand", "-on_hand", "excess", "-excess",
]  # fmt: skip
_TEXTS = ("sku", "name", "supplier")


@dataclass(frozen=True)
class Filters:
    """Which decisions are asked for; a filter that is left out asks nothing."""

    sku: Annotated[Sku | None, Query(description="Only this product")] = None
    location: Annotated[Code | None, Query(description="Only this location")] = None
    supplier: Annotated[Code | None, Query(description="Only what is bought from this supplier")] = None
    category: Annotated[Name | None, Query(description="Only this category")] = None
    segment: SegmentFilter = None
    q: Search = None
    due: Annotated[bool | None, Query(description="Only what is to be ordered within a week (or not)")] = None
    at_risk: Annotated[bool | None, Query(description="Only what may run out before a delivery (or not)")] = None
    out_of_stock: Annotated[bool | None, Query(description="Only what is out of stock now (or not)")] = None

    def given(self) -> dict[str, Any]:
        """As storage takes them."""
        return {name: value for name, value in vars(self).items() if name != "q"} | {"pattern": like(self.q)}


Filtered = Annotated[Filters, Depends()]


def key_after(cursor: str | None, sort: str) -> list[Any] | None:
    """The key after which a page begins."""
    name = sort.lstrip("-")
    kind = str if name in _TEXTS else date.fromisoformat if name == "order_by" else float
    return pagination.decode(cursor, kind, str, str)


def key_of(row: dict[str, Any]) -> list[Any]:
    """The key of a row in the order it was asked for."""
    return [row["sort_key"], row["sku"], row["location"]]
