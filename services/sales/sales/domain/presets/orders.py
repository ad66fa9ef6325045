"""An export's orders: what stands in one of their lines only, and what belongs to an order is shared by its lines."""

# Heard: every text of this module is said to readers (frontend/scripts/spoken.py).

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby, islice

from chassis.reading.totals import says_total

from sales.domain.kinds import is_refunded
from sales.domain.presets.export import Export, Row
from sales.domain.presets.preset import OrderSums
from sales.domain.presets.refunds import returned

MOST_LINES = 5000  # of an order that are looked at together
_CENT = Decimal("0.01")
Order = list[tuple[int, Row]]


@dataclass
class Orders:
    """Reads an export by orders. What cannot be known of them is counted in `seen`, to be told."""

    export: Export
    seen: Counter[str] = field(default_factory=Counter)
    taxed: Counter[bool] = field(default_factory=Counter)  # orders by whether tax is in their lines' prices

    def of(self, rows: Iterable[tuple[int, Row]]) -> Iterator[Order]:
        """The lines of each order as far as they stand together; a line without an order's number is one by itself."""
        export, preset = self.export, self.export.preset
        fill = [header for name in preset.fill if (header := export.named(name))]
        for number, lines in groupby(self._numbered(rows), key=lambda pair: export.cell(pair[1], preset.order)):
            said: Row = {}
            while order := list(islice(lines, MOST_LINES if number else 1)):
                here = {header: self._first(order, header) for header in fill}
                said = {header: cell or said.get(header, "") for header, cell in here.items()} if number else here
                yield [(line, row | {h: row.get(h, "").strip() or said[h] for h in fill}) for line, row in order]

    def _numbered(self, rows: Iterable[tuple[int, Row]]) -> Iterator[tuple[int, Row]]:
        """Lines without a number are of the order above, where the export leaves it out; totals are of none."""
        preset, header, above = self.export.preset, self.export.named(self.export.preset.order), ""
        carried = header if preset.order in preset.fill else None
        for line, row in rows:
            if carried and above and not row.get(carried, "").strip() and not any(map(says_total, row.values())):
                row = row | {carried: above}
            above = row.get(header, "").strip() if header else ""
            yield line, row

    @staticmethod
    def _first(order: Order, header: str) -> str:
        return next((cell for _, row in order if (cell := row.get(header, "").strip())), "")

    def share(self, order: list[Row]) -> Decimal:
        """What is left of the lines' prices after a discount on their order."""
        sums = self.export.preset.sums
        if sums is None:
            return Decimal(1)
        after = self.export.money(order[0], sums.lines)
        if after is not None:
            self._tax(order[0], sums, after)
        elif self.export.money(order[0], sums.discount):
            self.seen[f"orders have a discount ({sums.discount!r}) and do not say what their lines came to"
                      f" ({sums.lines!r}): their prices are those before it"] += 1  # fmt: skip
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
        shipping, tax, total = (self.export.money(first, name) for name in (sums.shipping, sums.tax, sums.total))
        if tax and total is not None:
            left = total - lines - (shipping or Decimal(0))
            for within, rest in ((True, left), (False, left - tax)):
                self.taxed[within] += abs(rest) <= _CENT

    def came_back(self, order: list[Row], share: Decimal) -> list[Decimal]:
        """Of each line of an order of which something came back the units, where its money alone tells them."""
        export, preset, none = self.export, self.export.preset, [Decimal(0)] * len(order)
        state = export.cell(order[0], export.columns.get("status"))
        paid = abs(export.money(order[0], preset.paid_back) or Decimal(0))
        told_by_units = any(export.money(row, preset.refunded) for row in order)
        if is_refunded(state) or told_by_units or not (paid or preset.partly_back(state)):
            return none
        found = self._choices(order, share, paid)
        if len(found) == 1:
            self.seen["orders were refunded in part: they count less what came back, which their money tells"] += 1
            return found[0]
        self.seen["orders were refunded in part; their money does not tell what: they count whole"] += 1
        return none

    def _choices(self, order: list[Row], share: Decimal, paid: Decimal) -> list[list[Decimal]]:
        """Every choice of units that the money may be of; none where the export does not say what tax is in it."""
        export, sums = self.export, self.export.preset.sums
        if sums is None:
            return []
        amounts = [self._line_amount(row) for row in order]
        units = [export.money(row, export.columns.get("quantity")) for row in order]
        if None in amounts or None in units:
            return []
        tax, lines = (export.money(order[0], name) for name in (sums.tax, sums.lines))
        rates = {Decimal(1), 1 + tax / lines if tax and lines else Decimal(1)}  # without tax, and with it
        shared = [amount * share for amount in amounts if amount is not None]
        return returned(paid, shared, [unit for unit in units if unit is not None], rates)

    def _line_amount(self, row: Row) -> Decimal | None:
        export = self.export
        quantity = export.money(row, export.columns.get("quantity"))
        price = export.money(row, export.columns.get("unit_price"))
        if quantity is None or price is None:
            return None
        return quantity * price - abs(export.money(row, export.preset.discount) or Decimal(0))
