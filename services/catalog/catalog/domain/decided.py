"""A series with its decision, and what is stored of it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from catalog.domain.planning import decisions_of
from catalog.domain.policy import Decision
from catalog.domain.segments import SERVICE_LEVELS
from catalog.domain.stock import Series

DUE_DAYS = 7
# What a decision's record takes over from the situation and from the policy, under the same names.
SITUATION = (
    "run_id", "sku", "location", "as_of", "supplier", "segment", "revenue", "on_hand", "on_order", "reserved",
    "unit_cost",
)  # fmt: skip
POLICY = (
    "quantity", "reorder_point", "order_up_to", "safety_stock", "expected_demand", "days_of_cover", "order_by",
    "short_units", "stockout_risk", "reason", "inputs",
)  # fmt: skip
DERIVED = (
    "order_value", "revenue_at_risk", "excess", "excess_value", "stock_value", "due", "at_risk", "out_of_stock",
)  # fmt: skip
RECORD = (*SITUATION, *POLICY, *DERIVED)
LEAST_MONEY = 1.0  # less than that at stake is nobody's concern
LEAST_UNITS = 1.0


@dataclass(frozen=True)
class Decided:
    """A series' situation (a row with all that the policy needs) and what the policy says of it."""

    situation: Mapping[str, Any]
    decision: Decision

    @property
    def series(self) -> Series:
        """Which series."""
        return self.situation["sku"], self.situation["location"]

    @property
    def key(self) -> str:
        """What names the series among candidates."""
        return f"{self.situation['location']}\n{self.situation['sku']}"

    @property
    def class_level(self) -> float | None:
        """The service level of its class."""
        return class_level(self.situation)

    @property
    def unit_cost(self) -> float:
        """What a unit costs."""
        return float(self.situation["unit_cost"])

    @property
    def excess(self) -> float:
        """Units beyond the order-up-to level."""
        return max(0.0, float(self.situation["on_hand"]) - self.decision.order_up_to)

    @property
    def excess_value(self) -> float:
        """What they cost."""
        return self.excess * self.unit_cost

    @property
    def stock_value(self) -> float:
        """What is there has cost."""
        return max(0.0, float(self.situation["on_hand"])) * self.unit_cost

    @property
    def revenue_at_risk(self) -> float:
        """The revenue expected to be lost until something ordered now could arrive."""
        return self.decision.short_units * float(self.situation["price"] or self.situation["unit_cost"])

    @property
    def out_of_stock(self) -> bool:
        """Whether nothing is there to sell now, of what somebody will ask for."""
        free = float(self.situation["on_hand"]) - float(self.situation["reserved"])
        return free <= 0 and self.decision.expected_demand >= LEAST_UNITS

    @property
    def at_risk(self) -> bool:
        """Whether it may run out before the next delivery can arrive, though something were ordered now: more likely
        than its service level accepts, and for money that counts."""
        accepted = 1 - float(self.decision.inputs["terms"]["service_level"])
        likely = self.decision.stockout_risk > accepted + 1e-9
        return self.out_of_stock or (likely and self.revenue_at_risk >= LEAST_MONEY)

    @property
    def due(self) -> bool:
        """Whether something is to be ordered within the next week."""
        by = self.decision.order_by
        return self.decision.quantity > 0 and by is not None and (by - self.situation["as_of"]).days <= DUE_DAYS

    @property
    def order_value(self) -> float:
        """What the suggested order costs."""
        return self.decision.quantity * self.unit_cost

    def record(self) -> dict[str, Any]:
        """What is stored of it."""
        return (
            {name: self.situation[name] for name in SITUATION}
            | {name: getattr(self.decision, name) for name in POLICY}
            | {name: getattr(self, name) for name in DERIVED}
        )


def class_level(situation: Mapping[str, Any]) -> float | None:
    """The service level of a series' class, if it has one."""
    return SERVICE_LEVELS.get(situation["segment"] or "")


def decide_situations(situations: Sequence[Mapping[str, Any]]) -> list[Decided]:
    """What the policy says of each situation, in the order given."""
    decisions = decisions_of(situations, [class_level(row) for row in situations])
    return [Decided(row, decision) for row, decision in zip(situations, decisions, strict=True)]
