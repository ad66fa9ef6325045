"""What explains that a week is odd: then it is no anomaly.

A promotion, a calendar event or a holiday explains that more or less was sold than expected, days out of stock or
closed that less was. A week that somebody left out of training is not told again. Prices are no cause: what they do is
in the forecast.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from forecaster.domain import drivers, holiday_calendar

Record = Mapping[str, Any]


def explained(odd: Sequence[Record], inputs: Mapping[str, Sequence[Record]]) -> list[str | None]:
    """By odd week (sku, location, week, actual, expected) what explains it, if something does. `inputs` as a training
    reads them: promotions, events, locations, stock, exclusions, kits; a promotion of a kit is one of its
    components."""
    found: dict[tuple[str, str, date], str] = {}
    for week in {row["week"] for row in odd}:
        own = [row for row in odd if row["week"] == week]
        table = drivers.WeekTable([(row["sku"], row["location"]) for row in own], week, 1, week.weekday())
        last = week + timedelta(days=6)
        known = drivers.known_ahead(table, {
            "promotions": _reaching(inputs), "events": inputs["events"],
            "holidays": holiday_calendar.of(inputs["locations"], week, last).days,
        })  # fmt: skip
        is_open = drivers.openings(table, inputs["events"])
        in_stock = drivers.availability(table, inputs["stock"], 1, last)
        for number, row in enumerate(own):
            there = [name for name, values in known.items() if values[number, 0] > 0]
            if row["actual"] < row["expected"] and in_stock[number, 0] < 1:
                there.append("out of stock")
            if row["actual"] < row["expected"] and is_open[number, 0] < 1:
                there.append("closed")
            there += [
                f"left out by {one['author']}: {one['reason']}" for one in inputs["exclusions"]
                if (one["sku"], one["location"]) == (row["sku"], row["location"])
                and one["first_week"] <= week <= one["last_week"]
            ]  # fmt: skip
            if there:
                found[row["sku"], row["location"], week] = ", ".join(there)
    return [found.get((row["sku"], row["location"], row["week"])) for row in odd]


def _reaching(inputs: Mapping[str, Sequence[Record]]) -> list[dict[str, Any]]:
    """The promotions, of kits with their components."""
    parts = [(row["kit"], row["sku"]) for row in inputs["kits"]]
    return [
        {**one, "skus": sorted({*one["skus"], *(sku for kit, sku in parts if kit in one["skus"])})}
        for one in inputs["promotions"]
    ]  # fmt: skip
