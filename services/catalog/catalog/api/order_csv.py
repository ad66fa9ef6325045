"""Orders as CSV: many with their state, or one as it is sent to its supplier. No cell is a formula to a spreadsheet."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from chassis.spreadsheets import harmless
from fastapi import Response

_MANY = (
    "order", "supplier", "status", "order_by", "sku", "location", "quantity", "unit_cost", "value", "received", "open",
)  # fmt: skip
_ONE = (
    "order", "supplier", "supplier_name", "sku", "supplier_sku", "name", "location", "quantity", "pack", "unit_cost",
    "currency", "value", "wanted_by",
)  # fmt: skip


def many(found: Iterable[Mapping[str, Any]], lines: Mapping[UUID, Iterable[Sequence[Any]]]) -> Response:
    """Orders, and of each its lines: sku, location and what is counted, as `_MANY` goes on after `order_by`."""
    written = (
        [*head, harmless(sku), harmless(location), *counted]
        for order in found
        for head in [[order["number"], *map(harmless, (order["supplier"], order["status"], order["order_by"]))]]
        for sku, location, *counted in lines[order["id"]]
    )
    return _file(_MANY, written, "orders.csv")


def one(order: Mapping[str, Any], supplier: Mapping[str, Any], wanted: date, currency: str) -> Response:
    """An order as its supplier reads it: what of it, in which packs, at which price, to arrive when."""
    lines = (
        [
            order["number"], *map(harmless, (order["supplier"], supplier.get("name"))),
            *map(harmless, (line["sku"], line["supplier_sku"], line["name"], line["location"])), line["quantity"],
            line["multiple"], line["unit_cost"], currency, line["quantity"] * line["unit_cost"], wanted,
        ]
        for line in order["lines"]
    )  # fmt: skip
    return _file(_ONE, lines, f"order-{order['number']}.csv")


def _file(header: Sequence[str], lines: Iterable[Sequence[Any]], name: str) -> Response:
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(header)
    writer.writerows(lines)
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(file.getvalue(), media_type="text/csv", headers=disposition)
