"""The first look at a whole file: how it writes dates and numbers, what products it names, when it ends."""

# Heard: every text of this module is said to readers (frontend/scripts/spoken.py).

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from itertools import islice
from typing import BinaryIO

from chassis.reading import tables
from chassis.reading.day_order import BesideDays, DayOrder, Days
from chassis.reading.own import FAULT
from chassis.reading.signs import Doubt, Signs
from chassis.reading.tables import Layout
from chassis.reading.twins import Twins
from chassis.reading.units import Units
from chassis.weeks import last_ended_week, week_of

from sales.domain import alike
from sales.domain.beside import Beside
from sales.domain.kinds import is_cancelled, is_known_state, is_payment, kind_of
from sales.domain.lines import LineError, Reader
from sales.domain.mapping import FLAGS, NUMERIC, Mapping, Target, completed
from sales.domain.reading import Reading

NOTHING_BESIDE = BesideDays()
# Columns that are judged by all that they say.
_JUDGED = frozenset(("kind", "status", "event_id", "unit", "currency", *FLAGS))
MOST_NAMED = 50  # different cells that are counted to be told
MOST_CLASHES = 0.01  # of a file's lines: above that a column of ids is none


@dataclass
class SurveyedProduct:
    """What the file says of one product: its most frequent name, its last price and stock."""

    names: Counter[str] = field(default_factory=Counter)
    category: str | None = None
    price: Decimal | None = None
    stock: Decimal | None = None
    first_sold: date | None = None

    @property
    def name(self) -> str | None:
        """The most frequent name; of equals the first in the alphabet, so that it is always the same."""
        return min(self.names, key=lambda name: (-self.names[name], name)) if self.names else None


@dataclass
class Survey:
    """What a file is, before anything of it is published."""

    layout: Layout
    mapping: Mapping
    days: DayOrder
    commas: dict[str, bool]
    units: dict[str, str]
    product_units: dict[str, str]
    warnings: list[str]
    questions: list[Doubt] = field(default_factory=list)
    lines: int = 0
    products: dict[str, SurveyedProduct] = field(default_factory=dict)
    last_day: date | None = None
    places: dict[str, set[str]] = field(default_factory=dict)  # with the products that are sold there

    def refuse_all(self, why: str) -> None:
        """Ask before anything is imported, for what no cell says."""
        self.questions.append(Doubt("source", "", "", why))

    @property
    def day_first(self) -> bool:
        """Whether the day comes before the month."""
        return self.days.first

    @property
    def decimal_comma(self) -> bool:
        """How the file writes decimals, in a word."""
        used = [target for target in NUMERIC if target in self.mapping.columns]
        return any(self.commas[target] for target in used)

    def reader(self, **options: object) -> Reader:
        """A reader of the file's lines."""
        return Reader(
            self.mapping, self.day_first, self.commas, units=self.units, product_units=self.product_units,
            **options,  # type: ignore[arg-type]
        )  # fmt: skip

    def reading(self, shift_weeks: int, within: tuple[str, ...]) -> Reading:
        """How its lines are read, to be kept."""
        return Reading(
            headers=self.layout.headers, mapping=self.mapping, day_first=self.day_first, commas=self.commas,
            units=self.units, product_units=self.product_units, shift_weeks=shift_weeks, within=within,
        )  # fmt: skip

    def weeks_to_shift(self, yesterday: date, first_weekday: int) -> int:
        """Whole weeks that take the file's last week to the last week that has ended."""
        if self.last_day is None:
            return 0
        gap: timedelta = last_ended_week(yesterday, first_weekday) - week_of(self.last_day, first_weekday)
        return gap.days // 7


def notation(
    file: BinaryIO, mapping: Mapping, beside: BesideDays = NOTHING_BESIDE, only_first: int | None = None
) -> Survey:
    """Layout, mapping and notations, decided on whole columns. Raises UnreadableFile."""
    layout = tables.layout(file)
    given, mapping = mapping, completed(mapping, layout.headers)
    looks = _Looks(mapping, layout, given)
    # Parquet has numbers and days of its own, but where they are text.
    typed = layout.typed({str(target): mapping.columns[target] for target in NUMERIC if target in mapping.columns})
    written = mapping.columns.keys() & set(NUMERIC) - typed
    if written or mapping.day_first is None or mapping.columns.keys() & _JUDGED:
        for _, row in islice(tables.rows(file, layout), only_first):
            looks.add(row)
    mapping, warnings = looks.settled(given)
    days = looks.days.decide(mapping.day_first, beside)
    commas, questions = looks.signs.decide(mapping.decimal_comma)
    warnings += [*days.told, *looks.beside.told(commas)]
    questions = [*looks.twins(), *days.doubts, *questions]
    if "invoice" not in mapping.columns and "event_id" not in mapping.columns:
        warnings.append(
            "There is no invoice or id column: equal lines are told apart by their order, so a file that repeats"
            " some lines of another counts them again only if they differ."
        )
    return Survey(
        layout, mapping, days, commas, looks.units.usual(), looks.beside.units(), warnings, questions
    )  # fmt: skip


