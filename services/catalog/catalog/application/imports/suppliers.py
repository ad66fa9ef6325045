"""Suppliers from a file. One without a code is known by its name; a new one states its lead time."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any

from chassis.database import Connection
from contracts.types import Code, Name
from pydantic import Field

from catalog.application.imports.kind import Context, Kind, LineFate
from catalog.domain.imports.columns import FileColumn
from catalog.domain.imports.lines import KnownAs, Line
from catalog.storage import decisions, stock, supply

Days = Annotated[Decimal, Field(ge=0, le=3650, decimal_places=1)]
SUPPLIER_WORDS = (
    "supplier", "vendor", "supplier code", "vendor code", "supplier id", "lieferant", "lieferantennummer",
    "lieferanten nr", "lieferantencode", "fournisseur", "code fournisseur", "proveedor", "código de proveedor",
)  # fmt: skip
COLUMNS = (
    FileColumn("code", Code, "code", ("code", "id", "nummer", "nr", "número", "numéro", *SUPPLIER_WORDS)),
    FileColumn("name", Name, "text", (
        "name", "supplier name", "vendor name", "company", "firma", "lieferantenname", "nom", "nom du fournisseur",
        "raison sociale", "nombre", "nombre del proveedor", "razón social")),
    FileColumn("lead_days", Days, "days", (
        "lead days", "lead time", "lead time days", "delivery days", "delivery time", "lieferzeit", "lieferzeit tage",
        "wiederbeschaffungszeit", "délai", "délai de livraison", "délai jours", "plazo", "plazo de entrega",
        "días de entrega")),
    FileColumn("lead_spread_days", Days, "days", (
        "lead spread days", "lead spread", "lead time spread", "streuung tage", "écart du délai",
        "variación del plazo")),
    FileColumn("review_days", Days, "days", (
        "review days", "review period", "order every days", "bestellrhythmus", "bestellrhythmus tage",
        "périodicité", "fréquence de commande", "periodicidad", "frecuencia de pedido")),
)  # fmt: skip
_DEFAULTS = {"lead_spread_days": Decimal(0), "review_days": Decimal(7)}


def judge(connection: Connection, lines: Sequence[Line], context: Context) -> list[LineFate]:
    """New, changed, or as it was."""
    there = supply.all_suppliers(connection)
    return [_judged(line, there, context) for line in lines]


def _judged(line: Line, there: Mapping[str, dict[str, Any]], context: Context) -> LineFate:
    code = line.values.get("code") or code_of(there, line.values["name"])
    said = {name: value for name, value in line.values.items() if name != "code"}
    before = there.get(code)
    if before is None:
        if "lead_days" not in said:
            fault = context.reader.fault("lead_days", "missing", "is not said, and the supplier is new")
            return LineFate.rejected(line, fault)
        return LineFate(line, "created", {"code": code, "name": code, **_DEFAULTS, **said})
    was = {name: before[name] for name, value in said.items() if before[name] != value}
    kept = {name: before[name] for name in ("name", "lead_days", *_DEFAULTS)}
    return LineFate(line, "changed" if was else "unchanged", {"code": code, **kept, **said}, was)


def code_of(there: Mapping[str, Mapping[str, Any]], said: str) -> str:
    """The code of the supplier that is called so, or the code that one of this name gets."""
    if said in there:
        return said
    named = [code for code, row in there.items() if row["name"].casefold() == said.casefold()]
    return named[0] if len(named) == 1 else said[:64].strip()


def write(connection: Connection, verdicts: Sequence[LineFate], context: Context) -> None:
    """Store; what they may deliver is decided anew."""
    for verdict in sorted(verdicts, key=lambda verdict: str(verdict.content["code"])):
        supply.alone(connection, "supplier", verdict.content["code"])
        supply.put_supplier(connection, verdict.content | {"generated": False})
        decisions.mark(connection, stock.counted_from(connection, verdict.content["code"]))


def _identify(line: Line, context: Context) -> KnownAs:
    """By its code; by its name too, where one of two lines has no code."""
    code, name = line.values.get("code"), line.values.get("name", "").casefold()
    if code is None:
        return KnownAs([("called", name), ("bears", name)], [("called", name)])
    return KnownAs([("code", code), ("called", name)], [("code", code), ("bears", name)])


KIND = Kind(
    "suppliers", COLUMNS, judge, write, key=("code", "name"), identify=_identify, either=("code", "name"),
    final="orders and terms may name its suppliers already; import the file as it was to change them back",
)  # fmt: skip
