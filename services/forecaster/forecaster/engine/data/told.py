"""What of the input was not taken as it stands, told where the person looks: row, column, series, and what was done.

Nothing is left out, guessed or damped without an entry here; the entries are the report's `told`, and the reason of the
series' own forecast ends with them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

MOST_NOTES = 2  # of a series that its reason spells out; the others are counted
DAMPED, LEFT_OUT, READ_AS = "damped", "left out", "read as"


@dataclass(frozen=True)
class Told:
    """A cell, or a row, of the input. `row` counts from 1, without the heading."""

    where: str  # history or future
    row: int
    series: str
    column: str
    value: str  # as it was given
    done: str  # DAMPED, LEFT_OUT or READ_AS
    why: str  # the rest of the sentence
    period: str = ""
    used: float | None = None  # what it counts as, where that is a number

    @property
    def entry(self) -> dict[str, Any]:
        """As the report holds it."""
        return asdict(self) | {"text": str(self)}

    def __str__(self) -> str:
        """One line that names the place."""
        return f"{self.where}, row {self.row}, column {self.column} (series {self.series}): {self.note}"

    @property
    def note(self) -> str:
        """The same for somebody who looks at the series already."""
        at = f" of {self.period}" if self.period else ""
        return f"{self.column} {self.value}{at} {self.done}: {self.why}"


def notes(told: Iterable[Told]) -> str:
    """What a series' reason says of its entries."""
    texts = list(dict.fromkeys(one.note for one in told))
    more = f"; and {len(texts) - MOST_NOTES} more" if len(texts) > MOST_NOTES else ""
    return "; ".join(texts[:MOST_NOTES]) + more
