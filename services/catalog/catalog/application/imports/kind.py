"""What a kind of import declares: its columns, what its lines would change, how they are written, how taken back.

Preview and import judge by the same `judge`; it reads, and never writes. `write` takes what was judged in the same
transaction, under the same locks.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Literal, NamedTuple
from zoneinfo import ZoneInfo

from chassis.database import Connection
from chassis.weeks import business_day

from catalog.domain.imports.columns import Fault, FileColumn, ShopMapping
from catalog.domain.imports.lines import KnownAs, Line, LineReader
from catalog.storage import places
from catalog.storage import products as product_rows

Outcome = Literal["created", "changed", "unchanged", "rejected"]


class ShopSettings(NamedTuple):
    """Where the business is, and what it counts in."""

    zone: ZoneInfo
    currency: str


@dataclass(frozen=True)
class Context:
    """What a kind may ask of the import: who, when, where, and the file's digest, by which it is known again."""

    mapping: ShopMapping
    zone: ZoneInfo
    now: datetime
    actor: str
    digest: str
    reader: LineReader
    locks: bool = True  # a preview only reads
    ahead: dict[str, Any] = field(default_factory=dict)  # what kinds keep of earlier lines: a preview writes none

    @property
    def today(self) -> date:
        """The business's day."""
        return business_day(self.now, self.zone)

    def moment(self, said: datetime | date | None) -> datetime:
        """A moment in time: naive ones are the business's, a day alone is its noon; never later than now."""
        if said is None:
            said = self.mapping.day or self.now
        if not isinstance(said, datetime):
            said = datetime(said.year, said.month, said.day, 12, tzinfo=self.zone)
            return self.now if said > self.now and said.date() == self.today else said
        return said if said.tzinfo else said.replace(tzinfo=self.zone)

    def location(self, line: Line) -> str:
        """Where a line is of."""
        return str(line.values.get("location") or self.mapping.location)


@dataclass(frozen=True)
class LineFate:
    """What a line changes: `content` is written, `before` is what an undo goes back to (None: there was nothing).

    `notes` are told once for all lines that have them, with their number.
    """

    line: Line
    outcome: Outcome
    content: Any = None
    before: Mapping[str, Any] | None = None
    notes: tuple[str, ...] = ()

    @staticmethod
    def rejected(line: Line, *faults: Fault) -> "LineFate":
        """A line that changes nothing since something is wrong with it."""
        return LineFate(replace(line, faults=(*line.faults, *faults)), "rejected")


Judge = Callable[[Connection, Sequence[Line], Context], list[LineFate]]
Write = Callable[[Connection, Sequence[LineFate], Context], None]


@dataclass(frozen=True)
class Undoing:
    """A line of an import that is taken back: what it wrote, and what had been there."""

    content: Mapping[str, Any]
    before: Mapping[str, Any] | None


# Takes lines back; says of each, in their order, why it stays as it is, or None.
Undo = Callable[[Connection, Sequence[Undoing], ZoneInfo, str], list[str | None]]


@dataclass(frozen=True)
class Kind:
    """A kind of import.

    `key` tells lines apart: two of the same key that say different things are an error at the second; `identify` says
    it of kinds where a line may leave parts of its key open (`filled`). Lines of one `group` are judged together.
    `final` says why an import of the kind cannot be undone, where it cannot.
    """

    name: str
    columns: tuple[FileColumn, ...]
    judge: Judge
    write: Write
    key: tuple[str, ...] = ()
    identify: Callable[[Line, Context], KnownAs | None] | None = None
    filled: tuple[str, ...] = ()
    group: tuple[str, ...] = ()
    undo: Undo | None = None
    final: str | None = None
    either: tuple[str, ...] = ()  # of these columns the file has one at least
    whole: bool = False  # a group with a faulty line is refused as a whole
    moves_stock: bool = False
    past: tuple[str, ...] = ()  # days and moments that tell of what has happened
    spans: tuple[tuple[str, str], ...] = ()  # days of which the one is not before the other

    def missing(self, found: Mapping[str, str]) -> list[str]:
        """Targets without which the file says nothing."""
        lacking = [column.target for column in self.columns if column.required and column.target not in found]
        if self.either and not set(self.either) & set(found):
            lacking.append(" or ".join(self.either))
        return lacking


def unknown_products(connection: Connection, lines: Sequence[Line], context: Context) -> dict[int, Fault]:
    """Lines that name a product which does not exist: a fault at its cell, never a new product."""
    skus = {line.values["sku"] for line in lines if "sku" in line.values}
    known = product_rows.by_skus(connection, skus)
    return {
        line.number: context.reader.fault("sku", "unknown_product", "is no known product", line.values["sku"])
        for line in lines
        if "sku" in line.values and line.values["sku"] not in known
    }


def unknown_places(connection: Connection, lines: Sequence[Line], context: Context) -> dict[int, Fault]:
    """Lines at a location that does not exist, unless the mapping makes locations."""
    if context.mapping.make_locations:
        return {}
    known = places.codes(connection) | {context.mapping.location}
    message = "is no known location; `make_locations` in the mapping makes it one"
    return {
        line.number: context.reader.fault("location", "unknown_location", message, line.values["location"])
        for line in lines
        if line.values.get("location", context.mapping.location) not in known
    }
