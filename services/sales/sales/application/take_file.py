"""A file as it is taken in: of a system whose export is known, in plain columns; of any other, as it is.

The preview and the import read what this makes, so that they say the same. Of an export nothing passes but the declared
columns: what it says of customers is dropped here, before anything is stored, logged or sent.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from typing import BinaryIO

from chassis.failures import invalid
from chassis.reading import dates, tables
from chassis.reading.bounds import UnreadableFile
from chassis.reading.cells import BadCell
from chassis.reading.day_order import BesideDays, DayOrder, Days
from chassis.reading.kept import only, written
from chassis.reading.signs import Doubt, Signs
from chassis.reading.tables import Layout
from chassis.reading.units import Units

from sales.application.survey import NOTHING_BESIDE, notation
from sales.domain.beside import Beside
from sales.domain.lines import LineError
from sales.domain.mapping import Mapping, Rule, Target, clock, completed
from sales.domain.persons import of_persons
from sales.domain.presets.known import NONE, PRESETS, recognised
from sales.domain.presets.lines import NO_SALE, PRODUCT_NAME, Plainly
from sales.domain.presets.preset import Preset

LOOKED_AT = 1000  # lines, to see whether a column has times
MOST_STRANGE = 0.2  # of its cells: above that it has none; those that are none in one that has are told at their lines
LINE_ID = "line id"  # the column of ids that lines have by what they say
_REASONS = {
    "other_currency": "is in another currency than the business counts in",
    "refunded_line": "all of it came back",
    "other_unit": "is in another currency or unit than the other lines of the file",
}


@dataclass
class TakenFile:
    """What is read: the file, how, and what is to be told of it; `preset` if it is an export that is known."""

    file: BinaryIO
    mapping: Mapping
    preset: Preset | None = None
    known_by: tuple[str, ...] = ()
    warnings: list[str] = field(default_factory=list)
    questions: list[Doubt] = field(default_factory=list)
    days: DayOrder = field(default_factory=DayOrder)  # of a file that was made plain

    @property
    def plain(self) -> bool:
        """Whether it was made plain: its days need not be decided again."""
        return self.preset is not None


@contextmanager
def taken(file: BinaryIO, mapping: Mapping, currency: str, beside: BesideDays = NOTHING_BESIDE) -> Iterator[TakenFile]:
    """The file as it is read. Raises Invalid for what is no table, and for a preset that is none."""
    try:
        layout = tables.layout(file)
    except UnreadableFile as unreadable:
        raise invalid("file", str(unreadable), "unreadable") from None
    preset = _preset(mapping, layout)
    timed, said = (None, []) if preset or mapping.columns or layout.own else _with_clock(file, layout, mapping)
    said = [*layout.told(), *said]
    if timed is not None:
        preset = _of_mapping(timed)
    if preset is None:
        with _without_persons(file, layout, mapping) as found:
            found.warnings += said
            yield found
        return
    found = TakenFile(file, mapping, preset, preset.known_by(layout.headers), said)
    if timed is not None:
        also = ", ".join(repr(timed.columns[target]) for target in ("time", "zone") if target in timed.columns)
        found.warnings.append(f"A moment is its day in the column {timed.columns['sold_at']!r} with what {also} says.")
    try:
        plainly = _plainly(found, layout, currency, beside)
        lines = (row for _, row in plainly.rows(_named(found, plainly, layout)))
        with written(plainly.written, lines, "parquet") as plain:
            found.file, found.mapping = plain, _mapping(mapping, preset, plainly)
            found.warnings += _told(preset, plainly)
            yield found
    except UnreadableFile as unreadable:
        raise invalid("file", str(unreadable), "unreadable") from None


@contextmanager
def _without_persons(file: BinaryIO, layout: Layout, mapping: Mapping) -> Iterator[TakenFile]:
    """A file of no known system, without the columns that are about persons; its lines keep the ids they ever had."""
    columns = completed(mapping, layout.headers).columns
    needed = {*columns.values(), *(rule.column for rule in mapping.rules)}
    persons = of_persons(layout.headers, needed)
    if not persons or layout.own:
        yield TakenFile(file, mapping)
        return
    kept = [header for header in layout.headers if header not in persons]
    said = [f"Columns about persons are not kept: {', '.join(persons)}."]
    if columns.keys() & {"invoice", "event_id"}:
        with only(file, layout, kept) as plain:
            yield TakenFile(plain, mapping, warnings=said)
        return
    reader = notation(
        file, mapping
    ).reader()  # lines are known by all that they say, persons included: only their ids stay
    read = ((row, reader.read(line, row)) for line, row in tables.rows(file, layout))
    lines = (row | {LINE_ID: sale.event_id if isinstance(sale, LineError) else sale[0]} for row, sale in read)
    with written([*kept, LINE_ID], lines, layout.format, layout.texts) as plain:
        by_id = mapping.model_copy(update={"columns": {**mapping.columns, "event_id": LINE_ID}})
        yield TakenFile(plain, by_id, warnings=said)


def _preset(mapping: Mapping, layout: Layout) -> Preset | None:
    if mapping.preset == NONE or layout.own:
        return None
    if mapping.preset is not None:
        if mapping.preset not in PRESETS:
            raise invalid("mapping.preset", f"is none of {', '.join([*PRESETS, NONE])}", "unknown_preset")
        return PRESETS[mapping.preset]
    if mapping.columns.keys() & {"time", "zone"}:
        return _of_mapping(mapping)
    return None if mapping.columns else recognised(layout.headers)


def _named(found: TakenFile, plainly: Plainly, layout: Layout) -> Iterator[tuple[int, dict[str, str]]]:
    """The file's lines, under the ids that they ever had where nothing but what they say tells them apart."""
    lines = tables.rows(found.file, layout)
    if plainly.columns.get("event_id") != LINE_ID:
        yield from lines
        return
    reader = notation(found.file, found.mapping).reader()
    for line, row in lines:
        sale = reader.read(line, row)
        yield line, row | {LINE_ID: sale.event_id if isinstance(sale, LineError) else sale[0]}


