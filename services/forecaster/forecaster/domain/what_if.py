"""What a scenario changes of the plans that a run knew, and what it makes of a series' weeks.

Guarantee: what the scenario leaves alone is what the run knew, cell by cell; a scenario of nothing changes no cell.
"""

# Heard: every text of this module is said to readers (frontend/scripts/spoken.py).

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from contracts.scenario import PricePlan, PromotionPlan, Scenario, WeatherPlan
from numpy.typing import NDArray

from forecaster.domain import drivers

Series = tuple[str, str]
Inputs = Mapping[str, Sequence[Mapping[str, Any]]]
Array = NDArray[np.float64]
UNKNOWN = {
    "promotion": "there has been no promotion yet, so that nothing is known of what one does: the forecast stays",
    "price": "no price has changed yet, so that nothing is known of what one does: the forecast stays",
    "prices": "what prices did could not be told from chance so far: the forecast stays",
    "weather": "nothing is known of what such weather does to these sales: the forecast stays",
    "kind": "there has been no promotion of this kind yet: it is taken to do what all kinds did",
    "kinds": "kinds of promotions could not be told apart so far: each is taken to do what all did",
    "discount": "all promotions so far were of one depth: another depth is taken to do what that did",
}
SELDOM = 2.0  # usual deviations off the season, beyond which there was little to measure an effect by
FAR_OFF = "the weather is supposed to be further off than it mostly was: what it does then was hardly ever seen"
_WARMTH, _RAIN = ("temperature", "temperature_max"), ("precipitation",)


@dataclass(frozen=True)
class Plans:
    """Of some series the weeks ahead under a scenario: by column the values (n, H) that are otherwise, NaN where they
    are not; by condition how much further off it is than expected (n, H), NaN where it is not; and the price of a unit
    (n, H), before and then, NaN where there is none."""

    changed: dict[str, Array]
    further: dict[str, Array]
    price_before: Array
    price_then: Array
    kind: str = ""  # of the promotion that is supposed, where somebody says one
    kinds_seen: frozenset[str] = frozenset()  # of those before

    def known(
        self, columns: Sequence[str], kinds: Sequence[str], kept: Mapping[str, Any]
    ) -> tuple[dict[str, Array], list[str]]:
        """Those of columns, and of kinds of them, that something was learned of; what is to be said of the others, of
        which `kept` (Working.plans) says more."""
        found = {name: values for name, values in self.changed.items() if name in (*columns, *kinds)}
        strange = [name for name in self.changed if ": " not in name and name not in columns]
        # Of depths and kinds there is nothing to say while nothing is known of promotions at all.
        notes = [UNKNOWN[unknown(name, kept)] for name in strange if name != "discount" or "promotion" in columns]
        if self.kind and "promotion" in columns:
            if self.kind not in self.kinds_seen:
                notes.append(UNKNOWN["kind"])
            elif not kinds:
                notes.append(UNKNOWN["kinds"])
        return found, notes

    def weather(self, conditions: Mapping[str, float]) -> tuple[dict[str, Array], list[str]]:
        """Of conditions whose effect was measured, with how far off they usually are: those that are further off than
        expected, and what is to be said."""
        found = {name: values for name, values in self.further.items() if name in conditions}
        far = any(np.nanmax(np.abs(values)) > SELDOM * conditions[name] for name, values in found.items())
        unknown = self.further and not found
        return found, [UNKNOWN["weather"]] if unknown else [FAR_OFF] if far else []


def unknown(column: str, kept: Mapping[str, Any]) -> str:
    """Which of UNKNOWN is to be said of a column that nothing was learned of."""
    return "prices" if column == "price" and kept.get("priced") else column


