"""Products from a file: new ones are made, known ones changed in what the file says; an empty cell changes nothing.

Undone, products that the import made are archived (sales may name them already), and changed fields go back to what
they were where nobody has changed them since.
"""

# Heard: every text of this module is said to readers (frontend/scripts/spoken.py).

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from chassis.database import Connection
from chassis.reading.codes import is_barcode
from contracts.types import Code, Name, Price, Sku

from catalog.application import announce, decisions
from catalog.application.imports.kind import Context, Kind, LineFate, Undoing
from catalog.application.products import price_changed
from catalog.domain.imports.columns import COST_WORDS, PRICE, SKU, FileColumn
from catalog.domain.imports.lines import Line
from catalog.domain.products import CLAIMABLE, Multiplier, Product, after_edit
from catalog.storage import products, stock

COLUMNS = (
    SKU,
    FileColumn("name", Name, "text", (
        "name", "product name", "product", "title", "description", "item name", "product title", "variant title",
        "bezeichnung", "artikelbezeichnung", "produktname", "artikelname", "désignation", "libellé", "nom",
        "nom du produit", "nombre", "descripción", "denominación", "nombre del producto")),
    FileColumn("category", Name, "text", (
        "category", "product category", "product type", "type", "department", "group", "product group", "kategorie",
        "warengruppe", "produktgruppe", "catégorie", "rayon", "famille", "categoría", "familia", "departamento")),
    PRICE,
    FileColumn("cost", Price, "number", COST_WORDS),
    FileColumn("barcode", Code, "code", (
        "barcode", "ean", "upc", "gtin", "variant barcode", "strichcode", "ean code", "code barre", "code barres",
        "code à barres", "código de barras")),
    FileColumn("on_sale_from", date, "day", (
        "on sale from", "available from", "launch date", "verkauf ab", "en vente dès", "en venta desde")),
    FileColumn("on_sale_until", date, "day", (
        "on sale until", "available until", "discontinued on", "verkauf bis", "en vente jusqu au", "en venta hasta")),
    FileColumn("like_sku", Sku, "code", ("like sku", "similar to", "wie artikel", "similaire à", "similar a")),
    FileColumn("like_multiplier", Multiplier, "number", (
        "like multiplier", "similar times", "wie artikel faktor", "similaire facteur", "similar factor")),
    FileColumn("replaces_sku", Sku, "code", (
        "replaces", "replaces sku", "successor of", "predecessor", "ersetzt", "vorgänger", "nachfolger von", "remplace",
        "successeur de", "reemplaza", "sucesor de")),
    FileColumn("may_oversell", bool, "flag", (
        "may oversell", "oversell", "sell when out of stock", "continue selling when out of stock", "backorders",
        "überverkauf", "survente", "sobreventa")),
    FileColumn("archived", bool, "flag", ("archived", "discontinued", "archiviert", "archivé", "archivado")),
)  # fmt: skip


_LONGEST = 14  # digits of a number of goods
_ARCHIVED = "products of the file are archived, and stay so"
_ODD_BARCODE = "barcodes do not end in the digit that goes with the others: was one lost?"
_SAME_BUT_ZEROS = "new products have the code of another but for zeros at its beginning: did a spreadsheet drop them?"
_BY_TARGET = {column.target: column for column in COLUMNS}


def judge(connection: Connection, lines: Sequence[Line], context: Context) -> list[LineFate]:
    """New, changed, or as it was."""
    skus = {line.values["sku"] for line in lines}
    there = products.by_skus(connection, skus, lock=context.locks)
    numbers = {_without_zeros(sku) for sku in skus if sku.isdecimal()} - {""}
    padded = {number.zfill(width) for number in numbers for width in range(len(number), _LONGEST + 1)}
    alike = Counter(_without_zeros(sku) for sku in {*products.by_skus(connection, padded), *skus})
    return [
        _judged(line, there.get(line.values["sku"]), context, zeros=alike[_without_zeros(line.values["sku"])] > 1)
        for line in lines
    ]


