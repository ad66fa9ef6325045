"""What an entry of the ledger does to stock, from the fast reader's record: decimals and instants stay text, which is
what COPY takes."""

from collections.abc import Iterator
from typing import Any

from contracts.lean import LeanSale


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


def _minus(number: str) -> str:
    return number[1:] if number.startswith("-") else f"-{number}"
