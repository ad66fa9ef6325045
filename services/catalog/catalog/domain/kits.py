"""What a kit consists of, by the day from which on it does: rules of a bill of materials.

- A kit consists of products, never of kits: so there is no circle, and what a sale of it takes is its bill as it
  stands.
- A bill counts from its day until that of the next; one without components says that the product is a kit no longer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from contracts.events import Bill

MOST_COMPONENTS = 50


@dataclass(frozen=True)
class Wrong:
    """Why a component of a bill cannot be one; `code` is stable."""

    sku: str
    code: str
    message: str


def in_force(bills: Sequence[Bill], day: date) -> Bill | None:
    """The bill that counts on a day; None where the product is no kit then."""
    begun = [bill for bill in bills if bill.valid_from <= day]
    last = max(begun, key=lambda bill: bill.valid_from, default=None)
    return last if last is not None and last.components else None


def with_bill(bills: Sequence[Bill], bill: Bill) -> list[Bill]:
    """The bills with one more, which takes the place of one of the same day; in the order of their days."""
    kept = {each.valid_from: each for each in bills} | {bill.valid_from: _ordered(bill)}
    return [kept[day] for day in sorted(kept)]


def _ordered(bill: Bill) -> Bill:
    return bill.model_copy(update={"components": sorted(bill.components, key=lambda each: each.sku)})


def wrong(kit: str, bill: Bill, known: Mapping[str, bool], part_of: Sequence[str]) -> list[Wrong]:
    """What is wrong with a kit's bill. `known`: whether each product that there is is a kit at any time; `part_of`: the
    kits that this one is a component of."""
    if not bill.components:
        return []
    found = [
        Wrong(kit, "is_component", f"{kit} is a component of {part_of[0]}: a kit consists of products that are no kits")
    ] if part_of else []  # fmt: skip
    seen: set[str] = set()
    for each in bill.components:
        if each.sku == kit:
            found.append(Wrong(each.sku, "circle", f"{kit} cannot be a component of itself"))
        elif each.sku not in known:
            found.append(Wrong(each.sku, "unknown_product", f"{each.sku} is no known product"))
        elif known[each.sku]:
            found.append(Wrong(each.sku, "is_kit", f"{each.sku} is a kit itself: name its components"))
        elif each.sku in seen:
            found.append(Wrong(each.sku, "repeated", f"{each.sku} is named twice"))
        seen.add(each.sku)
    return found
