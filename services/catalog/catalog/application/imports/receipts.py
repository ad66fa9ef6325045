"""Receipts from a file: the lines of a supplier's delivery note are one receipt, taken once and as a whole.

A delivery one of whose lines cannot be taken is not taken at all: else the mended file would come again, be known by
its delivery note, and the missing goods would never be received.
"""

# Heard: every text of this module is said to readers (frontend/scripts/spoken.py).

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated

from chassis.database import Connection
from contracts.types import Name, Quantity, Text
from pydantic import Field

from catalog.application import known
from catalog.application.imports.kind import Context, Kind, LineFate, unknown_places, unknown_products
from catalog.application.imports.suppliers import SUPPLIER_WORDS, code_of
from catalog.application.receiving import Arrival, take_delivery
from catalog.domain.imports.columns import LOCATION, MOMENT, SKU, Fault, FileColumn
from catalog.domain.imports.lines import Line
from catalog.domain.stock import Goods
from catalog.storage import decisions, receipts, supply

COLUMNS = (
    FileColumn("reference", Text, "reference", (
        "reference", "delivery note", "receipt", "receipt number", "po number", "purchase order",
        "purchase order number", "order number", "invoice number", "number", "lieferschein",
        "lieferscheinnummer", "bestellung",
        "bon de livraison", "numéro de bon", "commande", "bon de commande", "albarán", "número de albarán", "pedido"),
        required=True),
    SKU,
    FileColumn("quantity", Annotated[Quantity, Field(ge=0)], "number", (
        "received", "quantity received", "received quantity", "qty received", "received qty", "quantity", "qty",
        "units", "gelieferte menge", "eingegangen", "menge", "quantité reçue", "quantité", "reçu", "cantidad recibida",
        "cantidad", "recibido"), required=True),
    LOCATION,
    FileColumn("supplier", Name, "reference", (*SUPPLIER_WORDS, "supplier name", "vendor name")),
    FileColumn("received_at", MOMENT, "moment", (
        "received at", "received on", "received date", "date received", "delivery date", "date", "eingang",
        "eingangsdatum", "lieferdatum", "datum", "reçu le", "date de réception", "date de livraison", "recibido el",
        "fecha de recepción", "fecha")),
)  # fmt: skip

_SEVERAL = "the lines of this delivery are of several days: tell deliveries apart by their numbers"
_OTHERWISE = "was taken before with other goods or amounts: give a further delivery its own number, mend it by a count"
_AGAIN = "lines say the same as another line of their delivery, and count each"


def judge(connection: Connection, lines: Sequence[Line], context: Context) -> list[LineFate]:
    """Deliveries that were never taken, and those that were. Lines of one delivery come together."""
    unknown = unknown_products(connection, lines, context)
    placeless = unknown_places(connection, lines, context)
    suppliers = supply.all_suppliers(connection)
    deliveries: dict[tuple[object, object], list[Line]] = {}
    for line in lines:
        deliveries.setdefault(_delivery(line), []).append(line)
    several = {of for of, some in deliveries.items() if len({_day(line, context) for line in some}) > 1}
    verdicts = []
    for line in lines:
        faults = [found[line.number] for found in (unknown, placeless) if line.number in found]
        code = code_of(suppliers, line.values["supplier"]) if "supplier" in line.values else None
        if code is not None and code not in suppliers:
            said = line.values["supplier"]
            faults.append(context.reader.fault("supplier", "unknown_supplier", "is no known supplier", said))
        if context.moment(line.values.get("received_at")) > context.now:
            faults.append(context.reader.fault("received_at", "in_the_future", "lies in the future"))
        if _delivery(line) in several:
            faults.append(context.reader.fault("received_at", "several_days", _SEVERAL))
        own = deliveries[_delivery(line)]
        before = None if faults else receipts.received_before(connection, code, line.values["reference"])
        if before is not None and before != _amounts(own, context):
            faults.append(context.reader.fault("reference", "taken_otherwise", _OTHERWISE, line.values["reference"]))
        again = sum(one.values == line.values for one in own) > 1
        verdicts.append(_judged(line, code, faults, taken=before is not None, again=again))
    return verdicts


def _judged(line: Line, code: str | None, faults: Sequence[Fault], *, taken: bool, again: bool) -> LineFate:
    if faults:
        return LineFate.rejected(line, *faults)
    if taken:
        return LineFate(line, "unchanged", notes=("lines are of deliveries that were taken before",))
    if not line.values["quantity"]:
        return LineFate(line, "unchanged", notes=("lines have received nothing",))
    return LineFate(line, "created", code, notes=(_AGAIN,) if again else ())


def _day(line: Line, context: Context) -> date:
    return context.moment(line.values.get("received_at")).astimezone(context.zone).date()


def _amounts(lines: Sequence[Line], context: Context) -> dict[tuple[str, str], Decimal]:
    """What a delivery brought, of each product at each place."""
    amounts: dict[tuple[str, str], Decimal] = {}
    for line in lines:
        series = (line.values["sku"], context.location(line))
        amounts[series] = amounts.get(series, Decimal(0)) + line.values["quantity"]
    return {series: amount for series, amount in amounts.items() if amount}


def _delivery(line: Line) -> tuple[object, object]:
    return line.values.get("reference"), line.values.get("supplier")


def write(connection: Connection, verdicts: Sequence[LineFate], context: Context) -> None:
    """Take each delivery."""
    deliveries: dict[tuple[object, object], list[LineFate]] = {}
    for verdict in verdicts:
        deliveries.setdefault(_delivery(verdict.line), []).append(verdict)
    for some in deliveries.values():
        amounts = _amounts([verdict.line for verdict in some], context)
        goods = [Goods(*series, amount) for series, amount in amounts.items()]
        first = some[0].line.values
        at = max(context.moment(verdict.line.values.get("received_at")) for verdict in some)
        known.ensure_locations(connection, {item.location for item in goods})
        take_delivery(connection, Arrival(goods, at, some[0].content, first["reference"]), context.actor)
        decisions.mark(connection, sorted(amounts))


KIND = Kind(
    "receipts", COLUMNS, judge, write, group=("reference", "supplier"), whole=True, moves_stock=True,
    past=("received_at",),
    final="goods that came are on the shelf: what is wrong is mended by a count or a return to the supplier",
)  # fmt: skip
