"""Stock counts from a file. A count is known by its product, place, moment and amount; one without a moment of its own,
by the file that it stands in: the same file again counts nothing.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid5

from chassis.database import Connection
from contracts.types import Quantity

from catalog.application import known
from catalog.application.imports.kind import Context, Kind, LineFate, Outcome, unknown_places, unknown_products
from catalog.application.stock import enter
from catalog.domain.imports.columns import LOCATION, MOMENT, SKU, FileColumn
from catalog.domain.imports.lines import KnownAs, Line
from catalog.domain.stock import StockEntry
from catalog.storage import decisions, stock

_COUNTS = UUID("0d0c4f0e-5f38-5b6e-9d53-5a0c6c3c9a1b")  # never to change: counts are known by it
COLUMNS = (
    SKU,
    FileColumn("quantity", Quantity, "number", (
        "quantity", "qty", "count", "counted", "stock", "stock count", "stock level", "on hand", "quantity on hand",
        "inventory", "inventory quantity", "available", "current stock", "bestand", "menge", "anzahl", "lagerbestand",
        "gezählt", "ist bestand", "quantité", "stock actuel", "en stock", "quantité en stock", "cantidad",
        "existencias", "stock actual"), required=True),
    LOCATION,
    FileColumn("counted_at", MOMENT, "moment", (
        "counted at", "counted on", "count date", "date", "stock date", "gezählt am", "datum", "inventurdatum",
        "compté le", "date de comptage", "contado el", "fecha", "fecha de recuento")),
)  # fmt: skip


def judge(connection: Connection, lines: Sequence[Line], context: Context) -> list[LineFate]:
    """New counts, and those that are there already."""
    unknown = unknown_products(connection, lines, context)
    placeless = unknown_places(connection, lines, context)
    counts = {line.number: _count(line, context) for line in lines}
    there = stock.entered(connection, [count.id for count in counts.values()])
    levels = stock.levels_of(connection, {(count.sku, count.location) for count in counts.values()})
    earlier: set[tuple[str, str]] = context.ahead.setdefault("counted", set())
    verdicts = []
    for line in lines:
        count = counts[line.number]
        faults = [found[line.number] for found in (unknown, placeless) if line.number in found]
        if count.at > context.now:
            faults.append(context.reader.fault("counted_at", "in_the_future", "lies in the future", count.at))
        if faults:
            verdicts.append(LineFate.rejected(line, *faults))
        elif count.id in there:
            verdicts.append(LineFate(line, "unchanged", count, notes=("counts of the file were taken before",)))
        else:
            level = levels.get((count.sku, count.location))
            first = level is None and (count.sku, count.location) not in earlier
            outcome: Outcome = "created" if first else "changed"
            earlier.add((count.sku, count.location))
            verdicts.append(LineFate(line, outcome, count, {"on_hand": level["on_hand"]} if level else None))
    return verdicts


def _count(line: Line, context: Context) -> StockEntry:
    place, amount = context.location(line), line.values["quantity"]
    said = line.values.get("counted_at") or context.mapping.day
    at = context.moment(line.values.get("counted_at"))
    if "counted_at" in line.values and not isinstance(said, datetime):
        said = f"{said} 00:00:00"  # as counts of a day have ever been known
    known_by = f"{said}\n{amount.normalize()}" if said else context.digest
    id_ = uuid5(_COUNTS, f"{line.values['sku']}\n{place}\n{known_by}")
    return StockEntry(id_, "count", line.values["sku"], place, amount, at, None, context.actor)


def write(connection: Connection, verdicts: Sequence[LineFate], context: Context) -> None:
    """Count, and have what follows from it decided anew."""
    known.ensure_locations(connection, {verdict.content.location for verdict in verdicts})
    decisions.mark(connection, sorted(enter(connection, [verdict.content for verdict in verdicts])))


def _identify(line: Line, context: Context) -> KnownAs:
    of = (line.values["sku"], context.location(line), context.moment(line.values.get("counted_at")))
    return KnownAs([of], [of])


KIND = Kind(
    "stock", COLUMNS, judge, write, key=("sku", "location", "counted_at"), identify=_identify,
    filled=("location", "counted_at"), moves_stock=True,
    past=("counted_at",),
    final="what was counted was counted: a newer count takes its place",
)  # fmt: skip
