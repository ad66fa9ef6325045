"""The first look at a whole file: how it writes dates and numbers, what products it names, when it ends."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from itertools import islice
from typing import BinaryIO

from chassis.weeks import last_ended_week, week_of

from sales.domain import cells, tables
from sales.domain.lines import Reader
from sales.domain.mapping import Mapping, completed
from sales.domain.tables import Layout


@dataclass
class Product:
    """What the file says of one product: its most frequent name, its last price and stock."""

    names: Counter[str] = field(default_factory=Counter)
    category: str | None = None
    price: Decimal | None = None
    stock: Decimal | None = None
    first_sold: date | None = None

    @property
    def name(self) -> str | None:
        """The most frequent name; of equals the first in the alphabet, so that it is always the same."""
        return min(self.names, key=lambda name: (-self.names[name], name)) if self.names else None


@dataclass
class Survey:
    """What a file is, before anything of it is published."""

    layout: Layout
    mapping: Mapping
    day_first: bool
    decimal_comma: bool
    warnings: list[str]
    lines: int = 0
    products: dict[str, Product] = field(default_factory=dict)
    last_day: date | None = None

    def reader(self, **options: object) -> Reader:
        """A reader of the file's lines."""
        return Reader(self.mapping, self.day_first, self.decimal_comma, **options)  # type: ignore[arg-type]

    def weeks_to_shift(self, yesterday: date, first_weekday: int) -> int:
        """Whole weeks that take the file's last week to the last week that has ended."""
        if self.last_day is None:
            return 0
        gap: timedelta = last_ended_week(yesterday, first_weekday) - week_of(self.last_day, first_weekday)
        return gap.days // 7


def notation(file: BinaryIO, mapping: Mapping, only_first: int | None = None) -> Survey:
    """Layout, mapping and notations, decided on whole columns. Raises UnreadableFile."""
    layout = tables.layout(file)
    mapping = completed(mapping, layout.headers)
    columns: dict[str, list[str]] = {"sold_at": [], "quantity": [], "unit_price": [], "price": []}
    if layout.format == "csv":
        for _, row in islice(tables.rows(file, layout), only_first):
            for target, found in columns.items():
                name = mapping.columns.get(target)  # type: ignore[call-overload]
                if name and row.get(name):
                    found.append(row[name])
    warnings = []
    day_first, certain = cells.day_first(columns["sold_at"])
    if mapping.day_first is not None:
        day_first = mapping.day_first
    elif not certain and cells.ambiguous(columns["sold_at"]):
        warnings.append("Dates could be day/month or month/day; they are read as day/month.")
    comma = mapping.decimal_comma
    if comma is None:
        comma = cells.decimal_comma([*columns["quantity"], *columns["unit_price"], *columns["price"]])
    if "invoice" not in mapping.columns and "event_id" not in mapping.columns:
        warnings.append(
            "There is no invoice or id column: equal lines are told apart by their order, so a file that repeats"
            " some lines of another counts them again only if they differ."
        )
    return Survey(layout, mapping, day_first, comma, warnings)


def survey(file: BinaryIO, mapping: Mapping) -> Survey:
    """Read the whole file once. Raises UnreadableFile."""
    found = notation(file, mapping)
    reader = found.reader()
    for line, row in tables.rows(file, found.layout):
        found.lines = line
        if reader.refused(row) is None:
            _note(found, reader, row)
    return found


def _note(found: Survey, reader: Reader, row: dict[str, str]) -> None:
    seen, day = reader.product(row), reader.sold_on(row)
    if day is not None:
        found.last_day = max(day, found.last_day or day)
    if seen is None:
        return
    product = found.products.setdefault(seen.sku, Product())
    if seen.name:
        product.names[seen.name] += 1
    product.category = seen.category or product.category
    product.price = seen.price or product.price
    product.stock = product.stock if seen.stock is None else seen.stock
    if day is not None:
        product.first_sold = min(day, product.first_sold or day)
