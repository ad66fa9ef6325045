"""An export's lines in plain columns: what belongs to the order in each, a price each, one moment, and what is no sale.

Lines keep their numbers and columns their names, so that whatever is said of a line is said of the file. A cell that
cannot be read stays as it stands: the reader of sales refuses it where it is; one that changes what a line comes to,
and is not kept, refuses its line.
"""

# Heard: every text of this module is said to readers (frontend/scripts/spoken.py).

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from chassis.reading.cells import BadCell
from chassis.reading.dates import clock_of, is_midnight, moment
from chassis.reading.own import FAULT

from sales.domain.beside import taken_off
from sales.domain.kinds import is_refunded
from sales.domain.mapping import Target
from sales.domain.presets.export import Export, Row
from sales.domain.presets.orders import Orders
from sales.domain.presets.zones import zone_of
from sales.domain.skips import NO_SALE, no_sale

PRODUCT_NAME = "product name"  # the column of names that were told apart from their codes
UNCLEAR = "unclear_money"  # a discount, a tax or a refund beside a line that cannot be read, or is more than the line
_CENT = Decimal("0.01")
_NONE = Decimal(0)


@dataclass
class Plainly:
    """Makes an export's lines plain."""

    export: Export
    day_first: bool
    beside: Sequence[str] = ()  # columns that rules of the mapping ask for
    seen: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.preset, self.columns = self.export.preset, self.export.columns
        self.orders = Orders(self.export, self.seen)

    def rows(self, rows: Iterable[tuple[int, Row]]) -> Iterator[tuple[int, Row]]:
        """Every line, in the file's order."""
        if not (self.preset.sums or self.preset.paid_back or self.preset.fill):  # no line has to wait for its order
            yield from ((line, self._plain(row, Decimal(1))) for line, row in rows)
            return
        for order in self.orders.of(rows):
            lines = [row for _, row in order]
            share = self.orders.share(lines)
            back = self.orders.came_back(lines, share)
            yield from ((line, self._plain(row, share, units)) for (line, row), units in zip(order, back, strict=True))

    @property
    def written(self) -> list[str]:
        """The columns of a plain line."""
        return [*dict.fromkeys((*self.columns.values(), *self.beside)), NO_SALE]

    def _plain(self, row: Row, share: Decimal, back: Decimal = _NONE) -> Row:
        if self.export.repeats_headers(row):
            return {header: header for header in self.written if header != NO_SALE} | {NO_SALE: ""}
        made = {header: row.get(header, "") for header in (*self.columns.values(), *self.beside)}
        made[NO_SALE] = self._no_sale(row)
        if FAULT in row:
            return made | {FAULT: row[FAULT]}
        self._price(row, made, share, back)
        self._moment(row, made)
        if self.preset.code_in_name:
            self._code(made)
        state = self.columns.get("status")
        counts = not made[NO_SALE] and made[self.columns["sold_at"]].strip()
        if state and counts and not made[state].strip() and not self.preset.varies:
            self.seen[f"lines do not say in what state their order is ({state!r}): they count as sales"] += 1
        return made

    def _no_sale(self, row: Row) -> str:
        """Why the line is no sale, and which column says so."""
        for rule in self.preset.no_sales:
            header = self.export.named(rule.column)
            if header is not None and rule.holds(row.get(header, "")):
                return no_sale(rule.code, header)
        if self.export.in_other_money(row):
            return no_sale("other_currency", self.export.named(self.preset.currency))
        if header := self.export.in_other_unit(row):
            return no_sale("other_unit", header)
        return ""

    def _price(self, row: Row, made: Row, share: Decimal, came_back: Decimal) -> None:
        """The price each, after discounts, and the units less those that came back."""
        cells = {t: self.columns.get(t, "") for t in ("quantity", "unit_price", "amount")}
        values = {header: self.export.money(row, header) for header in cells.values() if row.get(header, "").strip()}
        for header, value in values.items():
            made[header] = made[header] if value is None else format(value, "f")
        quantity, price, amount = (values.get(header) for header in cells.values())
        if not quantity or None in values.values():
            return  # the reader of sales says what is wrong with it
        if amount is not None and amount < 0:  # money that was paid back
            quantity = -abs(quantity)
        each = self._each(row, made, abs(quantity), price, amount, share)
        quantity -= self._back(row, made, quantity, came_back)
        made[self.columns["quantity"]] = format(quantity, "f")
        if each is None:
            return
        for other in ("unit_price", "amount"):
            if other in self.columns:
                made[self.columns[other]] = ""
        target: Target = "unit_price" if amount is None else "amount"
        made[self.columns[target]] = format(each if target == "unit_price" else each * abs(quantity), "f")

    def _each(
        self, row: Row, made: Row, units: Decimal, price: Decimal | None, amount: Decimal | None, share: Decimal
    ) -> Decimal | None:  # fmt: skip
        """The price each; None where the line has none."""
        if amount is not None:
            left = abs(amount) - self._off(row, made, self.preset.tax, abs(amount))
            return left / units
        if price is None:
            return None
        whole = abs(price) * units
        off = self._off(row, made, self.preset.discount, whole)
        said = self.export.named(self.preset.discount) or ""
        if off and self.preset.varies and "%" not in said + row[said]:
            self.seen[f"lines have a discount ({said!r}), which is taken as money off the line"] += 1
        return (whole - off) / units * share

    def _off(self, row: Row, made: Row, name: str | None, whole: Decimal) -> Decimal:
        """What a column takes off a line, as money or as a share in per cent."""
        header = self.export.named(name) or ""
        try:
            off = taken_off(row.get(header, ""), header, whole, self.export.commas.get(header, False))
        except BadCell:
            off = whole + 1
        if off > whole + _CENT:
            made[NO_SALE] = made[NO_SALE] or no_sale(UNCLEAR, header)
        return min(off, whole)

    def _back(self, row: Row, made: Row, quantity: Decimal, came_back: Decimal) -> Decimal:
        """The units that came back, with their sign."""
        header = self.export.named(self.preset.refunded)
        if is_refunded(self.export.cell(row, self.columns.get("status"))):  # all of it, as the reader of sales says
            return _NONE
        try:
            said = abs(self.export.number(row, self.preset.refunded) or _NONE)
        except BadCell:
            made[NO_SALE] = made[NO_SALE] or no_sale(UNCLEAR, header)
            return _NONE
        back = said + came_back
        if back:
            self.seen["lines came back in part or whole: they count less what came back"] += 1
        if back and back >= abs(quantity):
            made[NO_SALE] = made[NO_SALE] or no_sale("refunded_line", header if said else None)
        return back.copy_sign(quantity)

    def _moment(self, row: Row, made: Row) -> None:
        """Day, time and zone in one cell."""
        header = self.columns["sold_at"]
        day = row.get(header, "").strip()
        time, zone = self.export.cell(row, self.preset.time), self.export.cell(row, self.preset.zone)
        try:
            found: datetime | date = moment(day, self.day_first)
            if time and (not isinstance(found, datetime) or is_midnight(found)):
                found = moment(f"{found:%Y-%m-%d} {clock_of(time)}", self.day_first)
            if zone and isinstance(found, datetime) and found.tzinfo is None:
                found = found.replace(tzinfo=zone_of(zone))
        except BadCell:
            made[header] = " ".join(part for part in (day, time, zone) if part)
            return
        made[header] = found.isoformat()

    def _code(self, made: Row) -> None:
        """The code that stands in brackets before a name."""
        sku, name = self.columns["sku"], self.columns["name"]
        cell = (made[name] or made[sku]).strip()
        code, _, rest = cell[1:].partition("]") if cell.startswith("[") else ("", "", cell)
        made[name] = rest.strip()
        if code and made[sku].strip() == cell:
            made[sku] = code.strip()
