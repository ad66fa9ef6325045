"""Which sign a file writes its decimals with: `1.200` is 1200 pieces here and 1.2 kg there.

Most cells say it themselves: of two signs the last one is the decimal's, a sign that comes twice separates thousands,
and nobody writes 0,250 or 12,5 for thousands. What is left (one sign before three digits) is decided by the other
cells of its column, by quantity × price against the amount, then by the file's other columns. Nothing is guessed: where
all of that is silent, the file's owner is asked.
"""

# Heard: every text of this module is said to readers (frontend/scripts/spoken.py).

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from chassis.reading.bounds import of_short_cells
from chassis.reading.cells import BadCell, bare, number

MOST_PRODUCTS = 1000
MOST_MISTYPED = 0.05  # of a column's certain cells
OPEN = "?"


@of_short_cells(lambda _: None)
def sign_of(cell: str) -> str | None:
    """The decimal sign that a cell shows for certain; `?` where it could be one of thousands; None without a sign."""
    text = bare(cell).lstrip("+-")
    comma, point = text.rfind(","), text.rfind(".")
    if comma < 0 and point < 0:
        return None
    if comma >= 0 and point >= 0:
        return "," if comma > point else "."
    sign = "," if comma >= 0 else "."
    whole, *parts = text.split(sign)
    if len(parts) > 1:
        return {",": ".", ".": ","}[sign]
    return OPEN if _could_be_thousands(whole, parts[0]) else sign


def _could_be_thousands(whole: str, part: str) -> bool:
    return len(part) == 3 and part.isdigit() and len(whole) <= 3 and whole.isdigit() and whole[0] != "0"


@dataclass(frozen=True)
class Doubt:
    """What only the file's owner can say: the setting of the mapping that answers it, and the evidence.

    `options`: the answers, each with what it would make of the file.
    """

    setting: str
    column: str
    cell: str
    message: str
    options: tuple[tuple[bool | str, str], ...] = ()


@dataclass
class Signs:
    """Votes of the cells of the `numeric` targets; those that must fit are `quantity`, a price, and `amount`."""

    columns: Mapping[str, str]
    numeric: Sequence[str]
    typed: Collection[str] = ()  # targets whose columns have numbers of their own, of which nothing need be decided
    votes: dict[str, Counter[str]] = field(default_factory=dict)
    undecided: dict[str, str] = field(default_factory=dict)
    products: list[dict[str, str]] = field(default_factory=list)

    def add(self, row: Mapping[str, str]) -> None:
        """Look at a line."""
        written = (target for target in self.numeric if target in self.columns and target not in self.typed)
        cells = {target: row.get(self.columns[target], "") for target in written}
        open_here = False
        for target, cell in cells.items():
            sign = sign_of(cell) if cell else None
            if sign == OPEN:
                open_here = True
                self.undecided.setdefault(target, cell)
            elif sign:
                self.votes.setdefault(target, Counter())[sign] += 1
        if open_here and len(self.products) < MOST_PRODUCTS:
            self.products.append(cells)

    def decide(self, given: bool | None) -> tuple[dict[str, bool], list[Doubt]]:
        """Whether each column's open cells have a decimal comma, as is `given` or else as they vote; and what must be
        asked."""
        if given is not None:
            return {target: given and target not in self.typed for target in self.numeric}, []
        everywhere = sum(self.votes.values(), Counter())
        said_by = {target: _comma(votes) for target, votes in self.votes.items()}
        found = {target: said for target, said in said_by.items() if said is not None}
        file = _comma(everywhere)
        for target in self.undecided:
            if target not in found:
                by_product = self._by_product(target, found, file)
                said = file if by_product is None else by_product
                if said is not None:
                    found[target] = said
        left = [target for target in self.undecided if target not in found]
        default = bool(file)
        commas = {target: found.get(target, default) and target not in self.typed for target in self.numeric}
        return commas, [self._question(left[0])] if left else []

    def _by_product(self, target: str, found: Mapping[str, bool], file: bool | None) -> bool | None:
        fits = dict.fromkeys((True, False), 0)
        for cells in self.products:
            for said in fits:
                rest = said if file is None else file
                fits[said] += _fits(cells, {name: found.get(name, rest) for name in self.numeric} | {target: said})
        return None if fits[True] == fits[False] else fits[True] > fits[False]

    def _question(self, target: str) -> Doubt:
        cell, column = self.undecided[target], self.columns[target]
        as_point, as_comma = (format(number(cell, comma), "f") for comma in (False, True))
        beside = next((f" beside {c['unit_price']!r}" for c in self.products if c.get("unit_price")), "")
        return Doubt(
            "decimal_comma", column, cell,
            f"{cell!r} in the column {column!r}{beside} is {as_point} with a decimal point and {as_comma} with a"
            " decimal comma, and no number of the file tells which: say `decimal_comma` in the mapping",
            ((False, f"decimal point: {cell} is {as_point}"), (True, f"decimal comma: {cell} is {as_comma}")),
        )  # fmt: skip


def _comma(votes: Counter[str]) -> bool | None:
    """What the cells say, if they say one thing: beside a few that are mistyped there are none that say the other."""
    if min(votes[","], votes["."]) > MOST_MISTYPED * votes.total():
        return None
    return None if votes[","] == votes["."] else votes[","] > votes["."]


def _fits(cells: Mapping[str, str], commas: Mapping[str, bool]) -> bool:
    """Whether quantity × price is the amount."""
    price = "unit_price" if cells.get("unit_price") else "price"
    names = ("quantity", price, "amount")
    try:
        quantity, each, amount = (number(cells.get(name, ""), commas.get(name, False)) for name in names)
    except BadCell:
        return False
    return abs(abs(quantity * each) - abs(amount)) <= Decimal("0.02") + abs(amount) / 200
