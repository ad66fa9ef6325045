"""A scenario as a whole: what the forecaster says of demand and catalog of stock, added up. Pure.

Guarantee: sums are over the same series before and then; what cannot be told of all of them says of how many it is not.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

Row = Mapping[str, Any]
_SUMS = {"order_value": "order_value", "stock_value": "kept_value", "revenue_at_risk": "revenue_at_risk"}


def factors(series: Sequence[Row]) -> list[dict[str, Any]]:
    """What each series' demand is multiplied by, week by week; those that stay are left out."""
    return [
        {"sku": row["sku"], "location": row["location"], "factors": [
            then / base if base > 0 else 1.0 for base, then in zip(row["base"], row["units"], strict=True)
        ]}
        for row in series if row["base"] != row["units"]
    ]  # fmt: skip


def weeks(weeks: Sequence[str], series: Sequence[Row], total: Row) -> list[dict[str, Any]]:
    """Units of all series by week, with the band of their sum; `total` is the forecaster's of the same series."""
    bands = {row["week"]: row["quantiles"] for row in total["forecast"]}
    found = []
    for step, week in enumerate(weeks):
        base, then = sum(row["base"][step] for row in series), sum(row["units"][step] for row in series)
        found.append({"week": week, "base": base, "then": then, **_likely(bands.get(week), base, then)})
    return found


def likely(series: Sequence[Row], total: Row) -> dict[str, Any]:
    """The band of what all weeks sell together."""
    base, then = sum(sum(row["base"]) for row in series), sum(sum(row["units"]) for row in series)
    return _likely(total["sums"][-1]["quantiles"] if total["sums"] else None, base, then)


def _likely(quantiles: Mapping[str, float] | None, base: float, then: float) -> dict[str, float | None]:
    """Bands move in proportion to the mean, as they do under an override."""
    if quantiles is None:
        return dict.fromkeys(("base_low", "base_high", "then_low", "then_high"))
    low, high, ratio = quantiles["0.1"], quantiles["0.9"], then / base if base > 0 else 1.0
    return {"base_low": low, "base_high": high, "then_low": low * ratio, "then_high": high * ratio}


def products(series: Sequence[Row], stock: Sequence[Row], names: Mapping[str, str]) -> list[dict[str, Any]]:
    """Each product over its locations, base and then; what moves most money, or most units, first."""
    of_demand, of_stock = defaultdict(list), defaultdict(list)
    for row in series:
        of_demand[row["sku"]].append(row)
    for row in stock:
        of_stock[row["sku"]].append(row)
    found = [
        {
            "sku": sku, "name": names.get(sku), "stays": next((row["stays"] for row in rows if row["stays"]), ""),
            "base": _figures(rows, of_stock[sku], "base"), "then": _figures(rows, of_stock[sku], "then"),
        }
        for sku, rows in of_demand.items()
    ]  # fmt: skip
    return sorted(found, key=lambda one: (-_moved(one, "revenue"), -_moved(one, "units"), one["sku"]))


def whole(series: Sequence[Row], stock: Sequence[Row], which: str) -> dict[str, Any]:
    """All of it, `base` or `then`."""
    return _figures(series, stock, which)


def _moved(one: Row, name: str) -> float:
    return abs(float(one["then"][name] or 0) - float(one["base"][name] or 0))


def _figures(series: Sequence[Row], stock: Sequence[Row], which: str) -> dict[str, Any]:
    units, revenue = ("base", "base_revenue") if which == "base" else ("units", "revenue")
    cost = {(row["sku"], row["location"]): row["unit_cost"] for row in stock}
    priced = [row for row in series if row[revenue] is not None]
    costed = [row for row in priced if (row["sku"], row["location"]) in cost]
    demand = {(row["sku"], row["location"]): sum(row[units]) for row in series}
    weight = [max(demand.get((row["sku"], row["location"]), 0.0), 1e-9) for row in stock]
    return {
        "units": sum(sum(row[units]) for row in series),
        "revenue": sum(row[revenue] for row in priced) if priced else None,
        "margin": sum(row[revenue] - sum(row[units]) * cost[row["sku"], row["location"]] for row in costed)
        if costed else None,
        **{name: sum(row[which][field] for row in stock) if stock else None for name, field in _SUMS.items()},
        "service_level": _mean(stock, which, "service_level", weight),
        "stockout_risk": _mean(stock, which, "stockout_risk", weight),
        "without_price": len(series) - len(priced), "without_cost": len(priced) - len(costed),
    }  # fmt: skip


def _mean(stock: Sequence[Row], which: str, name: str, weight: Sequence[float]) -> float | None:
    """By what each series sells."""
    if not stock:
        return None
    return float(sum(row[which][name] * part for row, part in zip(stock, weight, strict=True)) / sum(weight))
