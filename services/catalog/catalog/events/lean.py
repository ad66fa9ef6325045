"""What an entry of the ledger does to stock, from the fast reader's record: decimals and instants stay text, which is
what COPY takes."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from contracts.lean import LeanSale

from catalog.domain.stock import Fulfilling, Goods


def effects(sale: LeanSale) -> Iterator[tuple[Any, ...]]:
    """Signed effects (sale_id, part, sku, location, at, units, amount); part 0 is always there, so that counting it
    counts entries."""
    part = 0
    if sale.kind != "void":
        yield sale.sale_id, 0, sale.sku, sale.location, sale.sold_at, sale.quantity, sale.amount
        part = 1
    if sale.replaces is not None:
        old = sale.replaces
        yield sale.sale_id, part, old.sku, old.location, old.sold_at, _minus(old.quantity), _minus(old.amount)
    elif part == 0:
        yield sale.sale_id, 0, sale.sku, sale.location, sale.sold_at, "0", "0"


def fulfilling(sale: LeanSale) -> Fulfilling | None:
    """What the entry hands over of what is reserved under its reference, if it names one."""
    if not sale.reference:
        return None
    units = Decimal(sale.quantity if sale.kind != "void" else 0)
    if sale.replaces is not None and (sale.replaces.sku, sale.replaces.location) == (sale.sku, sale.location):
        units -= Decimal(sale.replaces.quantity)
    goods = Goods(sale.sku, sale.location, units)
    return Fulfilling(sale.sale_id, sale.reference, goods, sale.sold_at) if units > 0 else None


def _minus(number: str) -> str:
    return number[1:] if number.startswith("-") else f"-{number}"
