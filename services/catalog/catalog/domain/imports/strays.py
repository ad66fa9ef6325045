"""Lines that say nothing of the shop: names of the columns that come again, and rows of totals. None makes anything."""

# Heard: every text of this module is said to readers (frontend/scripts/spoken.py).

from collections.abc import Mapping, Sequence

from chassis.reading.headers import plain
from chassis.reading.totals import ALONE, says_total

from catalog.domain.imports.columns import Fault, FileColumn

STRAYS = frozenset(("repeated_header", "other_order", "total_row"))  # codes of their faults
_WORDS = ("text", "code", "reference", "list")


class Strays:
    """Says of each line, fed in the file's order, whether it is one; `names`: the targets that name what it is of."""

    def __init__(self, declared: Sequence[FileColumn], columns: Mapping[str, str], names: Sequence[str]) -> None:
        self._headers = list(columns.values())
        self._names = [columns[target] for target in names if target in columns]
        self._words = [columns[one.target] for one in declared if one.read in _WORDS and one.target in columns]
        self._askew = False  # below a header that names the columns in another order

    def fault(self, row: Mapping[str, str]) -> Fault | None:
        """Why the line is none of the shop's, if so."""
        said = [plain(row.get(header, "")) for header in self._headers]
        if any(said) and all(cell in ("", plain(header)) for cell, header in zip(said, self._headers, strict=True)):
            self._askew = False
            return Fault(self._headers[0], "repeated_header", "repeats the names of the columns")
        if self._askew or (len(said) > 1 and {plain(header) for header in self._headers} <= set(said)):
            self._askew = True
            return Fault(self._headers[0], "other_order", "stands below names in another order of columns")
        named = next((name for name in self._names if says_total(row.get(name, "").strip()) == ALONE), None)
        if named and all(says_total(cell) for name in self._words if (cell := row.get(name, "").strip())):
            message = "is a row of totals; if it is none, give it a fuller name"
            return Fault(named, "total_row", message, row[named][:200])
        return None
