"""What a product is, and how claims and edits change it.

A claim of a file or shop system never overwrites what a person has set.
"""

from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Protocol
from uuid import UUID, uuid4

from pydantic import Field

Multiplier = Annotated[Decimal, Field(gt=0, le=1000, decimal_places=4)]  # of what a like-item sells
CLAIMABLE = ("name", "category", "price")


class Claimed(Protocol):
    """What a claim says of a product; None is not claimed."""

    @property
    def sku(self) -> str: ...
    @property
    def name(self) -> str | None: ...
    @property
    def category(self) -> str | None: ...
    @property
    def price(self) -> Decimal | None: ...


@dataclass(frozen=True)
class Product:
    """The state of a product. `edited` names the fields that a person has set."""

    id: UUID
    sku: str
    name: str
    category: str | None = None
    price: Decimal | None = None
    cost: Decimal | None = None
    archived: bool = False
    on_sale_from: date | None = None
    on_sale_until: date | None = None
    like_sku: str | None = None
    like_multiplier: Decimal | None = None
    replaces_sku: str | None = None
    barcode: str | None = None
    may_oversell: bool = False
    attributes: dict[str, str] = field(default_factory=dict)
    edited: frozenset[str] = frozenset()
    revision: int = 1
    updated_at: datetime | None = None


# The columns of a product are its fields, listed here and nowhere else; `updated_at` is the database's own.
COLUMNS = tuple(each.name for each in fields(Product) if each.name != "updated_at")
CONTENT = tuple(name for name in COLUMNS if name not in ("id", "sku", "edited", "revision"))


def from_claim(claim: Claimed) -> Product:
    """A new product that a claim tells of; it gets a readable name if it has none."""
    return Product(uuid4(), claim.sku, claim.name or f"Product {claim.sku}", claim.category, claim.price)


def after_claim(product: Product, claim: Claimed) -> Product:
    """The product after a claim; the same object when nothing changes."""
    claimed = {name: getattr(claim, name) for name in CLAIMABLE if name not in product.edited}
    changes = {name: value for name, value in claimed.items() if value not in (None, getattr(product, name))}
    return replace(product, **changes, revision=product.revision + 1) if changes else product


def after_edit(product: Product, content: dict[str, Any]) -> Product:
    """The product after a person's edit; the same object when nothing changes."""
    changes = {name: value for name, value in content.items() if value != getattr(product, name)}
    if not changes:
        return product
    edited = product.edited | (changes.keys() & set(CLAIMABLE))
    return replace(product, **changes, edited=edited, revision=product.revision + 1)
