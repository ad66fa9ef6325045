"""What may be ordered, changed and received: the rules of purchase orders. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from chassis.failures import Conflict, FieldError, Invalid, invalid

from catalog.domain.decided import Decided
from catalog.domain.planning import candidate_of
from catalog.domain.policy import within_budget
from catalog.domain.stock import Goods, Series

LARGEST_ORDER = 2000  # lines; more would not fit the event


@dataclass(frozen=True)
class NewLine:
    """A product to be ordered."""

    sku: str
    location: str
    quantity: Decimal
    unit_cost: Decimal


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


def needed(decided: Iterable[Decided], budget: Decimal | None) -> list[NewOrder]:
    """One order a supplier of all that is needed, or of what saves most for a budget; none is larger than an event."""
    known = {item.key: item for item in decided if item.decision.quantity > 0}
    bought = {key: item.decision.quantity for key, item in known.items()}
    if budget is not None:
        bids = [candidate_of(item.situation, item.decision, item.class_level) for item in known.values()]
        bought = within_budget(bids, float(budget))
    wanted: dict[str, list[Decided]] = {}
    for key, quantity in bought.items():
        if quantity > 0:
            wanted.setdefault(known[key].situation["supplier"], []).append(known[key])
    return [
        _order(supplier, items[start : start + LARGEST_ORDER], bought, items)
        for supplier, items in sorted(wanted.items())
        for start in range(0, len(items), LARGEST_ORDER)
    ]


def _order(supplier: str, items: list[Decided], bought: Mapping[str, float], all_: list[Decided]) -> NewOrder:
    lines = [NewLine(*item.series, round(Decimal(bought[item.key]), 3), item.situation["unit_cost"]) for item in items]
    return NewOrder(supplier, lines, min((i.decision.order_by for i in all_ if i.decision.order_by), default=None))


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
