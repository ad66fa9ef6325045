"""What a preset declares of a system's export: its columns, its special lines, and what its prices are.

Decision 0028 says how sure each layout is. Whatever column is not declared is not read,
and so nothing of a customer is: nobody's name, address or mail passes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chassis.reading.headers import plain

from sales.domain.beside import flag
from sales.domain.mapping import Target


@dataclass(frozen=True)
class NoSale:
    """Lines that are no sales: their column reads so, or `unless` it does. Case, `-` and `_` are no difference."""

    column: str
    code: str
    reason: str
    words: frozenset[str] = frozenset()  # empty: any word but one for no
    unless: frozenset[str] = frozenset()

    def holds(self, cell: str) -> bool:
        """Whether a line with this cell is none."""
        said = _said(cell)
        if self.unless:
            return said not in self.unless
        return said in self.words if self.words else flag(cell) is not False


def words(text: str) -> frozenset[str]:
    """Words between bars."""
    return frozenset(map(_said, text.split("|")))


def _said(cell: str) -> str:
    return " ".join(cell.casefold().replace("_", " ").replace("-", " ").split())


@dataclass(frozen=True)
class OrderSums:
    """Columns of an order's sums: what its lines came to after its discount, and what tells whether tax is in it."""

    lines: str
    shipping: str
    tax: str
    total: str
    discount: str


@dataclass(frozen=True)
class Preset:
    """One system's export. Names of columns are compared as headers are: case and punctuation are no difference.

    `columns`: of each target the names it may have. `needs`: the columns that it is known by. `fill`: columns that
    stand in one line of an order only. `within`: columns of money and units that what is read has in it already; what
    other such columns say is told. `prices` says whether tax is in what is recorded. `varies`: of a kind of tills,
    whose columns differ, so that none can be said to lack.
    """

    name: str
    title: str
    needs: tuple[str, ...]
    columns: Mapping[Target, tuple[str, ...]]
    prices: str
    order: str | None = None
    fill: tuple[str, ...] = ()
    no_sales: tuple[NoSale, ...] = ()
    time: str | None = None
    zone: str | None = None
    currency: str | None = None
    discount: str | None = None  # money off the line, beside a price each
    tax: str | None = None  # in the line's amount, and taken out of it
    refunded: str | None = None  # units of the line that came back
    sums: OrderSums | None = None
    partly: frozenset[str] = frozenset()  # states of orders of which something came back; the export says not what
    paid_back: str | None = None  # the order's money that was paid back, which may tell what came back
    code_in_name: bool = False  # `[CODE] name`
    day_first: bool | None = None  # as the days of its country are written, where a file's own do not show it
    within: tuple[str, ...] = ()
    varies: bool = False
    page: str = ""  # that describes the export, if somebody has opened it and compared

    def partly_back(self, state: str) -> bool:
        """Whether an order in this state had something sent back."""
        return _said(state) in self.partly

    def known_by(self, headers: Sequence[str]) -> tuple[str, ...]:
        """The columns of the file that it is known by; none if one of them lacks."""
        there = {plain(header): header for header in headers}
        found = [there.get(plain(name)) for name in self.needs]
        return tuple(header for header in found if header is not None) if None not in found else ()

    def found(self, headers: Sequence[str]) -> dict[Target, str]:
        """The file's column of each target; a column serves one."""
        columns: dict[Target, str] = {}
        for target, names in self.columns.items():
            there = (self.header(headers, name) for name in names)
            free = next((header for header in there if header and header not in columns.values()), None)
            if free is not None:
                columns[target] = free
        return columns

    @property
    def decides(self) -> tuple[str, ...]:
        """The columns, beside those of the targets, that say what is no sale, or what a line comes to."""
        sums = self.sums
        some = (
            *(rule.column for rule in self.no_sales), self.currency, self.discount, self.tax, self.refunded,
            self.paid_back, *((sums.lines, sums.shipping, sums.tax, sums.total, sums.discount) if sums else ()),
        )  # fmt: skip
        return tuple(dict.fromkeys(name for name in some if name is not None))

    @property
    def numeric(self) -> tuple[str, ...]:
        """Those of them that have numbers."""
        none = {rule.column for rule in self.no_sales} | {self.currency}
        return tuple(name for name in self.decides if name not in none)

    def header(self, headers: Sequence[str], name: str | None) -> str | None:
        """The file's own spelling of a column."""
        return next((header for header in headers if name is not None and plain(header) == plain(name)), None)
