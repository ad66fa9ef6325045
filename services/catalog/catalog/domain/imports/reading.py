"""How a file was read, kept with its import: its refused lines are read again by the same rules, without the file."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from catalog.domain.imports.columns import FileColumn
from catalog.domain.imports.lines import LineReader
from catalog.domain.imports.understood import Notation


class ShopReading(BaseModel):
    """The columns and notations that a file was found to have."""

    columns: dict[str, str]
    day_first: bool
    commas: dict[str, bool]
    percents: list[str]
    units: dict[str, str]
    fractions: list[str] = []

    @staticmethod
    def of(columns: dict[str, str], notation: Notation) -> "ShopReading":
        """To be kept."""
        return ShopReading(
            columns=columns, day_first=notation.day_first, commas=dict(notation.commas),
            percents=sorted(notation.percents), units=dict(notation.units), fractions=sorted(notation.fractions),
        )  # fmt: skip

    def reader(self, declared: Sequence[FileColumn], zone: ZoneInfo) -> LineReader:
        """A reader of lines as the import read them."""
        notation = Notation(
            self.day_first, self.commas, frozenset(self.percents), self.units, frozenset(self.fractions), zone
        )  # fmt: skip
        return LineReader(declared, self.columns, notation)
