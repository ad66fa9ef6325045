"""Lines of a file that are no sales of a product: by the mapping's rules, repeated headers, rows of totals."""

# Heard: every text of this module is said to readers (frontend/scripts/spoken.py).

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import NamedTuple

from chassis.patterns import whole
from chassis.reading.bounds import of_short_cells
from chassis.reading.cells import BadCell, number
from chassis.reading.headers import plain
from chassis.reading.totals import ALONE, says_total

from sales.domain import mapping as mappings
from sales.domain.beside import flag
from sales.domain.kinds import is_cancelled, is_refunded
from sales.domain.mapping import Rule, Target

NO_SALE = "no sale"  # the column of an export made plain that says why a line is none, and which column says so
MOST_TOTALS = 100_000  # rows of a file since which the lines are summed up

_UNNAMED = "has no receipt, and the units and the money of the lines above: a total; if it is a sale, give it a receipt"


class Skips:
    """Says of each line, fed in the file's order, why it is no sale of a product, if so."""

    def __init__(self, mapping: mappings.Mapping, commas: Mapping[str, bool]) -> None:
        self._columns, self._commas = mapping.columns, commas
        comma = commas.get("quantity", False)
        self._rules = [
            (rule, _whole(rule.matches), _bounded(rule.at_most, comma), _whole(rule.unless_matches))
            for rule in mapping.rules
        ]
        self._sums = _Sums()
        self._askew = False  # below a header that names the columns in another order

    def reason(self, cells: Mapping[str, str]) -> Rule | None:
        """The rule that the line falls under."""
        for rule, matches, within, excepted in self._rules:
            cell = cells.get(rule.column, "")
            if (
                (matches is None or matches(cell))
                and (within is None or within(cell))
                and (excepted is None or not excepted(cells.get(rule.unless_column or rule.column, "")))
            ):
                return _said_by(rule, cell)
        return self._built_in(cells)

    def _built_in(self, cells: Mapping[str, str]) -> Rule | None:
        if all(plain(cells.get(column, "")) == plain(column) for column in self._columns.values()):
            self._askew = False
            return _rule(self._columns.get("sku", ""), "repeated_header", "repeats the names of the columns")
        if self._askew or self._names_in_another_order(cells):
            self._askew = True
            return _rule(self._columns.get("sku", ""), "other_order", "stands below names in another order of columns")
        units, amount = (self._number_of(cells, target) for target in ("quantity", "amount"))
        if self._totals(cells, units, amount):
            self._sums.told()
            named = any(says_total(cell.strip()) for cell in cells.values())
            why = "is a row of totals, no sale of a product" if named else _UNNAMED
            return _rule(self._columns.get("sku", ""), "total_row", why)
        self._sums.add(units or Decimal(0), amount or Decimal(0))
        return self._by_status(cells, units)

    def _names_in_another_order(self, cells: Mapping[str, str]) -> bool:
        """Whether the line names the columns, and others than it stands in: what follows would be read askew."""
        said = {plain(cell) for cell in cells.values()}
        return all(plain(column) in said for column in self._columns.values())

    def _by_status(self, cells: Mapping[str, str], units: Decimal | None) -> Rule | None:
        """Orders that came to nothing. A line of less than nothing is itself what came back."""
        state = self._cell(cells, "status")
        if state and is_cancelled(state, status=True):
            return _rule(self._columns["status"], "cancelled_order", "the order was cancelled, or never paid")
        if flag(self._cell(cells, "is_cancelled")) and (units or 0) > 0:
            return _rule(self._columns["is_cancelled"], "cancelled_order", "came to nothing, as this column says")
        if state and is_refunded(state) and (units or 0) > 0:
            return _rule(self._columns["status"], "refunded_order", "the order was refunded whole")
        return None

    def _totals(self, cells: Mapping[str, str], units: Decimal | None, amount: Decimal | None) -> bool:
        """A total names itself, and lacks what a sale has, or sums up what came before it."""
        day, sku = self._cell(cells, "sold_at"), self._cell(cells, "sku")
        named = [sku, self._cell(cells, "name"), next(iter(cells.values()), "").strip()]
        said = max(map(says_total, named if day and sku else [cell.strip() for cell in cells.values()]))
        if not said:
            return self._adds_up_unnamed(cells, units, amount)
        if not day or not sku or says_total(day):
            return True
        lacks = "invoice" in self._columns and not self._cell(cells, "invoice")
        summed = self._sums.sums_up(units, amount)
        if said != ALONE:  # so a product may be called: it is one of totals if its money adds up as well
            return summed.lines > 1 and summed.money
        return lacks or summed.lines > 0

    def _adds_up_unnamed(self, cells: Mapping[str, str], units: Decimal | None, amount: Decimal | None) -> bool:
        """Whether a line without a receipt, in a file of receipts, has the units and the money of those above it."""
        if "invoice" not in self._columns or self._cell(cells, "invoice"):
            return False
        summed = self._sums.sums_up(units, amount)
        return summed.lines > 1 and summed.money

    def _number_of(self, cells: Mapping[str, str], target: Target) -> Decimal | None:
        cell = self._cell(cells, target)
        try:
            return number(cell, self._commas.get(target, False)) if cell else None
        except BadCell:
            return None

    def _cell(self, cells: Mapping[str, str], target: Target) -> str:
        column = self._columns.get(target)
        return cells.get(column, "").strip() if column else ""


