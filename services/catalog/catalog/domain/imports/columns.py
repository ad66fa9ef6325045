"""A kind of import as it is declared: its columns, the words people head them with, and how a cell of each is read.

The words are those of the languages that days and kinds are read in: English, German, French, Spanish.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, Literal

from contracts.types import MAIN_LOCATION, Code, Price, Sku
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

Read = Literal[
    "text", "code", "reference", "number", "share", "discount", "days", "celsius", "millimetres", "day", "whole_day",
    "moment", "list", "flag",
]  # fmt: skip
SHARES = ("share", "discount")
NUMERIC = ("number", *SHARES, "days", "celsius", "millimetres")
DATED = ("day", "whole_day", "moment")
MOMENT = datetime | date  # of a day alone who writes it makes the business's noon


@dataclass(frozen=True)
class FileColumn:
    """What a column says: `type` holds its bounds, `words` what it is called, `read` how a cell is read."""

    target: str
    type: Any
    read: Read
    words: tuple[str, ...]
    required: bool = False

    @cached_property
    def judge(self) -> Callable[[Any], Any]:
        """What the bounds make of a value; raises ValidationError."""
        return TypeAdapter[Any](self.type).validate_python

    @property
    def money(self) -> bool:
        """Whether it is one of money."""
        return self.type is Price


class ShopMapping(BaseModel):
    """What a person says of a file: its columns by target, and the answers to what the file leaves open.

    `location` and `day` stand for cells that are not there; `make_locations` lets a file name new places.
    """

    model_config = ConfigDict(extra="forbid")

    columns: dict[str, str] = Field(default_factory=dict, max_length=100)
    location: Code = MAIN_LOCATION
    day: date | None = None
    day_first: bool | None = None
    decimal_comma: bool | None = None
    make_locations: bool = False


@dataclass(frozen=True)
class Fault:
    """What is wrong with a cell; `code` is stable."""

    column: str
    code: str
    message: str
    cell: str = ""


# Columns that several kinds have.
SKU = FileColumn(
    "sku", Sku, "code",
    ("sku", "variant sku", "product code", "item code", "item number", "article number", "stock code", "product sku",
     "product id", "item", "artikelnummer", "artikel nr", "artikel nummer", "artikelnr", "artnr", "bestellnummer",
     "référence", "reference article", "référence article", "code article", "référence produit", "referencia",
     "código", "código de artículo", "código de producto", "ref", "default code", "internal reference", "barcode"),
    required=True,
)  # fmt: skip
LOCATION = FileColumn(
    "location", Code, "code",
    ("location", "location code", "store", "shop", "branch", "warehouse", "site", "outlet", "standort", "filiale",
     "lager", "magasin", "boutique", "entrepôt", "emplacement", "tienda", "almacén", "sucursal", "ubicación"),
)  # fmt: skip
PRICE_WORDS = (
    "price", "list price", "retail price", "sale price", "selling price", "unit price", "variant price", "rrp", "preis",
    "verkaufspreis", "vk", "vk preis", "listenpreis", "prix", "prix de vente", "prix public", "prix ttc", "precio",
    "precio de venta", "pvp", "default price",
)  # fmt: skip
COST_WORDS = (
    "cost", "unit cost", "cost price", "purchase price", "cost per item", "supply price", "standard price",
    "supplier price", "einkaufspreis", "ek", "ek preis", "kosten", "prix d achat", "coût", "coût unitaire",
    "precio de compra", "coste", "costo", "coste unitario", "default cost",
)  # fmt: skip
PRICE = FileColumn("price", Price, "number", PRICE_WORDS)
