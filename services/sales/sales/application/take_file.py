"""A file as it is taken in: of a system whose export is known, in plain columns; of any other, as it is.

The preview and the import read what this makes, so that they say the same. Of an export nothing passes but the declared
columns: what it says of customers is dropped here, before anything is stored, logged or sent.
"""

# Heard: every text of this module is said to readers (frontend/scripts/spoken.py).

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import BinaryIO

from chassis.failures import invalid
from chassis.reading import dates, tables
from chassis.reading.bounds import UnreadableFile
from chassis.reading.cells import BadCell
from chassis.reading.day_order import BesideDays, DayOrder
from chassis.reading.kept import only, written
from chassis.reading.signs import Doubt
from chassis.reading.tables import Layout

from sales.application.look_at_export import LINE_ID, look_at
from sales.application.survey import NOTHING_BESIDE, notation
from sales.domain.lines import LineError
from sales.domain.mapping import Mapping, Target, clock, completed
from sales.domain.persons import of_persons
from sales.domain.presets.known import NONE, PRESETS, recognised
from sales.domain.presets.lines import Plainly
from sales.domain.presets.preset import Preset

LOOKED_AT = 1000  # lines, to see whether a column has times
MOST_STRANGE = 0.2  # of its cells: above that it has none; those that are none in one that has are told at their lines


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
    decimal_comma: bool = False  # of such a one

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
        export = look_at(file, mapping, preset, layout, currency, beside)
        found.days, plainly = export.days, export.plainly
        found.decimal_comma = any(plainly.export.commas.values())
        found.questions += export.questions
        lines = (row for _, row in plainly.rows(_named(found, plainly, layout)))
        with written(plainly.written, lines, "parquet") as plain:
            found.file, found.mapping = plain, export.mapping
            found.warnings += export.told_of_lines()
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
