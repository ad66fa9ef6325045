"""A file's lines as sales, each with an identity that the same file gives again, or a reason why it is none.

Ids: an own column; else invoice and ordinal of the line in its invoice; else the line's content and its ordinal
among equal lines. Dates may be shifted for a demonstration; ids never depend on that.
"""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from uuid import UUID, uuid5

from contracts.events import SaleSubmitted
from pydantic import ValidationError

from sales.domain.cells import BadCell, moment, number
from sales.domain.mapping import Mapping, Rule, Target

LINE_NAMESPACE = UUID("5b8f7a34-3c1d-5a0e-8a53-1f2b1f6d2c77")


@dataclass(frozen=True)
class LineError:
    """What is wrong with a line, and in which column."""

    code: str
    column: str
    message: str


@dataclass(frozen=True)
class ProductSeen:
    """What a line says of its product."""

    sku: str
    name: str | None
    category: str | None
    price: Decimal | None
    stock: Decimal | None


@dataclass
class Reader:
    """Turns lines into sales. Feed every line of the file, in order: ordinals are counted here."""

    mapping: Mapping
    day_first: bool
    decimal_comma: bool
    import_id: UUID | None = None
    shift_weeks: int = 0
    _ordinals: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._rules = [
            (rule, _whole(rule.matches), _bounded(rule.at_most, self.decimal_comma), _whole(rule.unless_matches))
            for rule in self.mapping.rules
        ]

    def read(self, line: int, cells: dict[str, str]) -> tuple[str, SaleSubmitted] | LineError:
        """(event id, sale) of a line, or what is wrong with it."""
        event_id = self._identity(cells)
        refused = self.refused(cells)
        if refused:
            return LineError(refused.code, refused.column, refused.reason)
        try:
            return event_id, self._sale(line, cells)
        except _Fault as fault:
            return fault.error

    def product(self, cells: dict[str, str]) -> ProductSeen | None:
        """What the line says of its product; None where it names none."""
        sku = self._cell(cells, "sku").upper()[:64]
        if not sku:
            return None
        return ProductSeen(
            sku, self._cell(cells, "name")[:200] or None, self._cell(cells, "category")[:200] or None,
            self._optional(cells, "price") or self._optional(cells, "unit_price"), self._optional(cells, "stock"),
        )  # fmt: skip

    def sold_on(self, cells: dict[str, str]) -> date | None:
        """The line's day, for finding the file's last week."""
        try:
            found = moment(self._cell(cells, "sold_at"), self.day_first)
        except BadCell:
            return None
        return found.date() if isinstance(found, datetime) else found

    def _cell(self, cells: dict[str, str], target: Target) -> str:
        column = self.mapping.columns.get(target)
        return cells.get(column, "").strip() if column else ""

    def _optional(self, cells: dict[str, str], target: Target) -> Decimal | None:
        text = self._cell(cells, target)
        try:
            value = number(text, self.decimal_comma) if text else None
        except BadCell:
            return None
        return value if value is not None and Decimal(0) <= value < Decimal("1e9") else None

    def _identity(self, cells: dict[str, str]) -> str:
        own = self._cell(cells, "event_id")
        if own:
            return own[:200]
        invoice = self._cell(cells, "invoice")
        basis = f"invoice\n{invoice}" if invoice else "content\n" + "\n".join(cells.values())
        self._ordinals[basis] += 1
        return str(uuid5(LINE_NAMESPACE, f"{basis}\n{self._ordinals[basis]}"))

    def refused(self, cells: dict[str, str]) -> Rule | None:
        """The rule that says that the line is no sale of a product, if any."""
        for rule, matches, within, excepted in self._rules:
            cell = cells.get(rule.column, "")
            if (
                (matches is None or matches(cell))
                and (within is None or within(cell))
                and (excepted is None or not excepted(cells.get(rule.unless_column or rule.column, "")))
            ):
                return rule
        return None

    def _sale(self, line: int, cells: dict[str, str]) -> SaleSubmitted:
        quantity = self._number(cells, "quantity")
        invoice = self._cell(cells, "invoice")
        cancelled = bool(self.mapping.cancellation_prefix and invoice.startswith(self.mapping.cancellation_prefix))
        content = {
            "kind": self._cell(cells, "kind").lower() or ("return" if cancelled else "sale"),
            "sku": self._cell(cells, "sku"),
            "location": self._cell(cells, "location") or self.mapping.location,
            "quantity": quantity,
            "unit_price": self._price(cells, quantity),
            "sold_at": self._moment(cells),
            "reference": invoice or None,
            "import_id": self.import_id,
            "line": line,
        }
        try:
            return SaleSubmitted.model_validate(content)
        except ValidationError as wrong:
            first = wrong.errors(include_url=False, include_input=False, include_context=False)[0]
            target = str(first["loc"][0]) if first["loc"] else "sku"
            raise self._fault("bad_value", target, first["msg"]) from None

    def _number(self, cells: dict[str, str], target: Target) -> Decimal:
        text = self._cell(cells, target)
        if not text:
            raise self._fault("missing", target, "is empty")
        try:
            value = number(text, self.decimal_comma)
        except BadCell as bad:
            raise self._fault(bad.code, target, bad.message) from None
        return value

    def _price(self, cells: dict[str, str], quantity: Decimal) -> Decimal | None:
        for target in ("unit_price", "price"):
            if self._cell(cells, target):
                return self._number(cells, target).quantize(Decimal("0.0001"))
        if self._cell(cells, "amount") and quantity:
            return abs(self._number(cells, "amount") / quantity).quantize(Decimal("0.0001"))
        return None

    def _moment(self, cells: dict[str, str]) -> datetime | date:
        text = self._cell(cells, "sold_at")
        if not text:
            raise self._fault("missing", "sold_at", "is empty")
        try:
            found = moment(text, self.day_first)
            if not isinstance(found, datetime):
                found = datetime(found.year, found.month, found.day, 12)  # noqa: DTZ001 - local business time
            return found + timedelta(weeks=self.shift_weeks)
        except BadCell as bad:
            raise self._fault(bad.code, "sold_at", bad.message) from None
        except OverflowError:
            raise self._fault("bad_date", "sold_at", f"{text[:40]!r} is out of range") from None

    def _fault(self, code: str, target: str, message: str) -> "_Fault":
        column = self.mapping.columns.get(target, target)  # type: ignore[call-overload]
        return _Fault(LineError(code, column, message))


class _Fault(Exception):
    def __init__(self, error: LineError) -> None:
        super().__init__(error.message)
        self.error = error


def _whole(pattern: str | None) -> Callable[[str], bool] | None:
    """Whether a cell matches as a whole; remembered, since files repeat their codes."""
    if pattern is None:
        return None
    compiled = re.compile(pattern, re.IGNORECASE)
    return lru_cache(maxsize=50_000)(lambda cell: compiled.fullmatch(cell.strip()) is not None)


def _bounded(bound: float | None, comma: bool) -> Callable[[str], bool] | None:
    """Whether a cell is a number of at most `bound`; remembered."""
    if bound is None:
        return None
    limit = Decimal(str(bound))

    def within(cell: str) -> bool:
        try:
            return number(cell, comma) <= limit
        except BadCell:
            return False

    return lru_cache(maxsize=50_000)(within)
