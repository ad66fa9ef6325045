"""How a file's columns become sales: given as JSON, or found by the usual names of columns.

A mapping names columns by their header; `rules` refuse lines that are no sales of a product, each with a code
and a reason; `source` is part of every sale's identity, so the same kind of file keeps the same one. `unknown_codes`:
whether codes that no product has become products, or wait until somebody has decided (ADR 0025). `preset` names the
system whose export it is (`none`: of none, whatever its columns look like); else it is known by its columns.
"""

from typing import Literal

from chassis.patterns import Pattern
from chassis.reading.headers import found
from contracts.types import MAIN_LOCATION, Code, Name
from pydantic import BaseModel, ConfigDict, Field

from sales.domain.sources import of_file

Target = Literal[
    "sku", "name", "category", "price", "stock", "quantity", "unit_price", "amount", "sold_at", "invoice", "location",
    "event_id", "kind", "time", "zone",
]  # fmt: skip

NUMERIC: tuple[Target, ...] = ("quantity", "unit_price", "price", "amount", "stock")

SYNONYMS: dict[Target, tuple[str, ...]] = {
    "sku": ("sku", "stockcode", "stock code", "item", "item code", "product code", "article", "ean", "barcode"),
    "name": ("name", "product name", "product", "description", "title", "item name"),
    "category": ("category", "department", "group", "product group"),
    "price": ("product price", "list price", "price", "rrp"),
    "stock": ("stock", "stock level", "on hand", "inventory"),
    "quantity": ("quantity", "quantity sale", "qty", "units", "quantity sold", "units sold", "sold"),
    "unit_price": ("unit price", "unitprice", "sale price", "price each"),
    "amount": ("amount", "total", "line total", "revenue"),
    "sold_at": (
        "date of sale",
        "date",
        "sold at",
        "sale date",
        "invoicedate",
        "invoice date",
        "order date",
        "timestamp",
    ),
    "invoice": ("invoice", "invoiceno", "invoice no", "invoice number", "order", "order id", "order number", "receipt"),
    "location": ("location", "store", "shop", "branch", "warehouse", "site"),
    "event_id": ("event id", "sale id", "transaction id", "line id"),
    "kind": ("kind", "type"),
}


class Rule(BaseModel):
    """Refuses lines whose column matches (the whole cell, case ignored, by RE2), or lies outside a bound."""

    model_config = ConfigDict(extra="forbid")

    column: str
    matches: Pattern | None = None
    at_most: float | None = None
    unless_column: str | None = None
    unless_matches: Pattern | None = None
    code: Code
    reason: str


class Mapping(BaseModel):
    """Columns by target, and what to do with special lines."""

    model_config = ConfigDict(extra="forbid")

    columns: dict[Target, str] = Field(default_factory=dict)
    source: Name | None = None
    location: Code = MAIN_LOCATION
    cancellation_prefix: str | None = None
    rules: list[Rule] = Field(default_factory=list, max_length=100)
    day_first: bool | None = None
    decimal_comma: bool | None = None
    shift_to_last_ended_week: bool = False
    unknown_codes: Literal["make", "wait"] | None = None
    preset: str | None = None

    def missing(self) -> list[Target]:
        """Targets without which no sale can be made."""
        return [target for target in ("sku", "quantity", "sold_at") if target not in self.columns]


def source_of(mapping: Mapping) -> str:
    """What the sales of a file of this mapping come from."""
    return of_file(mapping.source or "import")


def completed(mapping: Mapping, headers: list[str]) -> Mapping:
    """The mapping with the targets it left open found by name."""
    return mapping.model_copy(update={"columns": found(mapping.columns, headers, SYNONYMS)})
