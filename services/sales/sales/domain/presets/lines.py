"""An export's lines in plain columns: what belongs to the order in each, a price each, one moment, and what is no sale.

Lines keep their numbers and columns their names, so that whatever is said of a line is said of the file. A cell that
cannot be read stays as it stands: the reader of sales refuses it where it is.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby, islice

from chassis.reading.cells import BadCell, number, unit_of
from chassis.reading.dates import clock_of, is_midnight, moment
from chassis.reading.own import FAULT
from chassis.reading.units import check

from sales.domain.mapping import Target
from sales.domain.presets.preset import OrderSums, Preset
from sales.domain.presets.refunds import returned
from sales.domain.presets.zones import zone_of

NO_SALE = "no sale"  # the column that says why a line is none
PRODUCT_NAME = "product name"  # the column of names that were told apart from their codes
MOST_LINES = 5000  # of an order that are looked at together
_CENT = Decimal("0.01")
_NONE = Decimal(0)
Row = dict[str, str]


@dataclass
class Plainly:
    """Makes an export's lines plain. `columns` are the file's headers by target, `commas` by header."""

    preset: Preset
    headers: list[str]
    columns: Mapping[Target, str]
    commas: Mapping[str, bool]
    day_first: bool
    currency: str
    units: Mapping[str, str] = field(default_factory=dict)  # what numbers are usually in, by header
    beside: Sequence[str] = ()  # columns that rules of the mapping ask for
    seen: Counter[str] = field(default_factory=Counter)
    taxed: Counter[bool] = field(default_factory=Counter)  # orders by whether tax is in their lines' prices

    def rows(self, rows: Iterable[tuple[int, Row]]) -> Iterator[tuple[int, Row]]:
        """Every line, in the file's order."""
        if self.preset.sums is None:  # no line has to wait for the rest of its order
            yield from ((line, self._plain(row, Decimal(1))) for line, row in self._filled(rows))
            return
        for _, some in groupby(self._filled(rows), key=lambda pair: pair[1].get(self._order or "", "")):
            while order := list(islice(some, MOST_LINES)):
                share = self._share([row for _, row in order])
                back = self._came_back([row for _, row in order], share)
                yield from (
                    (line, self._plain(row, share, units)) for (line, row), units in zip(order, back, strict=True)
                )

    @property
    def written(self) -> list[str]:
        """The columns of a plain line."""
        return [*dict.fromkeys((*self.columns.values(), *self.beside)), NO_SALE]

    @property
    def _order(self) -> str | None:
        return self._named(self.preset.order)

    def _named(self, name: str | None) -> str | None:
        return self.preset.header(self.headers, name)

    def _filled(self, rows: Iterable[tuple[int, Row]]) -> Iterator[tuple[int, Row]]:
        """Lines with what stands in the first one of their order only."""
        fill = [header for name in self.preset.fill if (header := self._named(name))]
        order, first = None, {}
        for line, row in rows:
            number_ = row.get(self._order or "", "").strip()
            if self._order in fill and not number_ and order:
                number_ = order
            if number_ != order or not number_:
                order, first = number_, {header: row.get(header, "") for header in fill}
            yield line, row | {header: row[header].strip() or first[header] for header in fill}

    def _money(self, row: Row, name: str | None) -> Decimal | None:
        header = self._named(name)
        cell = row.get(header, "").strip() if header else ""
        try:
            check(cell, None)
            return number(cell, self.commas.get(header or "", False)) if cell else None
        except BadCell:
            return None

    def _share(self, order: list[Row]) -> Decimal:
        """What is left of the lines' prices after a discount on their order."""
        sums = self.preset.sums
        after = self._money(order[0], sums.lines) if sums else None
        if sums and after is not None:
            self._tax(order[0], sums, after)
        lines = [self._line_amount(row) for row in order]
        if after is None or None in lines:
            return Decimal(1)
        before = sum((amount for amount in lines if amount is not None), Decimal(0))
        if before <= 0 or not 0 <= after < before - _CENT:
            return Decimal(1)
        self.seen["orders have a discount of their own, which is shared among their lines by value"] += 1
        return after / before

    def _tax(self, first: Row, sums: OrderSums, lines: Decimal) -> None:
        """See in an order's sums whether tax is in its lines' prices."""
        shipping, tax, total = (self._money(first, name) for name in (sums.shipping, sums.tax, sums.total))
        if tax and total is not None:
            left = total - lines - (shipping or Decimal(0))
            for within, rest in ((True, left), (False, left - tax)):
                self.taxed[within] += abs(rest) <= _CENT

    def _came_back(self, order: list[Row], share: Decimal) -> list[Decimal]:
        """Of each line of an order that was refunded in part, the units that came back, where its money tells them."""
        partly, none = self.preset.partly, [Decimal(0)] * len(order)
        if not partly or not partly.holds(order[0].get(self._named(partly.column) or "", "")):
            return none
        paid, sums = abs(self._money(order[0], self.preset.paid_back) or Decimal(0)), self.preset.sums
        amounts = [self._line_amount(row) for row in order]
        units = [self._money(row, self.columns.get("quantity")) for row in order]
        tax, lines = (self._money(order[0], name) for name in (sums.tax, sums.lines)) if sums else (None, None)
        rates = {Decimal(1), 1 + tax / lines if tax and lines else Decimal(1)}  # without tax, and with it
        found = [] if None in amounts or None in units else returned(
            paid, [amount * share for amount in amounts if amount is not None], [u for u in units if u is not None],
            rates
        )  # fmt: skip
        if len(found) == 1:
            self.seen[f"orders that {partly.reason} count less what came back, which their money tells"] += 1
            return found[0]
        self.seen[f"orders {partly.reason.removeprefix('was ')}; their money does not tell what: they count whole"] += 1
        return none

    def _line_amount(self, row: Row) -> Decimal | None:
        quantity = self._money(row, self.columns.get("quantity"))
        price = self._money(row, self.columns.get("unit_price"))
        if quantity is None or price is None:
            return None
        return quantity * price - abs(self._money(row, self.preset.discount) or Decimal(0))

    def _plain(self, row: Row, share: Decimal, back: Decimal = _NONE) -> Row:
        made = {header: row.get(header, "") for header in (*self.columns.values(), *self.beside)}
        made[NO_SALE] = self._no_sale(row)
        if FAULT in row:
            return made | {FAULT: row[FAULT]}
        self._price(row, made, share, back)
        self._moment(row, made)
        if self.preset.code_in_name:
            self._code(made)
        return made

    def _no_sale(self, row: Row) -> str:
        """The code of why the line is no sale."""
        for rule in self.preset.no_sales:
            header = self._named(rule.column)
            if header is not None and rule.holds(row.get(header, "")):
                return rule.code
        money = self._named(self.preset.currency)
        said = row.get(money, "").strip().upper() if money else ""
        if said and said != self.currency:
            return "other_currency"
        for header, usual in self.units.items():
            if (unit := unit_of(row.get(header, ""))) and unit != usual:
                return "other_unit"
        return ""

    def _price(self, row: Row, made: Row, share: Decimal, came_back: Decimal) -> None:
        """The price each, after discounts, and the units less those that came back."""
        cells = {t: self.columns.get(t, "") for t in ("quantity", "unit_price", "amount")}
        values = {header: self._money(row, header) for header in cells.values() if row.get(header, "").strip()}
        for header, value in values.items():
            made[header] = made[header] if value is None else format(value, "f")
        quantity, price, amount = (values.get(header) for header in cells.values())
        if not quantity or None in values.values():
            return  # the reader of sales says what is wrong with it
        if amount is not None and amount < 0:  # money that was paid back
            quantity = -abs(quantity)
        target: Target = "unit_price" if amount is None else "amount"
        if amount is not None:
            each = (abs(amount) - abs(self._money(row, self.preset.tax) or Decimal(0))) / abs(quantity)
        elif price is not None:
            off = abs(self._money(row, self.preset.discount) or Decimal(0)) / abs(quantity)
            each = (abs(price) - off) * share
        else:
            return
        back = abs(self._money(row, self.preset.refunded) or Decimal(0)) + came_back
        if back:
            self.seen["lines came back in part or whole: they count less what came back"] += 1
            if back >= abs(quantity):
                made[NO_SALE] = made[NO_SALE] or "refunded_line"
            quantity -= back.copy_sign(quantity)
        for other in ("unit_price", "amount"):
            if other in self.columns:
                made[self.columns[other]] = ""
        each = max(each, Decimal(0))
        made[self.columns[target]] = format(each if target == "unit_price" else each * abs(quantity), "f")
        made[self.columns["quantity"]] = format(quantity, "f")

    def _moment(self, row: Row, made: Row) -> None:
        """Day, time and zone in one cell."""
        header, clock = self.columns["sold_at"], self._named(self.preset.time)
        day = row.get(header, "").strip()
        time = row.get(clock, "").strip() if clock else ""
        zone = row.get(self._named(self.preset.zone) or "", "").strip()
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
