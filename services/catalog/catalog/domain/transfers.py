"""Moving before buying: what one location has too much of goes where the policy wants it. Pure.

A transfer never takes a location below its own order-up-to level, brings none more than the policy wants there, and
moves whole units only. Where most money is lost without it is served first, from where most is spare.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any


@dataclass(frozen=True)
class StockTransfer:
    """So many units of a product from one location to another, in place of buying them.

    `wanted` is what the policy wants at the one that gets them; `saved` what the units would cost to buy.
    """

    sku: str
    name: str
    from_location: str
    to_location: str
    quantity: int
    wanted: float
    saved: float
    at_risk: float


def transfers(decided: Iterable[Mapping[str, Any]]) -> list[StockTransfer]:
    """What to move of decided series, what saves most first. Rows: sku, location, name, quantity, excess, unit_cost,
    revenue_at_risk."""
    by_product = groupby(sorted(decided, key=lambda row: (row["sku"], row["location"])), key=lambda row: row["sku"])
    found = [transfer for _, rows in by_product for transfer in _of_product(list(rows))]
    return sorted(found, key=order_key)


def order_key(transfer: StockTransfer) -> tuple[float, str, str, str]:
    """Where one stands among them: what saves most first."""
    return -transfer.saved, transfer.sku, transfer.to_location, transfer.from_location


def _of_product(rows: list[Mapping[str, Any]]) -> list[StockTransfer]:
    wanting = [row for row in rows if float(row["quantity"]) > 0]
    # Where something is to be ordered nothing is spare, whatever rounding to packs makes of it.
    spare = {row["location"]: math.floor(float(row["excess"])) for row in rows if float(row["quantity"]) <= 0}
    found: list[StockTransfer] = []
    for row in sorted(wanting, key=lambda row: (-float(row["revenue_at_risk"]), row["location"])):
        missing = math.floor(float(row["quantity"]))
        for location in sorted(spare, key=lambda place: (-spare[place], place)):
            moved = min(missing, spare[location])
            if moved <= 0:
                continue
            spare[location] -= moved
            missing -= moved
            found.append(
                StockTransfer(
                    row["sku"], row["name"], location, row["location"], moved, float(row["quantity"]),
                    moved * float(row["unit_cost"]), float(row["revenue_at_risk"]),
                )
            )  # fmt: skip
    return found