def plans(
    keys: Sequence[Series], inputs: Inputs, scenario: Scenario, first_week: date, horizon: int, *, everywhere: bool
) -> Plans:
    """What the scenario makes of what a run knew (its inputs, as it kept them). `everywhere`: it names no places, so
    that a price is that of all places but those with one of their own."""
    table = drivers.WeekTable(list(keys), first_week, horizon, first_week.weekday())
    then = _under(keys, inputs, scenario, everywhere)
    prices = [_prices(table, given) for given in (inputs, then)]
    promotions = [drivers.promotions(table, given.get("promotions", ())) for given in (inputs, then)]
    columns = [("price", *prices), *zip(("promotion", "discount"), *promotions, strict=True)]
    columns += _by_kind(table, [given.get("promotions", ()) for given in (inputs, then)], columns[1:])
    found = {}
    for name, before, after in columns:
        same = (before == after) | (np.isnan(before) & np.isnan(after))
        if not same.all():
            found[name] = np.where(same, np.nan, after)
    said = scenario.promotion.kind if scenario.promotion is not None else drivers.UNSAID
    seen = {row.get("kind") or drivers.UNSAID for row in inputs.get("promotions", ())
            if str(row["starts"]) < first_week.isoformat()}  # fmt: skip
    paid = [price * (1 - discount) for price, (_, discount) in zip(prices, promotions, strict=True)]
    return Plans(found, _further_off(table, scenario.weather), paid[0], paid[1],
                 kind="" if said == drivers.UNSAID else said, kinds_seen=frozenset(seen))  # fmt: skip


def _by_kind(
    table: drivers.WeekTable, planned: Sequence[drivers.Records], columns: Sequence[tuple[str, Array, Array]]
) -> list[tuple[str, Array, Array]]:
    """Of promotions before and then, each column where it is of a kind, and nothing elsewhere."""
    told = [drivers.promotion_kinds(table, rows) for rows in planned]
    names = sorted({name for one in told if one is not None for name in one[0]})
    return [
        (f"{column}: {kind}", before * _is(told[0], kind), then * _is(told[1], kind))
        for column, before, then in columns for kind in names
    ]  # fmt: skip


def _is(told: tuple[list[str], NDArray[np.int8]] | None, kind: str) -> Array | float:
    """Where (n, H) promotions are of a kind; where nobody says kinds, all are of the one that is not said."""
    if told is None:
        return float(kind == drivers.UNSAID)
    names, codes = told
    found: Array = (codes == names.index(kind)).astype(np.float64) if kind in names else np.zeros(codes.shape)
    return found


def _further_off(table: drivers.WeekTable, plan: WeatherPlan | None) -> dict[str, Array]:
    """By condition, of all series: how much further off it is in the mean of each week's days."""
    if plan is None:
        return {}
    share = np.tile(table.share(plan.starts, plan.ends), (len(table.keys), 1))
    supposed = [(name, value) for names, value in ((_WARMTH, plan.warmer), (_RAIN, plan.wetter)) for name in names]
    return {
        name: np.where(share > 0, share * float(value), np.nan) for name, value in supposed if value and share.any()
    }


def _under(keys: Sequence[Series], inputs: Inputs, scenario: Scenario, everywhere: bool) -> Inputs:
    found = dict(inputs)
    if scenario.promotion is not None:
        found["promotions"] = [*inputs.get("promotions", ()), _promotion(keys, scenario.promotion)]
    if scenario.price is not None:
        new = _repriced(keys, inputs, scenario.price, everywhere)
        day = str(scenario.price.valid_from)
        same = {(row["sku"], row["location"], day) for row in new}
        kept = [
            row for row in inputs.get("prices", ())
            if (row["sku"], row["location"], str(row["valid_from"])) not in same
        ]  # fmt: skip
        found["prices"] = [*kept, *new]
    return found


def _promotion(keys: Sequence[Series], plan: PromotionPlan) -> dict[str, Any]:
    return {
        "skus": sorted({sku for sku, _ in keys}), "locations": sorted({location for _, location in keys}),
        "starts": plan.starts, "ends": plan.ends, "discount": plan.discount, "kind": plan.kind,
    }  # fmt: skip


def _repriced(keys: Sequence[Series], inputs: Inputs, plan: PricePlan, everywhere: bool) -> list[dict[str, Any]]:
    """The new price of each series, as it would be entered; none where it is a factor of one that is not known."""
    before = drivers.Prices.of(inputs)
    found = []
    for sku, location in dict.fromkeys(
        (sku, "" if everywhere and (sku, location) not in before.listed else location) for sku, location in keys
    ):
        old = before.on(sku, location, plan.valid_from)
        new = float(plan.price) if plan.price is not None else None if old is None else old * float(plan.factor or 1)
        if new is not None:
            found.append({"sku": sku, "location": location, "valid_from": plan.valid_from, "price": new})
    return found


def _prices(table: drivers.WeekTable, inputs: Inputs) -> Array:
    return drivers.Prices.of(inputs).by_week(table)
