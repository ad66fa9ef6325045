"""The currency or unit that the numbers of a file are in: one a column, and one for all money.

What is added up must be of one kind: a cell that names another currency or unit than most cells of its column is
refused where it stands. A cell that names none is of the usual one.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from chassis.reading.cells import BadCell, unit_of

# How many pieces are in one, no file says.
_PACKS = frozenset((
    "DZ", "DOZ", "DZN", "GRO", "PR", "PRS", "BOX", "BX", "CTN", "CS", "PK", "PKG", "PAK", "KRT", "VPE", "PAL",
))  # fmt: skip
_MARKS = frozenset(("DR", "CR"))  # of accounts: which of them a sale is, depends on whose account it is
MONEY = frozenset(("unit_price", "price", "amount", "cost", "unit_cost"))


@dataclass
class Units:
    """Counts what the cells of the `numeric` targets name."""

    columns: Mapping[str, str]
    numeric: Sequence[str]
    votes: dict[str, Counter[str]] = field(default_factory=dict)

    def add(self, row: Mapping[str, str]) -> None:
        """Look at a line."""
        for target in self.numeric:
            cell = row.get(self.columns[target], "") if target in self.columns else ""
            unit = unit_of(cell) if cell else ""
            if unit:
                self.votes.setdefault(_pool(target), Counter())[unit] += 1

    def usual(self) -> dict[str, str]:
        """What most cells of each target name; targets none of whose cells names anything are left out."""
        return {
            target: self.votes[_pool(target)].most_common(1)[0][0]
            for target in self.numeric
            if _pool(target) in self.votes
        }


def _pool(target: str) -> str:
    return "money" if target in MONEY else target


def check(cell: str, usual: str | None) -> None:
    """Raise BadCell for a number in another unit than is usual in its column, in packs, or marked as an account's."""
    unit = unit_of(cell)
    if unit in _MARKS:
        raise BadCell("debit_credit", f"{cell[:40]!r} is marked as a debit or credit: write returns with a minus")
    if unit in _PACKS:
        raise BadCell("pack_unit", f"{cell[:40]!r} is in packs, and how many pieces are in one the file does not say")
    if usual and unit and unit != usual:
        raise BadCell("other_unit", f"{cell[:40]!r} is in {unit}, and the other cells of the file are in {usual}")