def _with_clock(file: BinaryIO, layout: Layout, mapping: Mapping) -> tuple[Mapping | None, list[str]]:
    """The mapping of a file that has a column of times, or of zones, beside a day without one; None if it has none.
    And what is to be told of a column that is named like one and is none."""
    named = completed(mapping, layout.headers)
    columns = clock(layout.headers, named)
    if not columns or named.missing():
        return None, []
    days, times = set[str](), Counter[bool]()
    strange, said = "", list[str]()
    for _, row in islice(tables.rows(file, layout), LOOKED_AT):
        days.add(row.get(named.columns["sold_at"], "").strip())
        if time := row.get(columns.get("time", ""), "").strip():
            times[_is_clock(time)] += 1
            strange = strange or ("" if _is_clock(time) else time)
    if "time" in columns and (any(_has_clock(day) for day in days) or times[False] > MOST_STRANGE * times.total()):
        name = columns.pop("time")
        if strange:
            said.append(f"The column {name!r} is not read: {strange[:40]!r} is no time.")
    return (named.model_copy(update={"columns": named.columns | columns}) if columns else None), said


def _has_clock(day: str) -> bool:
    """Whether a day's cell has a time of its own."""
    try:
        found = dates.moment(day, True)
    except BadCell:
        return False
    return isinstance(found, datetime) and not dates.is_midnight(found)


def _is_clock(cell: str) -> bool:
    try:
        return isinstance(dates.moment(f"2026-01-01 {dates.clock_of(cell)}", True), datetime)
    except BadCell:
        return False


def _of_mapping(mapping: Mapping) -> Preset:
    """A file whose day, time and zone stand in columns of their own, as its mapping says."""
    columns: dict[Target, tuple[str, ...]] = {
        target: (name,) for target, name in mapping.columns.items() if target not in ("time", "zone")
    }
    time, zone = mapping.columns.get("time"), mapping.columns.get("zone")
    return Preset("", "", (), columns, "", time=time, zone=zone)


def _plainly(found: TakenFile, layout: Layout, currency: str, beside: BesideDays) -> Plainly:
    """How its lines become plain: its columns, its notations, decided on all of it."""
    preset, mapping = found.preset, found.mapping
    assert preset is not None
    columns = preset.found(layout.headers)
    columns |= {target: name for target, name in mapping.columns.items() if target not in ("time", "zone")}
    if preset.code_in_name:
        columns["name"] = PRODUCT_NAME
    if not preset.name and not mapping.columns and not columns.keys() & {"invoice", "event_id"}:
        columns["event_id"] = LINE_ID
    sums = preset.sums
    extra = [
        preset.discount,
        preset.tax,
        preset.refunded,
        *((sums.lines, sums.shipping, sums.tax, sums.total) if sums else ()),
    ]
    numeric: dict[str, str] = {target: columns[target] for target in _NUMERIC if target in columns}
    numeric |= {name: header for name in extra if (header := preset.header(layout.headers, name)) and name}
    signs, units = Signs(numeric, list(numeric), layout.typed(numeric)), Units(numeric, list(numeric))
    days = Days({"sold_at": columns["sold_at"]} if "sold_at" in columns else {}, past=("sold_at",))
    more = Beside(columns, layout.headers)
    for _, row in tables.rows(found.file, layout):
        signs.add(row)
        units.add(row)
        more.add(row)
        days.add(row)
    commas, questions = signs.decide(mapping.decimal_comma)
    if preset.day_first is not None and beside.before is None:
        beside = replace(beside, before=preset.day_first, why=f"{preset.title} writes them so")
    found.days = days.decide(mapping.day_first, beside)
    found.questions += [*found.days.doubts, *questions]
    found.warnings += found.days.told
    if not preset.name:  # a preset declares what else it reads
        found.warnings += more.told(commas)
    by_header = {header: commas.get(name, False) for name, header in numeric.items()}
    usual = {numeric[target]: unit for target, unit in units.usual().items()}
    asked_for = [rule.column for rule in mapping.rules]
    return Plainly(preset, layout.headers, columns, by_header, found.days.first, currency, usual, asked_for)


_NUMERIC: tuple[Target, ...] = ("quantity", "unit_price", "amount", "price", "stock")


def _mapping(given: Mapping, preset: Preset, plainly: Plainly) -> Mapping:
    """The mapping of the plain file."""
    reasons = _REASONS | {rule.code: rule.reason for rule in reversed(preset.no_sales)}
    rules = [Rule(column=NO_SALE, matches=code, code=code, reason=reason) for code, reason in reasons.items()]
    return given.model_copy(update={
        "columns": plainly.columns, "source": given.source or preset.name or None, "rules": [*given.rules, *rules],
        "preset": NONE, "day_first": True, "decimal_comma": None,
    })  # fmt: skip


def _told(preset: Preset, plainly: Plainly) -> list[str]:
    said = [f"Prices are recorded {preset.prices}{_tax(plainly)}."] if preset.prices else []
    return said + [f"{count:,} {what}." for what, count in plainly.seen.items()]


def _tax(plainly: Plainly) -> str:
    """What the orders' sums tell of tax in their lines' prices."""
    if plainly.preset.sums is None:
        return ""
    within, beside = plainly.taxed[True], plainly.taxed[False]
    if within == beside:
        return "; whether tax is in them its orders do not tell"
    how = "" if within > beside else "not "
    return f"; tax is {how}in them ({max(within, beside)} of {within + beside} orders add up so)"
