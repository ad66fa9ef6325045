"""How a file was read, kept with its import: its failed lines are read again by the same rules, without the file."""

from collections.abc import Mapping as Dictionary
from uuid import UUID

from chassis.reading.own import FAULT
from pydantic import BaseModel

from sales.domain.lines import Reader
from sales.domain.mapping import Mapping


class Reading(BaseModel):
    """The columns and notations that a file was found to have, and how its lines are known."""

    headers: list[str]
    mapping: Mapping
    day_first: bool
    commas: dict[str, bool]
    units: dict[str, str] = {}
    product_units: dict[str, str] = {}
    shift_weeks: int = 0
    dated_invoices: bool = False  # of files that came before `within` was kept
    within: tuple[str, ...] = ()

    def reader(self, import_id: UUID) -> Reader:
        """A reader of lines as the import read them."""
        return Reader(
            self.mapping, self.day_first, self.commas, within=self.keys, import_id=import_id,
            shift_weeks=self.shift_weeks, units=self.units, product_units=self.product_units,
        )  # fmt: skip

    @property
    def keys(self) -> tuple[str, ...]:
        """Within what a receipt's number is one."""
        return self.within or (("day",) if self.dated_invoices else ())

    def ordered(self, cells: Dictionary[str, str]) -> dict[str, str]:
        """The cells in the file's order, and what is wrong with the line as a whole."""
        said = {header: cells.get(header, "") for header in self.headers}
        return said | {FAULT: cells[FAULT]} if FAULT in cells else said

    @property
    def names(self) -> dict[str, str]:
        """The file's columns by the fields of a sale that were read from them; a column's own name stays."""
        return {target: column for target, column in self.mapping.columns.items() if target not in self.headers}

    def column(self, field: str | None) -> str | None:
        """The file's column that a field was read from."""
        return None if field is None else self.names.get(field, field)