def _judged(line: Line, before: Product | None, context: Context, *, zeros: bool) -> LineFate:
    said = {name: value for name, value in line.values.items() if name != "sku"}
    if before is None:
        if "name" not in said:
            return LineFate.rejected(line, context.reader.fault("name", "missing", "is empty, and the product is new"))
        named = frozenset(name for name in CLAIMABLE if name in said)
        after = Product(uuid4(), line.values["sku"], **said, edited=named)
    else:
        after = after_edit(before, said)
    for name in ("replaces_sku", "like_sku"):
        if said.get(name) == line.values["sku"]:
            return LineFate.rejected(line, context.reader.fault(name, "itself", "is the product itself", said[name]))
    if after.on_sale_from and after.on_sale_until and after.on_sale_until < after.on_sale_from:
        fault = context.reader.fault("on_sale_until", "out_of_order", "lies before the first day")
        return LineFate.rejected(line, fault)
    notes = [_ODD_BARCODE] if _is_odd(said.get("barcode")) else []
    if before is None:
        notes += [_SAME_BUT_ZEROS] if zeros else []
        return LineFate(line, "created", after, notes=tuple(notes))
    was = {name: getattr(before, name) for name in said if getattr(before, name) != getattr(after, name)}
    notes += [_ARCHIVED] if after.archived and "archived" not in said else []
    return LineFate(line, "unchanged" if after is before else "changed", after, was, tuple(notes))


def _is_odd(barcode: str | None) -> bool:
    """Whether a barcode is of digits, and its last one does not go with the others."""
    return barcode is not None and barcode.isdecimal() and not is_barcode(barcode)


def _without_zeros(sku: str) -> str:
    return sku.lstrip("0") if sku.isdecimal() else sku


def write(connection: Connection, verdicts: Sequence[LineFate], context: Context) -> None:
    """Store and tell."""
    created = [verdict.content for verdict in verdicts if verdict.outcome == "created"]
    changed = [verdict for verdict in verdicts if verdict.outcome == "changed"]
    products.add(connection, created)
    products.store(connection, [verdict.content for verdict in changed])
    announce.products(connection, [*created, *(verdict.content for verdict in changed)])
    priced = created + [verdict.content for verdict in changed if "price" in (verdict.before or {})]
    price_changed(connection, context.zone, priced, context.actor)
    decisions.mark_products(connection, [verdict.content.sku for verdict in changed])


def undo(connection: Connection, lines: Sequence[Undoing], zone: ZoneInfo, actor: str) -> list[str | None]:
    """Archive what was made, put back what was changed."""
    there = products.by_skus(connection, {line.content["sku"] for line in lines}, lock=True)
    stocked = stock.stocked(connection, there)
    results: list[str | None] = []
    after: list[Product] = []
    for line in lines:
        product = there[line.content["sku"]]
        if line.before is None and product.sku in stocked:
            results.append("there is stock of it")
            continue
        back = {"archived": True} if line.before is None else _still(product, line.content, line.before)
        restored = after_edit(product, back)
        if restored is not product:
            after.append(restored)
        results.append(None if restored is not product else "it was changed since")
    products.store(connection, after)
    announce.products(connection, after)
    priced = [product for product in after if product.price != there[product.sku].price]
    price_changed(connection, zone, priced, actor)
    decisions.mark_products(connection, [product.sku for product in after])
    return results


def _still(product: Product, content: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """What the fields were that are still as the import left them."""
    return {
        name: _field(name, was)
        for name, was in before.items()
        if getattr(product, name) == _field(name, content.get(name))
    }


def _field(name: str, value: Any) -> Any:
    """A field as it was before it was kept as JSON."""
    return None if value is None else _BY_TARGET[name].judge(value)


KIND = Kind("products", COLUMNS, judge, write, key=("sku",), undo=undo, spans=(("on_sale_from", "on_sale_until"),))
