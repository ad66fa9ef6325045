"""The wholesaler's planned promotions: invented, and named so. They lie ahead, so that no past week claims one."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

# Name, category, kind, weeks until it begins, days, discount.
PLANNED = (
    ("Tea time (generated)", "Kitchen & dining", "leaflet", 1, 7, "0.10"),
    ("Christmas preview (generated)", "Christmas & Easter", "display", 2, 14, "0.15"),
    ("Garden clearance (generated)", "Garden & outdoors", "price_cut", 4, 14, "0.30"),
)


def planned(today: date, categories: dict[str, str]) -> Iterator[dict[str, Any]]:
    """Each promotion as the API takes it; `categories` says of which category each product is."""
    monday = today + timedelta(days=7 - today.weekday())
    for name, category, kind, weeks, days, discount in PLANNED:
        starts = monday + timedelta(weeks=weeks - 1)
        skus = sorted(sku for sku, each in categories.items() if each == category)
        if skus:
            yield {
                "name": name, "kind": kind, "skus": skus, "discount": discount, "starts": starts.isoformat(),
                "ends": (starts + timedelta(days=days - 1)).isoformat(),
            }  # fmt: skip