class _SummedUp(NamedTuple):
    """How many lines a row sums up, and whether its money adds up as well."""

    lines: int = 0
    money: bool = False


class _Sums:
    """Sums of the lines up to each row of totals: a further one sums up the lines since any of them, or all."""

    def __init__(self) -> None:
        self._units, self._amount, self._lines = Decimal(0), Decimal(0), 0
        self._before: dict[Decimal, tuple[Decimal, int]] = {Decimal(0): (Decimal(0), 0)}

    def add(self, units: Decimal, amount: Decimal) -> None:
        """A line that is none of totals."""
        self._units, self._amount, self._lines = self._units + units, self._amount + amount, self._lines + 1

    def told(self) -> None:
        """A row of totals stands here."""
        if len(self._before) < MOST_TOTALS:
            self._before[self._units] = self._amount, self._lines

    def sums_up(self, units: Decimal | None, amount: Decimal | None) -> _SummedUp:
        """What a row with these numbers sums up."""
        there = self._before.get(self._units - units) if units else None
        if there is None:
            return _SummedUp()
        return _SummedUp(self._lines - there[1], bool(amount) and amount == self._amount - there[0])


def no_sale(code: str, column: str | None) -> str:
    """The cell of `NO_SALE` of a line that is none, for what stands in this column."""
    return f"{code}: {column}" if column else code


def no_sale_rule(code: str, reason: str) -> Rule:
    """The rule by which such a line is refused."""
    return Rule(column=NO_SALE, matches=rf"(?s){code}(?:: .*)?", code=code, reason=reason)


def _said_by(rule: Rule, cell: str) -> Rule:
    """The rule with the file's own column, where the cell names it."""
    _, _, column = cell.partition(": ")
    return rule.model_copy(update={"column": column}) if rule.column == NO_SALE and column else rule


def _rule(column: str, code: str, reason: str) -> Rule:
    return Rule(column=column, code=code, reason=reason)


def _whole(pattern: str | None) -> Callable[[str], bool] | None:
    """Whether a cell, without what surrounds it, matches as a whole."""
    if pattern is None:
        return None
    matches = whole(pattern)
    return lambda cell: matches(cell.strip())


def _bounded(bound: float | None, comma: bool) -> Callable[[str], bool] | None:
    """Whether a cell is a number of at most `bound`."""
    if bound is None:
        return None
    limit = Decimal(str(bound))

    def within(cell: str) -> bool:
        try:
            return number(cell, comma) <= limit
        except BadCell:
            return False

    return of_short_cells(lambda _: False)(within)
