"""A file understood whole, in batches, and what each line would change: alike for a look at it and its import."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo

from chassis.database import Connection
from chassis.failures import TooLarge, invalid
from chassis.reading import headers, tables
from chassis.reading.bounds import UnreadableFile
from chassis.reading.cells import BadCell, number
from chassis.reading.day_order import BesideDays, DayOrder, Days
from chassis.reading.own import FAULT
from chassis.reading.signs import Doubt, Signs
from chassis.reading.tables import Layout
from chassis.reading.twins import Twins
from chassis.reading.units import Units, Unread

from catalog.application.imports.kind import Context, Kind, LineFate
from catalog.domain.imports.columns import DATED, NUMERIC, Notation, ShopMapping
from catalog.domain.imports.lines import Line, LineReader, contradictions, header_again
from catalog.storage import stock

BATCH = 500
MOST_LINES = 200_000


@dataclass
class Look:
    """What a file is, decided on all of it: its columns, its notation, what must be asked and what is to be told."""

    kind: Kind
    mapping: ShopMapping
    layout: Layout
    columns: dict[str, str]
    notation: Notation
    days: DayOrder
    questions: list[Doubt] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    lines: int = 0

    @property
    def reader(self) -> LineReader:
        """A reader of its lines."""
        return LineReader(self.kind.columns, self.columns, self.notation)

    def context(self, zone: ZoneInfo, now: datetime, actor: str, digest: str, *, locks: bool) -> Context:
        """What its kind may ask."""
        return Context(self.mapping, zone, now, actor, digest, self.reader, locks)


def look(file: BinaryIO, kind: Kind, mapping: ShopMapping, beside: BesideDays) -> Look:
    """Read the whole file once. Raises Invalid for what is no table."""
    targets = {column.target for column in kind.columns}
    strange = sorted(set(mapping.columns) - targets)
    if strange:
        raise invalid(f"mapping.columns.{strange[0]}", f"is no column of {kind.name}: {', '.join(sorted(targets))}")
    try:
        layout = tables.layout(file)
        words = {column.target: column.words for column in kind.columns}
        columns = headers.found(mapping.columns, layout.headers, words)
        return _looked(file, kind, mapping, layout, columns, beside)
    except UnreadableFile as unreadable:
        raise invalid("file", str(unreadable), "unreadable") from None


def _looked(
    file: BinaryIO, kind: Kind, mapping: ShopMapping, layout: Layout, columns: dict[str, str], beside: BesideDays
) -> Look:  # fmt: skip
    numeric = [column.target for column in kind.columns if column.read in NUMERIC]
    dated = {column.target: columns[column.target] for column in kind.columns
             if column.read in DATED and column.target in columns}  # fmt: skip
    shares = [column.target for column in kind.columns if column.read == "share" and column.target in columns]
    signs, units, days = Signs(columns, numeric), Units(columns, numeric), Days(dated, kind.past, kind.spans)
    twins = Twins.of(layout, {target: name for target, name in columns.items() if target not in mapping.columns})
    unread = Unread.of(layout.headers, columns)
    percents, line = {target for target in shares if "%" in columns[target]}, 0
    for line, row in tables.rows(file, layout):
        if line > MOST_LINES:
            raise TooLarge(f"The file has more than {MOST_LINES:,} lines: split it.", code="too_many_lines")
        if FAULT in row:
            continue
        signs.add(row)
        units.add(row)
        unread.add(row)
        twins.add(row)
        days.add(row)
        percents |= {target for target in shares if _above_one(row.get(columns[target], ""))}
    commas, questions = signs.decide(mapping.decimal_comma, typed=layout.format != "csv")
    order = days.decide(mapping.day_first, beside)
    notation = Notation(order.first, commas, frozenset(percents), units.usual())
    found = Look(kind, mapping, layout, columns, notation, order, [*twins.questions(), *order.doubts, *questions])
    found.lines = line
    found.warnings += [*layout.told(), *order.told, *unread.told()]
    found.warnings += [f"{columns[target]!r} is read as percent." for target in sorted(percents)]
    return found


def _above_one(cell: str) -> bool:
    try:
        return abs(number(cell.replace("%", ""), "," in cell)) > 1
    except BadCell:
        return False


def refuse_unclear(found: Look) -> None:
    """Raise Invalid for what no import may begin with: columns that lack, questions that are open."""
    missing = found.kind.missing(found.columns)
    if missing:
        named = f"no column was found for {', '.join(missing)}; name them in `columns`"
        raise invalid("mapping", named, "unmapped")
    if found.questions:
        raise invalid(f"mapping.{found.questions[0].setting}", found.questions[0].message, "ambiguous")
    if not found.lines:
        raise invalid("file", "the file has no lines below the names of its columns", "no_lines")


def digest_of(file: BinaryIO) -> str:
    """By what a file is known again."""
    file.seek(0)
    return hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]


def batches(file: BinaryIO, found: Look) -> Iterator[list[tuple[Line, bool]]]:
    """All lines, those of one group together, with whether an earlier one says the very same; always cut alike."""
    reader = found.reader
    read = (reader.read(line, row) for line, row in tables.rows(file, found.layout) if not header_again(row))
    return cut(read, found.kind, reader)


def cut(read: Iterable[Line], kind: Kind, reader: LineReader) -> Iterator[list[tuple[Line, bool]]]:
    """The same of lines that were read."""
    lines = list(contradictions(read, kind.key, reader))
    if kind.group:
        lines.sort(key=lambda pair: _group(kind, pair[0]))
    some: list[tuple[Line, bool]] = []
    for pair in lines:
        starts_anew = not kind.group or not some or _group(kind, some[-1][0]) != _group(kind, pair[0])
        if len(some) >= BATCH and starts_anew:
            yield some
            some = []
        some.append(pair)
    if some:
        yield some


def _group(kind: Kind, line: Line) -> tuple[str, ...]:
    return tuple(str(line.values.get(target, "")) for target in kind.group)


def judged(connection: Connection, kind: Kind, batch: Sequence[tuple[Line, bool]], context: Context) -> list[LineFate]:
    """What the lines of a batch would change, in the batch's order."""
    if kind.moves_stock and context.locks:
        stock.lock(connection, exclusive=True)
    good = [line for line, repeats in batch if not line.faults and not repeats]
    by_line = {verdict.line.number: verdict for verdict in kind.judge(connection, good, context)} if good else {}
    for line, repeats in batch:
        if repeats:
            by_line[line.number] = LineFate(line, "unchanged", note="lines repeat another line of the file")
        elif line.faults:
            by_line[line.number] = LineFate.rejected(line)
    found = [by_line[line.number] for line, _ in batch]
    return _whole(kind, found, context) if kind.whole else found


