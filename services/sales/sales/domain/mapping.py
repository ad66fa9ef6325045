"""How a file's columns become sales: given as JSON, or found by the usual names of columns.

A mapping names columns by their header; `rules` refuse lines that are no sales of a product, each with a code
and a reason; `source` is part of every sale's identity, so the same kind of file keeps the same one. `unknown_codes`:
whether codes that no product has become products, or wait until somebody has decided (ADR 0025). `locations`: what the
file's names of places mean; `make_locations`: whether those that there are not are made. `preset` names the
system whose export it is (`none`: of none, whatever its columns look like); else it is known by its columns.
"""

from typing import Literal

from chassis.patterns import Pattern
from chassis.reading.headers import found
from chassis.reading.units import NAMED
from contracts.types import MAIN_LOCATION, Code, Name
from pydantic import BaseModel, ConfigDict, Field

from sales.domain.sources import of_file

Target = Literal[
    "sku", "name", "category", "price", "stock", "quantity", "unit_price", "amount", "sold_at", "invoice", "location",
    "event_id", "kind", "time", "zone", "status", "till", "unit", "currency", "is_return", "is_cancelled",
]  # fmt: skip

# In the order in which people are asked for them.
TARGETS: tuple[Target, ...] = (
    "sku", "quantity", "sold_at", "time", "unit_price", "amount", "location", "invoice", "name", "category", "kind",
    "unit", "currency", "event_id", "status", "is_return", "is_cancelled", "till", "zone", "price", "stock",
)  # fmt: skip
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
    "till": (
        "till",
        "register",
        "terminal",
        "pos",
        "cash register",
        "kasse",
        "kassennummer",
        "kassen nr",
        "caisse",
        "n caisse",
        "caja",
    ),
    "status": ("status", "state", "order status", "sale status", "financial status", "statut", "estado"),
}
# Columns beside that change what a line says (domain/beside.py), by their names in any of the languages.
BESIDE: dict[Target, tuple[str, ...]] = {
    "unit": NAMED["unit"], "currency": NAMED["currency"],
    "is_return": ("is return", "return", "is refund", "refund", "retoure", "ist retoure", "rückgabe", "gutschrift",
                  "retour", "avoir", "est un retour", "devolución", "es devolución", "reembolso", "isreturn",
                  "isrefund", "return flag", "refund flag", "return indicator", "refund indicator", "ist gutschrift",
                  "retoure kz", "es un reembolso"),
    "is_cancelled": ("is cancelled", "cancelled", "is canceled", "canceled", "void", "voided", "is void", "is voided",
                     "deleted", "is deleted", "returned", "is returned", "refunded", "is refunded", "storno",
                     "storniert", "ist storniert", "annulé", "est annulé", "annulée", "anulado", "anulada",
                     "cancelado", "devuelto", "iscancelled", "iscanceled", "isvoid", "isvoided", "isdeleted",
                     "void flag", "cancelled flag", "canceled flag", "storno kz", "storno kennzeichen"),
}  # fmt: skip
FLAGS: tuple[Target, ...] = ("is_return", "is_cancelled")  # columns of yes and no
# Names in German, French and Spanish. They count where nobody has named a column: a file that came before with a
# mapping
# of its own must be read, and known, as it was.
ABROAD: dict[Target, tuple[str, ...]] = {
    "sku": ("code", "artikelnummer", "artikel nr", "artikelnr", "art nr", "artikel", "artnr", "référence",
            "code article", "article code", "code produit", "código", "referencia", "código de artículo", "artículo",
            "ref"),
    "name": ("bezeichnung", "artikelbezeichnung", "artikelname", "produkt", "désignation", "libellé", "produit",
             "descripción", "producto", "denominación"),
    "category": ("warengruppe", "kategorie", "famille", "rayon", "catégorie", "familia", "categoría"),
    "price": ("listenpreis", "prix public", "precio de lista"),
    "stock": ("bestand", "lagerbestand", "existencias"),
    "quantity": ("menge", "anzahl", "stück", "quantité", "qté", "cantidad", "unidades", "cant"),
    "unit_price": ("preis", "einzelpreis", "stückpreis", "vk preis", "prix unitaire", "prix", "pu", "prix unitaire ttc",
                   "precio", "precio unitario", "pvp"),
    "amount": ("umsatz", "gesamt", "gesamtpreis", "betrag", "summe", "montant", "total ttc", "montant ttc",
               "chiffre d affaires", "importe", "total línea"),
    "sold_at": ("datum", "verkaufsdatum", "belegdatum", "rechnungsdatum", "date de vente", "date vente", "date ticket",
                "fecha", "fecha de venta", "date"),
    "invoice": ("beleg", "belegnummer", "beleg nr", "bon", "bonnummer", "bon nr", "rechnung", "rechnungsnummer",
                "ticket", "n ticket", "nº ticket", "n de ticket", "numéro de ticket", "facture", "n facture", "factura",
                "nº factura", "número de ticket"),
    "location": ("filiale", "standort", "markt", "magasin", "boutique", "point de vente", "tienda", "sucursal"),
    "kind": ("vorgang", "belegart", "bontyp", "opération", "operación", "tipo"),
    "time": ("time", "uhrzeit", "zeit", "heure", "hora", "time of sale", "sale time"),
    "zone": ("time zone", "timezone", "zeitzone", "fuseau horaire", "zona horaria"),
}  # fmt: skip
_NEEDED: tuple[Target, ...] = ("sku", "quantity", "sold_at")


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
    """Columns by target, and what to do with special lines.

    `counts_again`: lines that another source has brought word for word are other sales; said of one file, never kept.
    """

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
    locations: dict[str, Code] = Field(default_factory=dict, max_length=1000)
    make_locations: bool = False
    counts_again: Literal[True] | None = None
    preset: str | None = None

    def missing(self) -> list[Target]:
        """Targets without which no sale can be made."""
        return [target for target in _NEEDED if target not in self.columns]


def source_of(mapping: Mapping) -> str:
    """What the sales of a file of this mapping come from."""
    return of_file(mapping.source or "import")


def completed(mapping: Mapping, headers: list[str]) -> Mapping:
    """The mapping with the targets it left open found by name."""
    columns = found(mapping.columns, headers, SYNONYMS | BESIDE)
    if not mapping.columns and any(target not in columns for target in _NEEDED):
        columns = _abroad(headers, columns)
    return mapping.model_copy(update={"columns": columns})


def _abroad(headers: list[str], english: dict[Target, str]) -> dict[Target, str]:
    """The columns by the names of other languages too, which go before for what the file's own language says."""
    own = {target: names for target, names in ABROAD.items() if target not in ("time", "zone")}
    columns = found({}, headers, own)
    return columns | {t: name for t, name in english.items() if t not in columns and name not in columns.values()}


def clock(headers: list[str], taken: Mapping) -> dict[Target, str]:
    """Columns of a time and of a zone beside the day."""
    free = [header for header in headers if header not in taken.columns.values()]
    return found({}, free, {target: ABROAD[target] for target in ("time", "zone")})
