"""Columns of one name: alike they are one, else it is asked which of them is meant."""

# Heard: every text of this module is said to readers (frontend/scripts/spoken.py).

from collections.abc import Mapping
from dataclasses import dataclass, field

from chassis.reading.signs import Doubt
from chassis.reading.tables import Layout


@dataclass
class Twins:
    """The columns that are read and have others of their name beside them."""

    others: Mapping[str, tuple[str, list[str]]]  # by target: its column, and those of the same name
    differ: dict[str, tuple[str, str]] = field(default_factory=dict)

    @staticmethod
    def of(layout: Layout, columns: Mapping[str, str]) -> "Twins":
        """Of the columns that nobody has named."""
        return Twins({
            target: (name, [one for one in layout.headers if one.startswith(f"{name} (") and one != name])
            for target, name in columns.items()
            if name in layout.repeated
        })  # fmt: skip

    def add(self, row: Mapping[str, str]) -> None:
        """Look at a line."""
        for target, (name, others) in self.others.items():
            said = row.get(name, "").strip()
            other = next((cell for one in others if (cell := row.get(one, "").strip()) not in ("", said)), None)
            if other is not None:
                self.differ.setdefault(target, (said, other))

    def questions(self) -> list[Doubt]:
        """What is to be asked of them."""
        return [
            Doubt(
                f"columns.{target}", self.others[target][0], other,
                f"several columns are named {self.others[target][0]!r} and say different things ({said!r} and"
                f" {other!r}): say in `columns` which is meant, {', '.join(map(repr, self._names(target)))}",
                tuple((name, name) for name in self._names(target)),
            )
            for target, (said, other) in self.differ.items()
        ]  # fmt: skip

    def _names(self, target: str) -> list[str]:
        name, others = self.others[target]
        return [name, *others]