def _whole(kind: Kind, verdicts: Sequence[LineFate], context: Context) -> list[LineFate]:
    """A group with a faulty line is refused as a whole."""
    broken = {_group(kind, v.line): v.line.number for v in verdicts if v.outcome == "rejected"}
    found = []
    for verdict in verdicts:
        cause = broken.get(_group(kind, verdict.line))
        if verdict.outcome in ("created", "changed") and cause is not None:
            message = f"line {cause} belongs to it and cannot be taken, and it is taken as a whole"
            verdict = LineFate.rejected(verdict.line, context.reader.fault(kind.group[0], "incomplete", message))
        found.append(verdict)
    return found


@dataclass
class Tally:
    """How many lines have which outcome, why lines were refused, and what is told once for many."""

    outcomes: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    notes: Counter[str] = field(default_factory=Counter)

    @staticmethod
    def of(kept: Mapping[str, Any]) -> "Tally":
        """As it was kept with the job."""
        return Tally(*(Counter(kept.get(name, {})) for name in ("outcomes", "reasons", "notes")))

    def add(self, verdicts: Sequence[LineFate]) -> None:
        """Count."""
        for verdict in verdicts:
            self.outcomes[verdict.outcome] += 1
            if verdict.note:
                self.notes[verdict.note] += 1
            if verdict.outcome == "rejected":
                self.reasons.update({fault.code for fault in verdict.line.faults})

    def told(self) -> list[str]:
        """What is to be told of the lines."""
        said = [f"{count:,} {note}." for note, count in self.notes.items()]
        if self.outcomes and not {"created", "changed", "rejected"} & self.outcomes.keys():
            said.append("The file changes nothing: all that it says is so already.")
        return said

    def kept(self) -> dict[str, dict[str, int]]:
        """To be kept with the job."""
        return {"outcomes": dict(self.outcomes), "reasons": dict(self.reasons), "notes": dict(self.notes)}
