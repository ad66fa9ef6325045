"""Reservations and pre-orders from a file: what is held for whom, and when it is needed. A line takes the place of what
was held of its product for its reference; zero releases it. What the file does not name stays held.
"""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any

from chassis.database import Connection
from contracts.types import Code, Day, Quantity
from pydantic import Field

from catalog.application import holding
from catalog.application.imports.kind import Context, Kind, LineFate, Outcome, unknown_places, unknown_products
from catalog.domain.imports.columns import LOCATION, SKU, FileColumn
from catalog.domain.imports.lines import KnownAs, Line
from catalog.domain.stock import Goods, Held
from catalog.storage import decisions, reservations

COLUMNS = (
    FileColumn("reference", Code, "reference", (
        "reference", "for", "customer order", "sales order", "order", "order number", "reservation", "pre-order",
        "kundenauftrag", "auftrag", "auftragsnummer", "reservierung", "vorbestellung", "bestellung",
        "commande client", "commande", "réservation", "précommande", "pedido de cliente", "pedido", "reserva"),
        required=True),
    SKU,
    FileColumn("quantity", Annotated[Quantity, Field(ge=0)], "number", (
        "quantity", "qty", "units", "reserved", "ordered", "menge", "anzahl", "reserviert", "quantité", "réservé",
        "cantidad", "reservado"), required=True),
    LOCATION,
    FileColumn("needed_on", Day, "day", (
        "needed on", "needed", "due", "due date", "delivery date", "pick-up date", "date", "benötigt am",
        "liefertermin", "lieferdatum", "abholtermin", "datum", "date de livraison", "date de retrait",
        "fecha de entrega", "fecha")),
)  # fmt: skip


def judge(connection: Connection, lines: Sequence[Line], context: Context) -> list[LineFate]:
    """What would be held otherwise than it is, and what is held so already."""
    unknown = unknown_products(connection, lines, context)
    placeless = unknown_places(connection, lines, context)
    there = reservations.held_for(connection, {str(line.values["reference"]) for line in lines})
    verdicts = []
    for line in lines:
        faults = [found[line.number] for found in (unknown, placeless) if line.number in found]
        if faults:
            verdicts.append(LineFate.rejected(line, *faults))
            continue
        item = Held(
            Goods(line.values["sku"], context.location(line), line.values["quantity"]), line.values.get("needed_on")
        )  # fmt: skip
        before = there.get((str(line.values["reference"]), *item.goods.series))
        verdicts.append(LineFate(line, _outcome(item, before), item, _told(before) if before else None))
    return verdicts


def _outcome(item: Held, before: Held | None) -> Outcome:
    if before is None:
        return "created" if item.goods.quantity > 0 else "unchanged"
    return "unchanged" if before == item else "changed"


def _told(before: Held) -> dict[str, Any]:
    day: date | None = before.needed_on
    return {"quantity": before.goods.quantity, "needed_on": day}


def write(connection: Connection, verdicts: Sequence[LineFate], context: Context) -> None:
    """Hold, and have what follows from it decided anew."""
    items: dict[str, list[Held]] = {}
    for verdict in verdicts:
        items.setdefault(str(verdict.line.values["reference"]), []).append(verdict.content)
    for reference in sorted(items):
        holding.hold_lines(connection, reference, items[reference], context.actor)
    decisions.mark(connection, sorted({verdict.content.goods.series for verdict in verdicts}))


def _identify(line: Line, context: Context) -> KnownAs:
    of = (line.values["reference"], line.values["sku"], context.location(line))
    return KnownAs([of], [of])


KIND = Kind(
    "reservations", COLUMNS, judge, write, key=("reference", "sku", "location"), identify=_identify,
    filled=("location",),
    final="what is held is released by its reference, or by a file that says zero",
)  # fmt: skip
