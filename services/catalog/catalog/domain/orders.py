"""What may be ordered, changed and received: the rules of purchase orders. Pure."""

# Heard: every text of this module is said to readers (frontend/scripts/spoken.py).

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from chassis.failures import Conflict, FieldError, Invalid, invalid

from catalog.domain.decided import Decided
from catalog.domain.planning import candidate_of
from catalog.domain.policy import within_budget
from catalog.domain.stock import Goods, Series

LARGEST_ORDER = 2000  # lines; more would not fit the event


@dataclass(frozen=True)
class NewLine:
    """A product to be ordered: what the policy wants of it, and what the budget left; None where a person said it."""

    sku: str
    location: str
    quantity: Decimal
    unit_cost: Decimal
    needed: Decimal | None = None
    proposed: Decimal | None = None

    @property
    def series(self) -> Series:
        """Which series."""
        return self.sku, self.location


@dataclass(frozen=True)
class NewOrder:
    """What is to be ordered of one supplier, and the day by which its first line is needed."""

    supplier: str
    lines: Sequence[NewLine]
    order_by: date | None

    @property
    def total(self) -> Decimal:
        """What it costs."""
        return sum((line.quantity * line.unit_cost for line in self.lines), Decimal(0))


Edits = Mapping[tuple[str, Series], Decimal]
NO_EDITS: Edits = MappingProxyType({})


def needed(decided: Iterable[Decided], budget: Decimal | None, edits: Edits = NO_EDITS) -> list[NewOrder]:
    """One order a supplier of all that is needed, or of what saves most for a budget; none is larger than an event.

    What a person said of a supplier's product stands in place of what the policy says, and is paid for first.
    """
    known = {item.key: item for item in decided}
    said = {key: edits[of] for key, item in known.items() if (of := (item.situation["supplier"], item.series)) in edits}
    free = [item for key, item in known.items() if key not in said and item.decision.quantity > 0]
    bought = {item.key: item.decision.quantity for item in free}
    if budget is not None:
        bids = [candidate_of(item.situation, item.decision, item.class_level) for item in free]
        spent = sum(float(quantity) * known[key].unit_cost for key, quantity in said.items())
        bought = within_budget(bids, max(0.0, float(budget) - spent))
    wanted: dict[str, list[tuple[Decided, NewLine]]] = {}
    for key, item in known.items():
        line = _line(item, said.get(key), bought.get(key, 0.0))
        if line.quantity > 0:
            wanted.setdefault(item.situation["supplier"], []).append((item, line))
    return [
        _order(supplier, lines[start : start + LARGEST_ORDER])
        for supplier, lines in sorted(wanted.items())
        for start in range(0, len(lines), LARGEST_ORDER)
    ]


def _line(item: Decided, said: Decimal | None, bought: float) -> NewLine:
    proposed = round(Decimal(bought), 3) if said is None else None
    wanted = round(Decimal(item.decision.quantity), 3)
    return NewLine(
        *item.series,
        said or Decimal(0) if proposed is None else proposed,
        item.situation["unit_cost"],
        wanted,
        proposed,
    )


def _order(supplier: str, lines: Sequence[tuple[Decided, NewLine]]) -> NewOrder:
    first = min((item.decision.order_by for item, _ in lines if item.decision.order_by), default=None)
    return NewOrder(supplier, [line for _, line in lines], first)


def wanted_by(order_by: date | None, ordered_on: date, lead_days: float) -> date:
    """The day to arrive: the lead time after the last day to order, or after the order if that is later."""
    return max(order_by or ordered_on, ordered_on) + timedelta(days=math.ceil(lead_days))


