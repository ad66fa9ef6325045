"""A file understood whole, in batches, and what each line would change: alike for a look at it and its import."""

# Heard: every text of this module is said to readers (frontend/scripts/spoken.py).

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
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
from chassis.reading.units import Units, Unread, other_money

from catalog.application.imports.belonging import with_the_lost
from catalog.application.imports.kind import Context, Kind, LineFate
from catalog.domain.imports.columns import DATED, NUMERIC, SHARES, ShopMapping
from catalog.domain.imports.lines import Line, LineReader, by_values, contradictions
from catalog.domain.imports.understood import Notation
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

    def context(self, zone: ZoneInfo, now: datetime, actor: str, digest: str, *, locks: bool) -> Context:
        """What its kind may ask, with a reader of its lines."""
        reader = LineReader(self.kind.columns, self.columns, replace(self.notation, zone=zone))
        return Context(self.mapping, zone, now, actor, digest, reader, locks)


def look(
    file: BinaryIO, kind: Kind, mapping: ShopMapping, beside: BesideDays, currency: str | None = None
) -> Look:  # fmt: skip
    """Read the whole file once; money in another `currency` is told. Raises Invalid for what is no table."""
    targets = {column.target for column in kind.columns}
    strange = sorted(set(mapping.columns) - targets)
    if strange:
        raise invalid(f"mapping.columns.{strange[0]}", f"is no column of {kind.name}: {', '.join(sorted(targets))}")
    try:
        layout = tables.layout(file)
        words = {column.target: column.words for column in kind.columns}
        columns = headers.found(mapping.columns, layout.headers, words)
        found = _looked(file, kind, mapping, layout, columns, beside)
    except UnreadableFile as unreadable:
        raise invalid("file", str(unreadable), "unreadable") from None
    found.warnings += other_money(found.notation.units, currency) if currency else []
    return found


def _looked(
    file: BinaryIO, kind: Kind, mapping: ShopMapping, layout: Layout, columns: dict[str, str], beside: BesideDays
) -> Look:  # fmt: skip
    numeric = [column.target for column in kind.columns if column.read in NUMERIC]
    dated = {column.target: columns[column.target] for column in kind.columns
             if column.read in DATED and column.target in columns}  # fmt: skip
    shares = _Shares({one.target: columns[one.target] for one in kind.columns
                      if one.read in SHARES and one.target in columns})  # fmt: skip
    signs = Signs(columns, numeric, layout.typed(columns))
    units, days = Units(columns, numeric), Days(dated, kind.past, kind.spans)
    twins = Twins.of(layout, {target: name for target, name in columns.items() if target not in mapping.columns})
    unread = Unread.of(layout.headers, columns)
    line = 0
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
        shares.add(row)
    commas, questions = signs.decide(mapping.decimal_comma)
    order = days.decide(mapping.day_first, beside)
    notation = Notation(
        order.first, commas, frozenset(shares.percents), units.usual(), frozenset(shares.fractions)
    )  # fmt: skip
    found = Look(kind, mapping, layout, columns, notation, order, [*twins.questions(), *order.doubts, *questions])
    found.lines = line
    found.warnings += [*layout.told(), *order.told, *unread.told()]
    found.warnings += [f"{columns[target]!r} is read as percent." for target in sorted(shares.percents)]
    return found


class _Shares:
    """Which columns of shares are of percents and which of parts, by their cells that do not say it themselves."""

    def __init__(self, columns: Mapping[str, str]) -> None:
        self._columns, self.fractions = columns, set[str]()
        self.percents = {target for target, header in columns.items() if "%" in header}

    def add(self, row: Mapping[str, str]) -> None:
        """Look at a line."""
        for target, header in self._columns.items():
            cell = row.get(header, "")
            try:
                value = abs(number(cell, "," in cell))
            except BadCell:
                continue
            if value > 1:
                self.percents.add(target)
            elif 0 < value < 1:
                self.fractions.add(target)


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


def batches(file: BinaryIO, found: Look, context: Context) -> Iterator[list[tuple[Line, bool]]]:
    """All lines, those of one group together, with whether an earlier one says the very same; always cut alike."""
    names = (*found.kind.key, *found.kind.group)
    return cut(context.reader.lines(tables.rows(file, found.layout), names), found.kind, context)


def cut(read: Iterable[Line], kind: Kind, context: Context) -> Iterator[list[tuple[Line, bool]]]:
    """The same of lines that were read."""
    identify = kind.identify or (lambda line, _: by_values(line, kind.key) if kind.key else None)
    apart = contradictions(read, lambda line: identify(line, context), kind.key, kind.filled, context.reader)
    lines = list(apart)
    if kind.whole:
        lines = with_the_lost(lines, kind, context.reader)
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
            by_line[line.number] = LineFate(line, "unchanged", notes=("lines repeat another line of the file",))
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
            self.notes.update(verdict.notes)
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