def _named(cells: Counter[str]) -> str:
    """Cells with how often they come."""
    return ", ".join(f"{cell!r} ({times:,})" for cell, times in cells.most_common(5))


class _Looks:
    """What the lines of a file tell of its columns."""

    def __init__(self, mapping: Mapping, layout: Layout, given: Mapping) -> None:
        columns = {str(target): name for target, name in mapping.columns.items()}
        self._mapping, self.units = mapping, Units(columns, NUMERIC)
        self.signs = Signs(columns, NUMERIC, layout.typed(columns))
        self._twins = Twins.of(layout, {t: name for t, name in columns.items() if t not in given.columns})
        self.days = Days({t: name for t, name in columns.items() if t == "sold_at"}, past=("sold_at",))
        self.beside = Beside(mapping.columns, layout.headers)
        self._kinds: Counter[bool] = Counter()
        self._other_kinds, self._other_states = Counter[str](), Counter[str]()
        self._pays = False
        self._ids: dict[str, int] = {}
        self._lines = self._clashes = 0

    def add(self, row: dict[str, str]) -> None:
        """Look at a line."""
        self._lines += 1
        if FAULT in row:
            return
        self.signs.add(row)
        self.units.add(row)
        self.beside.add(row)
        self._twins.add(row)
        self.days.add(row)
        if kind := self._cell(row, "kind"):
            known = kind_of(kind) is not None or is_cancelled(kind)
            self._kinds[known] += 1
            self._pays = self._pays or is_payment(kind)
            if not known and len(self._other_kinds) < MOST_NAMED:
                self._other_kinds[kind[:40]] += 1
        if (state := self._cell(row, "status")) and not is_known_state(state) and len(self._other_states) < MOST_NAMED:
            self._other_states[state[:40]] += 1
        if id_ := self._cell(row, "event_id"):
            content = hash(tuple(row.values()))
            self._clashes += self._ids.setdefault(id_, content) != content

    def _cell(self, row: dict[str, str], target: Target) -> str:
        column = self._mapping.columns.get(target)
        return row.get(column, "").strip() if column else ""

    def twins(self) -> list[Doubt]:
        """Columns of one name that say different things."""
        return self._twins.questions()

    def settled(self, given: Mapping) -> tuple[Mapping, list[str]]:
        """The mapping without columns that are not what their name says; and what is to be told of that."""
        columns, warnings = dict(self._mapping.columns), []
        if "kind" not in given.columns and "kind" in columns and (
            self._pays or self._kinds[False] > self._kinds[True]
        ):  # fmt: skip
            name = columns.pop("kind")  # a type of goods or of payment
            if self._kinds[True]:
                warnings.append(
                    f"The column {name!r} is not read as one of sales and returns, since it says other things"
                    f" ({_named(self._other_kinds)}): name it in `columns` as `kind` if it is one."
                )
        none, said = self.beside.none()
        warnings += said
        for target in none:
            del columns[target]
        if self._other_states:
            warnings.append(
                f"Lines in the state {_named(self._other_states)} count as sales; a rule of the mapping refuses them."
            )
        if self._clashes > MOST_CLASHES * self._lines:
            name = columns.pop("event_id")
            warnings.append(
                f"{self._clashes} lines have an id in the column {name!r} that another line has with other content: it"
                " is the number of a transaction, and a line is known by that and its place in it."
            )
            columns.setdefault("invoice", name)
        return self._mapping.model_copy(update={"columns": columns}), warnings


def survey(file: BinaryIO, mapping: Mapping, beside: BesideDays = NOTHING_BESIDE) -> Survey:
    """Read the whole file twice. Raises UnreadableFile."""
    found = notation(file, mapping, beside)
    reader = found.reader()
    for line, row in tables.rows(file, found.layout):
        found.lines = line
        sale = reader.read(line, row)
        if not isinstance(sale, LineError):  # what is no sale makes no product
            _note(found, reader, row)
            there = found.places.setdefault(sale[1].location or "", set())
            if mapping.make_locations and sale[1].sku:
                there.add(sale[1].sku)
    found.warnings += alike.told({sku: next(iter(product.names), None) for sku, product in found.products.items()})
    return found


def _note(found: Survey, reader: Reader, row: dict[str, str]) -> None:
    seen, day = reader.product(row), reader.sold_on(row)
    if day is not None:
        found.last_day = max(day, found.last_day or day)
    if seen is None:
        return
    product = found.products.setdefault(seen.sku, SurveyedProduct())
    if seen.name:
        product.names[seen.name] += 1
    product.category = seen.category or product.category
    product.price = seen.price or product.price
    product.stock = product.stock if seen.stock is None else seen.stock
    if day is not None:
        product.first_sold = min(day, product.first_sold or day)
