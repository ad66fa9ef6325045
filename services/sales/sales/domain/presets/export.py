"""An export's cells as its preset names them."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from chassis.reading.cells import BadCell, number, unit_of
from chassis.reading.headers import plain
from chassis.reading.units import DOLLARS, check, named_unit

from sales.domain.mapping import Target
from sales.domain.presets.preset import Preset

Row = dict[str, str]


@dataclass(frozen=True)
class Export:
    """The file of a preset: `columns` are its headers by target, `commas` and `units` by header."""

    preset: Preset
    headers: list[str]
    columns: Mapping[Target, str]
    commas: Mapping[str, bool]
    currency: str
    units: Mapping[str, str]

    def named(self, name: str | None) -> str | None:
        """The file's own spelling of a column."""
        return self.preset.header(self.headers, name)

    def cell(self, row: Row, name: str | None) -> str:
        """What a column says, or nothing where it is not there."""
        header = self.named(name)
        return row.get(header, "").strip() if header else ""

    def money(self, row: Row, name: str | None) -> Decimal | None:
        """A column's number; None where it says none that can be read."""
        try:
            return self.number(row, name)
        except BadCell:
            return None

    def number(self, row: Row, name: str | None) -> Decimal | None:
        """A column's number; None where it says nothing. Raises BadCell."""
        cell = self.cell(row, name)
        check(cell, None)
        return number(cell, self.commas.get(self.named(name) or "", False)) if cell else None

    def in_other_money(self, row: Row) -> bool:
        """Whether the line's currency is another than the business counts in; `$` is any dollar."""
        said = self.cell(row, self.preset.currency)
        dollars = said == "$" and self.currency in DOLLARS
        return bool(said) and named_unit(said) != self.currency and not dollars

    def in_other_unit(self, row: Row) -> str | None:
        """The column whose cell names another unit than most cells of its column."""
        found = ((header, unit_of(row.get(header, "")), usual) for header, usual in self.units.items())
        return next((header for header, unit, usual in found if unit and unit != usual), None)

    def repeats_headers(self, row: Row) -> bool:
        """Whether the line names the columns once more."""
        read = [header for header in self.columns.values() if header in self.headers]
        return all(plain(row.get(header, "")) == plain(header) for header in read)
