"""A kind of import as it is declared: its columns, the words people head them with, and how a cell of each is read.

The words are those of the languages that days and kinds are read in: English, German, French, Spanish.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any, Literal

from chassis.reading.cells import BadCell, number
from chassis.reading.codes import mended
from chassis.reading.dates import moment
from chassis.reading.units import check
from contracts.types import MAIN_LOCATION, Code, Price, Sku
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

Read = Literal["text", "code", "number", "share", "day", "moment", "list", "flag"]
NUMERIC = ("number", "share")
DATED = ("day", "moment")
_YES = frozenset(
    {"1", "true", "yes", "y", "x", "ja", "j", "oui", "o", "vrai", "si", "sí", "s", "archived", "archiviert"}
)
_NO = frozenset({"0", "false", "no", "n", "nein", "non", "faux", "falso", "active", "aktiv", "actif", "activo", "-"})
_LISTED = (";", "|", ",")
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
class Notation:
    """What was decided on whole columns: the order of day and month, decimal signs, and which shares are percents."""

    day_first: bool = True
    commas: Mapping[str, bool] = field(default_factory=dict)
    percents: frozenset[str] = frozenset()
    units: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Fault:
    """What is wrong with a cell; `code` is stable."""

    column: str
    code: str
    message: str
    cell: str = ""


def understood(column: FileColumn, cell: str, notation: Notation) -> Any:
    """The value that a cell means, within its bounds. Raises BadCell."""
    value = _READERS[column.read](cell, column, notation)
    try:
        return column.judge(value)
    except ValidationError as wrong:
        message = wrong.errors(include_url=False, include_input=False, include_context=False)[0]["msg"]
        raise BadCell("bad_value", message) from None


def _number(cell: str, column: FileColumn, notation: Notation) -> Decimal:
    check(cell, notation.units.get(column.target))
    return number(cell, notation.commas.get(column.target, False))


def _share(cell: str, column: FileColumn, notation: Notation) -> Decimal:
    bare = cell.replace("%", "").strip()
    value = abs(number(bare, notation.commas.get(column.target, False)))
    return value / 100 if "%" in cell or column.target in notation.percents else value


def _day(cell: str, column: FileColumn, notation: Notation) -> date:
    found = moment(cell, notation.day_first)
    return found.date() if isinstance(found, datetime) else found


def _listed(cell: str, column: FileColumn, notation: Notation) -> list[str]:
    separator = next((sign for sign in _LISTED if sign in cell), "\n")
    return [mended(part.strip()) for part in cell.split(separator) if part.strip()]


def _flag(cell: str, column: FileColumn, notation: Notation) -> bool:
    said = cell.casefold()
    if said not in _YES | _NO:
        raise BadCell("bad_flag", f"{cell[:40]!r} is neither yes nor no")
    return said in _YES


_READERS: dict[Read, Callable[[str, FileColumn, Notation], Any]] = {
    "text": lambda cell, column, notation: " ".join(cell.split()),
    "code": lambda cell, column, notation: mended(cell),
    "number": _number,
    "share": _share,
    "day": _day,
    "moment": lambda cell, column, notation: moment(cell, notation.day_first),
    "list": _listed,
    "flag": _flag,
}

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
