"""Lines that belong together and do not say it: in a kind that is taken as a whole, they are refused with their like.

A line that leaves out what it is of (as merged cells do) is of the line above; one of whose marks one cannot be read
may be of any group that has the others. Without it a part would be taken for the whole.
"""

# Heard: every text of this module is said to readers (frontend/scripts/spoken.py).

from collections.abc import Sequence

from catalog.application.imports.kind import Kind
from catalog.domain.imports.lines import Line, LineReader
from catalog.domain.imports.strays import STRAYS


def with_the_lost(
    lines: Sequence[tuple[Line, bool]], kind: Kind, reader: LineReader
) -> list[tuple[Line, bool]]:  # fmt: skip
    """The lines, of which those that belong to one that cannot be read are faulty."""
    name, group_above = kind.group[0], None
    by_name: dict[object, int] = {}
    by_group: dict[tuple[object, ...], int] = {}
    for line, _ in lines:
        if name in line.values:
            group_above = tuple(line.values.get(target) for target in kind.group)
        if not line.faults or STRAYS & {fault.code for fault in line.faults}:
            continue
        if name not in line.values:
            if group_above is not None:
                by_group.setdefault(group_above, line.number)
        elif any(_unread(line, target, reader) for target in kind.group[1:]):
            by_name.setdefault(line.values[name], line.number)

    def cause(line: Line) -> int | None:
        if line.faults or name not in line.values:
            return None
        own = tuple(line.values.get(target) for target in kind.group)
        return by_name.get(line.values[name], by_group.get(own))

    found = []
    for line, repeats in lines:
        number = cause(line)
        if number is not None:
            message = f"line {number} may belong to it and cannot be read, and it is taken as a whole"
            line = line.faulty(reader.fault(name, "incomplete", message, line.values[name]))
        found.append((line, repeats and number is None))
    return found


def _unread(line: Line, target: str, reader: LineReader) -> bool:
    column = reader.fault(target, "", "").column
    return target not in line.values and any(fault.column == column for fault in line.faults)
