"""A file's lines as sales, each with an identity that the same file gives again, or a reason why it is none.

Ids: an own column; else invoice and ordinal of the line in its invoice; else the line's content and its ordinal
among equal lines. Dates may be shifted for a demonstration; ids never depend on that. A line that was mended keeps its
id, unless what identifies it was mended.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID, uuid5

from chassis.reading.cells import BadCell, number
from chassis.reading.codes import mended
from chassis.reading.dates import moment
from chassis.reading.own import FAULT
from chassis.reading.tables import FAULTS
from chassis.reading.units import MONEY, check, named_unit
from contracts.events import SaleSubmitted
from contracts.events.sales import Kind
from pydantic import ValidationError

from sales.domain import judges
from sales.domain.beside import flag
from sales.domain.kinds import is_cancelled, kind_of
from sales.domain.mapping import Mapping as ColumnMapping
from sales.domain.mapping import Target
from sales.domain.skips import Skips

_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")
_PRICE = Decimal("0.0001")
LINE_NAMESPACE = UUID("5b8f7a34-3c1d-5a0e-8a53-1f2b1f6d2c77")


@dataclass(frozen=True)
class LineError:
    """What is wrong with a line, in which column, and the id that the line has all the same."""

    code: str
    column: str
    message: str
    event_id: str = ""


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

    mapping: ColumnMapping
    day_first: bool
    commas: Mapping[str, bool]
    within: tuple[str, ...] = ()  # of a `day`, a `place`, a `till`: within which a receipt's number is one
    import_id: UUID | None = None
    shift_weeks: int = 0
    units: Mapping[str, str] = field(default_factory=dict)
    product_units: Mapping[str, str] = field(default_factory=dict)  # of products that a file has in several
    _ordinals: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._skips = Skips(self.mapping, self.commas)

    def read(self, line: int, cells: dict[str, str]) -> tuple[str, SaleSubmitted] | LineError:
        """(event id, sale) of a line, or what is wrong with it."""
        own, basis = self.basis(cells)
        if own is None:
            self._ordinals[basis] += 1
        event_id = own or numbered(basis, self._ordinals[basis])
        sale = self.sale(line, cells)
        return replace(sale, event_id=event_id) if isinstance(sale, LineError) else (event_id, sale)

    def sale(self, line: int, cells: dict[str, str]) -> SaleSubmitted | LineError:
        """What a line says, whatever its id."""
        if whole := cells.get(FAULT):
            return LineError(whole, self.mapping.columns.get("sku", "sku"), FAULTS[whole])
        skipped = self._skips.reason(cells)
        if skipped:
            return LineError(skipped.code, skipped.column, skipped.reason)
        try:
            return self._sale(line, cells)
        except _Fault as fault:
            return fault.error

    def basis(self, cells: Mapping[str, str]) -> tuple[str | None, str]:
        """A line's own id, or what its id is made of beside its ordinal."""
        own = self._cell(cells, "event_id")
        if own and self.within:  # ids that start again
            return numbered(f"id\n{self._told_apart(own, cells)}", 1), own
        if own:
            return own[:200], own
        invoice = self._cell(cells, "invoice")
        if invoice:
            invoice = self._told_apart(invoice, cells)
        return None, f"invoice\n{invoice}" if invoice else "content\n" + "\n".join(cells.values())

    def _told_apart(self, receipt: str, cells: Mapping[str, str]) -> str:
        """The number of a receipt with that within which it is one."""
        parts = {"day": lambda: str(self.sold_on(cells)), "place": lambda: f"at {self._cell(cells, 'location')}",
                 "till": lambda: f"till {self._cell(cells, 'till')}"}  # fmt: skip
        return "\n".join([receipt, *(parts[part]() for part in self.within)])

    def product(self, cells: dict[str, str]) -> ProductSeen | None:
        """What the line says of its product; None where it names none."""
        sku = self._code(cells, "sku").upper()[:64]
        if not sku:
            return None
        return ProductSeen(
            sku, self._text(cells, "name")[:200] or None, self._text(cells, "category")[:200] or None,
            self._optional(cells, "price") or self._optional(cells, "unit_price"), self._optional(cells, "stock"),
        )  # fmt: skip

    def sold_on(self, cells: Mapping[str, str]) -> date | None:
        """The line's day, for finding the file's last week."""
        try:
            found = moment(self._cell(cells, "sold_at"), self.day_first)
        except BadCell:
            return None
        return found.date() if isinstance(found, datetime) else found

    def _cell(self, cells: Mapping[str, str], target: Target) -> str:
        column = self.mapping.columns.get(target)
        return cells.get(column, "").strip() if column else ""

    def _text(self, cells: dict[str, str], target: Target) -> str:
        """A cell without the line breaks, tabs and other control characters that its column may have."""
        cell = self._cell(cells, target)
        return cell if cell.isprintable() else " ".join(_CONTROL.sub(" ", cell).split())

    def _code(self, cells: dict[str, str], target: Target) -> str:
        """A cell as its producer knew it before it passed through a spreadsheet."""
        cell = self._cell(cells, target)
        try:
            return mended(cell)
        except BadCell as bad:
            raise self._fault(bad.code, target, bad.message) from None

    def _optional(self, cells: dict[str, str], target: Target) -> Decimal | None:
        text = self._cell(cells, target)
        try:
            self._check(cells, text, target)
            value = number(text, self.commas.get(target, False)) if text else None
        except BadCell:
            return None
        if value is None or not Decimal(0) <= value < Decimal("1e9"):
            return None
        return round(value, 3 if target == "stock" else 4)  # as fine as catalog keeps it

    def _sale(self, line: int, cells: dict[str, str]) -> SaleSubmitted:
        quantity = self._number(cells, "quantity", judges.quantity)
        invoice = self._cell(cells, "invoice")
        cancelled = bool(self.mapping.cancellation_prefix and invoice.startswith(self.mapping.cancellation_prefix))
        return SaleSubmitted.model_construct(
            kind=self._kind(cells, "return" if cancelled or quantity < 0 or self._paid_back(cells) else "sale"),
            sku=self._judged("sku", judges.sku, self._code(cells, "sku")),
            location=self._judged("location", judges.location, self._place(cells)),
            quantity=quantity, unit_price=self._price(cells, quantity), sold_at=self._moment(cells),
            reference=self._judged("invoice", judges.text, self._text(cells, "invoice")) or None,
            import_id=self.import_id, line=line,
        )  # fmt: skip

    def _place(self, cells: dict[str, str]) -> str:
        """Where the line was sold, by the name that the mapping gives to what the file calls it."""
        said = self._code(cells, "location")
        return self.mapping.locations.get(said, said) or self.mapping.location

    def _judged(self, target: Target, judge: Callable[[Any], Any], value: Any) -> Any:
        try:
            return judge(value)
        except ValidationError as wrong:
            message = wrong.errors(include_url=False, include_input=False, include_context=False)[0]["msg"]
            raise self._fault("bad_value", target, message) from None

    def _kind(self, cells: dict[str, str], usual: Kind) -> Kind:
        """What the line says it is. A sale of less than nothing is a return, whatever it is called."""
        if (back := flag(self._cell(cells, "is_return"))) is None:
            raise self._fault("unknown_kind", "is_return", "says neither yes nor no")
        usual, cell = "return" if back else usual, self._cell(cells, "kind")
        said = kind_of(cell) if cell else usual
        if said is None and is_cancelled(cell):
            raise self._fault("cancelled_order", "kind", "the sale was cancelled")
        if said is None:
            raise self._fault("unknown_kind", "kind", f"{cell[:40]!r} is neither a sale nor a return")
        return usual if said == "sale" else said

    def _paid_back(self, cells: dict[str, str]) -> bool:
        """Whether the line's amount is less than nothing, as of goods that came back."""
        text = self._cell(cells, "amount")
        try:
            return bool(text) and number(text, self.commas.get("amount", False)) < 0
        except BadCell:
            return False

    def _number(self, cells: dict[str, str], target: Target, judge: Callable[[Any], Any] | None = None) -> Decimal:
        text = self._cell(cells, target)
        if not text:
            raise self._fault("missing", target, "is empty")
        try:
            self._check(cells, text, target)
            value = number(text, self.commas.get(target, False))
        except BadCell as bad:
            raise self._fault(bad.code, target, bad.message) from None
        return value if judge is None else self._judged(target, judge, str(value))

    def _check(self, cells: dict[str, str], text: str, target: Target) -> None:
        """That a number is in the unit, or the currency, of the others that it is added up with. Raises BadCell."""
        usual = self.units.get(target)
        check(text, usual)
        if target in MONEY:
            check(self._cell(cells, "currency"), usual)
        if target == "quantity" and (usual := self.product_units.get(self._cell(cells, "sku").upper())):
            said = self._cell(cells, "unit")
            if (unit := named_unit(said)) and unit != usual:
                raise BadCell("other_unit", f"is in {said[:40]!r}, and most lines of this product are in {usual}")

    def _price(self, cells: dict[str, str], quantity: Decimal) -> Decimal | None:
        found: Decimal | None = None
        targets: tuple[Target, ...] = ("unit_price", "price")
        target: Target = next((target for target in targets if self._cell(cells, target)), "amount")
        if target != "amount":
            found = self._number(cells, target)
        elif self._cell(cells, "amount") and quantity:
            found = abs(self._number(cells, "amount") / quantity)
        if found is None:
            return None
        try:
            rounded = found.quantize(_PRICE)
        except InvalidOperation:
            raise self._fault("bad_value", target, "is too large a price") from None
        judged: Decimal = self._judged(target, judges.price, str(rounded))
        return judged

    def _moment(self, cells: dict[str, str]) -> datetime:
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


def numbered(basis: str, ordinal: int) -> str:
    """The id of a line that has none of its own."""
    return str(uuid5(LINE_NAMESPACE, f"{basis}\n{ordinal}"))


class _Fault(Exception):
    def __init__(self, error: LineError) -> None:
        super().__init__(error.message)
        self.error = error
