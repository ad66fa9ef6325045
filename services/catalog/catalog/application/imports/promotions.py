"""Promotions from a file: one a line with its products in a cell, or a line a product. Name and days tell them apart.

Undone, promotions that the import made are removed; changed ones go back to what they were.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from chassis.database import Connection
from contracts.types import Code, Name, Sku
from pydantic import Field

from catalog.application import announce
from catalog.application.imports.kind import Context, Kind, LineFate, Undoing
from catalog.domain.imports.columns import LOCATION, SKU, FileColumn
from catalog.domain.imports.lines import Line
from catalog.storage import places
from catalog.storage import products as product_rows

COLUMNS = (
    FileColumn("name", Name, "text", (
        "name", "promotion", "campaign", "offer", "aktion", "kampagne", "bezeichnung", "nom", "campagne", "offre",
        "nombre", "promoción", "campaña", "oferta"), required=True),
    FileColumn("starts", date, "day", (
        "starts", "start", "start date", "from", "begins", "beginn", "von", "ab", "startdatum", "début",
        "date de début", "du", "inicio", "fecha de inicio", "desde"), required=True),
    FileColumn("ends", date, "day", (
        "ends", "end", "end date", "until", "to", "ende", "bis", "enddatum", "fin", "date de fin", "au",
        "fecha de fin", "hasta"), required=True),
    FileColumn("discount", Annotated[Decimal, Field(ge=0, le=1, decimal_places=4)], "share", (
        "discount", "discount %", "percent off", "rabatt", "nachlass", "remise", "réduction", "rabais", "descuento")),
    FileColumn("skus", list[Sku], "list", (
        "skus", *SKU.words, "products", "artikel", "produits", "articles", "productos")),
    FileColumn("locations", list[Code], "list", (
        "locations", *LOCATION.words, "stores", "filialen", "magasins", "tiendas")),
)  # fmt: skip
_CONTENT = ("skus", "locations", "discount")


def _key(content: Any) -> tuple[Any, Any, Any]:
    return content["name"], content["starts"], content["ends"]


def judge(connection: Connection, lines: Sequence[Line], context: Context) -> list[LineFate]:
    """New promotions, changed ones, or as they were; all lines of one have its fate."""
    there = {_key(row): row for row in places.promotions_named(
        connection, {line.values["name"] for line in lines}, lock=context.locks)}  # fmt: skip
    known = product_rows.by_skus(connection, {sku for line in lines for sku in line.values.get("skus", ())})
    faulty = [_checked(line, known, context) for line in lines]
    wanted: dict[tuple[Any, Any, Any], dict[str, Any]] = {}
    for line in faulty:
        if not line.faults:
            _add(wanted.setdefault(_key(line.values), {"skus": [], "locations": [], "discount": None}), line)
    return [LineFate.rejected(line) if line.faults else _judged(line, wanted, there) for line in faulty]


def _checked(line: Line, known: Any, context: Context) -> Line:
    unknown = [sku for sku in line.values.get("skus", ()) if sku not in known]
    if unknown:
        message = f"{', '.join(unknown[:5])} {'is' if len(unknown) == 1 else 'are'} no known product"
        line = line.faulty(context.reader.fault("skus", "unknown_product", message, ", ".join(unknown)))
    if line.values["ends"] < line.values["starts"]:
        line = line.faulty(context.reader.fault("ends", "out_of_order", "lies before the first day"))
    return line


def _add(promotion: dict[str, Any], line: Line) -> None:
    for name in ("skus", "locations"):
        promotion[name] = sorted({*promotion[name], *line.values.get(name, ())})
    promotion["discount"] = line.values.get("discount", promotion["discount"])


def _judged(line: Line, wanted: dict[Any, dict[str, Any]], there: dict[Any, dict[str, Any]]) -> LineFate:
    key = _key(line.values)
    content = dict(zip(("name", "starts", "ends"), key, strict=True)) | wanted[key]
    before = there.get(key)
    if before is None:
        return LineFate(line, "created", content)
    was = {name: before[name] for name in _CONTENT if _same(before[name]) != _same(content[name])}
    return LineFate(line, "changed" if was else "unchanged", content | {"id": before["id"]}, was)


def _same(value: Any) -> Any:
    return sorted(value) if isinstance(value, list) else value


def write(connection: Connection, verdicts: Sequence[LineFate], context: Context) -> None:
    """Store each promotion once, and tell it."""
    for content in {_key(verdict.content): verdict.content for verdict in verdicts}.values():
        if "id" in content:
            row = places.change(connection, "promotion", content["id"], content)
        else:
            row = places.add(connection, "promotion", content | {"id": uuid4()}) or {}
        announce.place(connection, "promotion", row)


def undo(connection: Connection, lines: Sequence[Undoing], zone: ZoneInfo, actor: str) -> list[str | None]:
    """Remove what was made, put back what was changed."""
    names = {line.content["name"] for line in lines}
    there = {_text_key(row): row for row in places.promotions_named(connection, names, lock=True)}
    done: dict[UUID, None] = {}
    results: list[str | None] = []
    for line in lines:
        row = there.get(_text_key(line.content))
        if row is None:
            results.append("it was removed or changed since")
            continue
        if row["id"] not in done:
            done[row["id"]] = None
            back = {"removed": True} if line.before is None else _restored(line.before)
            announce.place(connection, "promotion", places.change(connection, "promotion", row["id"], back))
        results.append(None)
    return results


def _text_key(content: Any) -> tuple[str, str, str]:
    return str(content["name"]), str(content["starts"]), str(content["ends"])


def _restored(before: Any) -> dict[str, Any]:
    discount = before.get("discount")
    return dict(before) | ({"discount": Decimal(discount)} if discount is not None else {})


KIND = Kind(
    "promotions", COLUMNS, judge, write, group=("name", "starts", "ends"), undo=undo, spans=(("starts", "ends"),),
)  # fmt: skip
