"""A file's lines understood by the columns of their kind: every fault of a line is told, each at its cell."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from chassis.reading.cells import BadCell
from chassis.reading.own import FAULT
from chassis.reading.tables import FAULTS

from catalog.domain.imports.columns import Fault, FileColumn, Notation, understood

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
            if not cell:
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


def header_again(row: Mapping[str, str]) -> bool:
    """Whether the line repeats the names of the columns, as files that were put together do."""
    return all(cell.strip() in ("", header) for header, cell in row.items()) and any(row.values())


def contradictions(lines: Iterable[Line], key: Sequence[str], reader: LineReader) -> Iterator[tuple[Line, bool]]:
    """Each line, and whether an earlier one says the very same; what says something else of the same gets a fault."""
    seen: dict[tuple[Any, ...], Line] = {}
    for line in lines:
        id_ = tuple(_plain(line.values.get(target)) for target in key)
        if not key or line.faults or not any(id_):
            yield line, False
            continue
        first = seen.setdefault(id_, line)
        if first is line:
            yield line, False
        elif first.values == line.values:
            yield line, True
        else:
            message = f"line {first.number} says something else of the same"
            yield line.faulty(reader.fault(key[0], CONTRADICTION, message, line.values.get(key[0]))), False


def _plain(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