def refuse_line(order: Mapping[str, Any], term: Mapping[str, Any] | None, wanted: Goods) -> None:
    """A proposal takes a product of its supplier only, in whole packs of at least the MOQ, and keeps a line."""
    if order["status"] != "proposed":
        raise Conflict(f"The order is {order['status']}; only a proposal can be changed.", code="not_proposed")
    if term is None or term["supplier"] != order["supplier"]:
        message = f"{wanted.sku} is not bought from {order['supplier']} for {wanted.location}"
        raise invalid("sku", message, "other_supplier")
    if wanted.quantity > 0 and (wanted.quantity < term["moq"] or wanted.quantity % term["multiple"] != 0):
        least = f"at least {term['moq'].normalize():f} and " if term["moq"] > 0 else ""
        message = f"must be 0, or {least}a multiple of {term['multiple'].normalize():f}"
        raise invalid("quantity", message, "not_whole_packs")
    if wanted.quantity == 0 and all((line["sku"], line["location"]) == wanted.series for line in order["lines"]):
        raise invalid("quantity", "is the order's last line: cancel the order instead", "last_line")


@dataclass(frozen=True)
class Read:
    """What somebody read of an order before they act on it; None of what they did not."""

    status: str | None = None
    total: Decimal | None = None
    open: Decimal | None = None


UNREAD = Read()


def refuse_stale(order: Mapping[str, Any], read: Read) -> None:
    """Whoever read another order than there is now is told what it is, and nothing is done."""
    if read.status not in (None, order["status"]):
        raise _stale(f"The order was changed meanwhile: it is {order['status']} now.")
    if read.total not in (None, order["total"]):
        raise _stale(f"The order was changed meanwhile: its total is {order['total']:.2f} now, not {read.total:.2f}.")
    still = sum(open_of(order).values(), Decimal(0))
    if read.open not in (None, still):
        now, then = (f"{units.normalize():f}" for units in (still, read.open))
        raise _stale(f"The order was changed meanwhile: what is open of it is {now} now, not {then}.")


def _stale(said: str) -> Conflict:
    return Conflict(said, code="stale_order")


def refuse_stale_line(order: Mapping[str, Any], wanted: Goods, was: Decimal | None) -> None:
    """Whoever read another quantity than there is now is told of it; no line is a quantity of zero."""
    if was is None:
        return
    line = next((line for line in order["lines"] if (line["sku"], line["location"]) == wanted.series), None)
    now, who = (line["quantity"], line["edited_by"]) if line else (Decimal(0), None)
    if now != was:
        by = f" by {who}" if who else ""
        raise Conflict(
            f"{wanted.sku} was changed meanwhile{by}: from {was.normalize():f} to {now.normalize():f}.",
            code="stale_quantity",
        )  # fmt: skip


def open_of(order: Mapping[str, Any]) -> dict[Series, Decimal]:
    """What is ordered and has not come, of each line."""
    return {(line["sku"], line["location"]): line["open"] for line in order["lines"]}


def refuse_receipt(order: Mapping[str, Any], came: Sequence[Goods], at: Any, *, over_delivery: bool) -> None:
    """Only lines of an approved order are received, after its approval, and no more than is open unless said so."""
    if order["status"] != "approved":
        raise Conflict(f"The order is {order['status']}; only an approved one is received.", code="not_approved")
    if at < order["approved_at"]:
        raise Invalid("received_at: lies before the approval", code="before_approval")
    still = open_of(order)
    for goods in came:
        if goods.series not in still:
            raise invalid("items", f"the order has no line {goods.sku} at {goods.location}", "unknown_line")
    if not over_delivery:
        _refuse_more(came, still)


def _refuse_more(came: Sequence[Goods], still: Mapping[Series, Decimal]) -> None:
    more = [
        FieldError(
            field=f"items.{place}.quantity", code="over_delivery",
            message=f"{goods.quantity.normalize():f} of {goods.sku} at {goods.location}, but"
            f" {still[goods.series].normalize():f} are open",
        )
        for place, goods in enumerate(came)
        if goods.quantity > still[goods.series]
    ]  # fmt: skip
    if more:
        said = "; ".join(error.message for error in more[:3])
        raise Conflict(
            f"More came than is open: {said}. Send over_delivery to take it in.", code="over_delivery", errors=more
        )
