"""A file's lines understood by the columns of their kind: every fault of a line is told, each at its cell."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from chassis.reading.cells import BadCell
from chassis.reading.codes import is_nothing
from chassis.reading.own import FAULT
from chassis.reading.tables import FAULTS

from catalog.domain.imports.columns import Fault, FileColumn
from catalog.domain.imports.strays import Strays
from catalog.domain.imports.understood import Notation, understood

CONTRADICTION = "contradiction"  # the code of the fault
_CELL = 200  # characters of a faulty cell that are kept


@dataclass(frozen=True)
class Line:
    """A line: what it says by target (empty cells say nothing), and its faults."""

    number: int
    values: Mapping[str, Any]
    faults: tuple[Fault, ...] = ()
    cells: Mapping[str, str] = field(default_factory=dict)  # as they stand in the file

    def faulty(self, fault: Fault) -> "Line":
        """The line with one fault more."""
        return replace(self, faults=(*self.faults, fault))


class LineReader:
    """Understands lines; `columns` says which header stands for which target."""

    def __init__(self, declared: Sequence[FileColumn], columns: Mapping[str, str], notation: Notation) -> None:
        self._declared, self._columns, self._notation = declared, columns, notation

    def read(self, number: int, row: Mapping[str, str]) -> Line:
        """One line."""
        values: dict[str, Any] = {}
        faults: list[Fault] = []
        if fault := row.get(FAULT):
            return Line(number, {}, (Fault(next(iter(self._columns.values())), fault, FAULTS[fault]),), row)
        for column in self._declared:
            header = self._columns.get(column.target)
            cell = row.get(header, "").strip() if header else ""
            if not cell or (not column.required and column.read != "code" and is_nothing(cell)):
                if column.required:
                    faults.append(Fault(header or column.target, "missing", "is empty"))
                continue
            try:
                values[column.target] = understood(column, cell, self._notation)
            except BadCell as bad:
                faults.append(Fault(header or column.target, bad.code, bad.message, cell[:_CELL]))
        return Line(number, values, tuple(faults), row)

    def fault(self, target: str, code: str, message: str, cell: object = "") -> Fault:
        """A fault at the column that stands for the target."""
        return Fault(self._columns.get(target, target), code, message, str(cell)[:_CELL])


    def lines(self, rows: Iterable[tuple[int, Mapping[str, str]]], names: Sequence[str]) -> Iterator[Line]:
        """All lines of a file; `names`: the targets that name what a line is of."""
        strays = Strays(self._declared, self._columns, names)
        for number, row in rows:
            fault = None if FAULT in row else strays.fault(row)
            yield self.read(number, row) if fault is None else Line(number, {}, (fault,), row)


class KnownAs(NamedTuple):
    """By what a line is known to be of the same as an earlier one: any of `sought` among what those are `known_by`."""

    sought: Sequence[Hashable]
    known_by: Sequence[Hashable]


Identify = Callable[[Line], KnownAs | None]


def contradictions(
    lines: Iterable[Line], identify: Identify, key: Sequence[str], filled: Sequence[str], reader: LineReader
) -> Iterator[tuple[Line, bool]]:
    """Each line, and whether an earlier one says the very same; what says something else of the same gets a fault.

    `filled`: targets that the identity says, also where the line leaves them open.
    """
    seen: dict[Hashable, Line] = {}
    for line in lines:
        who = None if line.faults else identify(line)
        first = next((seen[one] for one in who.sought if one in seen), None) if who else None
        if who and first is None:
            seen.update(dict.fromkeys(who.known_by, line))
        if first is None:
            yield line, False
        elif _but(first.values, filled) == _but(line.values, filled):
            yield line, True
        else:
            message = f"line {first.number} says something else of the same"
            yield line.faulty(reader.fault(key[0], CONTRADICTION, message, line.values.get(key[0], ""))), False


def by_values(line: Line, key: Sequence[str]) -> KnownAs | None:
    """A line that is known by what it says."""
    said = tuple(_plain(line.values.get(target)) for target in key)
    return KnownAs([said], [said]) if any(said) else None


def _but(values: Mapping[str, Any], filled: Sequence[str]) -> dict[str, Any]:
    return {target: value for target, value in values.items() if target not in filled}


def _plain(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
