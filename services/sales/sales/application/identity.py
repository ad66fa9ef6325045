"""By what a file's lines are known: what its source has brought before is the same lines, whatever ids these have.

A line that says the very same as one in the ledger is that one. What is left takes the id of its receipt's number and
its place in it. Where these are the ids of other sales, for more than one line in a hundred, the numbers start again:
each day, or in each place, which becomes part of the id; or somebody has changed the file or its mapping, and nothing
is recorded before a person has looked. Neither is what another source has said word for word already, on whole days or
in the whole file, before a person has said that these are other sales.
"""

import io
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import BinaryIO

from chassis.database import Connection
from chassis.reading import tables
from contracts.events import SaleSubmitted, sale_id

from sales.application.survey import Survey
from sales.domain import generations, sources
from sales.domain.claims import Horizon, normalise
from sales.domain.lines import LineError, numbered
from sales.domain.reading import Reading
from sales.domain.sale import Refused, Sale
from sales.storage import entries, identities, imports
from sales.storage.identities import LaidLine

MOST_CONFLICTS = 0.01
FEW, SAME, MANY = 5, 0.9, 10  # lines that may be alike by chance; share of a day's that is the same; such days' lines
CHUNK = 5_000
Lines = Callable[[tuple[str, ...]], Iterable[tuple[int, tuple[str, SaleSubmitted] | LineError]]]


class NoIdentity(Exception):
    """What should identify the lines does not; the message says which column and what can be done."""


class OfAnother(NoIdentity):
    """Another source has brought the same lines; a setting of the mapping says that these are other sales."""

    setting = "counts_again"


@dataclass(frozen=True)
class KnownBy:
    """Within what a receipt's number is one (`day`, `place`, `till`), and the ids of lines that are known otherwise."""

    within: tuple[str, ...] = ()
    ids: dict[int, str] = field(default_factory=dict)

    def of(self, line: int, event_id: str) -> str:
        """The id of a line that would have this one."""
        return self.ids.get(line, event_id)

    @property
    def told(self) -> str | None:
        """What is to be told of it."""
        parts = {"day": "day", "place": "location"}
        named = " and ".join(parts[part] for part in self.within if part in parts)
        return f"Receipt numbers start again: the {named} of a line is part of what it is known by." if named else None


@dataclass
class _Found:
    """Of a file's lines, those that the ledger has, and those whose ids it has for other ones."""

    same: int
    changed: int
    elsewhere: int
    differ: Counter[str]
    ids: dict[int, str]

    @property
    def conflict(self) -> bool:
        """Whether too many are others."""
        return self.changed + self.elsewhere > MOST_CONFLICTS * (self.same + self.changed + self.elsewhere)


def resumed(
    connection: Connection, file: BinaryIO, found: Survey, source: str, shift: int, horizon: Horizon,
    within: tuple[str, ...],
) -> KnownBy:  # fmt: skip
    """The same of a file of which lines were recorded since: those are what they were recorded as."""
    lines = _laid(file, found, source, shift, horizon, within)
    return KnownBy(within, _compare(connection, lines, source, horizon, within).ids)


def identify(
    connection: Connection, file: BinaryIO, found: Survey, source: str, shift: int, horizon: Horizon
) -> KnownBy:  # fmt: skip
    """By what the lines of the file are known. Raises NoIdentity. Call in a transaction of its own."""
    columns = found.mapping.columns
    anothers = found.mapping.counts_again is None and identities.any_others(connection, source)
    if not imports.brought_before(connection, source):
        if anothers:
            identities.lay(connection, _laid(file, found, source, shift, horizon, ()), source)
            _not_anothers(connection, source, horizon)
        return KnownBy(("till",) if "till" in columns and columns.keys() & {"invoice", "event_id"} else ())
    _not_read_otherwise(connection, file, found, source)
    kept = imports.last_reading(connection, source)
    usual = Reading.model_validate(kept).keys if kept else ()
    first: _Found | None = None
    for within in dict.fromkeys((usual, _with(usual, "day"), _with(usual, "day", "place"))):
        compared = _compare(connection, _laid(file, found, source, shift, horizon, within), source, horizon, within)
        if not compared.conflict:
            if anothers:
                _not_anothers(connection, source, horizon)
            return KnownBy(within, compared.ids)
        first = first or compared
        if not compared.elsewhere:
            break
    assert first is not None
    raise _no_identity(found, source, first)


def _not_read_otherwise(connection: Connection, file: BinaryIO, found: Survey, source: str) -> None:
    """Stop a file that came before and was read another way: its sales would count once more beside what they were."""
    for kept in imports.readings_of(connection, source, file.seek(0, io.SEEK_END)):
        before = Reading.model_validate(kept)
        now = found.reading(0, ())
        if before.headers == now.headers and (before.day_first, before.commas) != (now.day_first, now.commas):
            raise NoIdentity(
                f"{source} has brought this file before, and its days or numbers were read another way then; nothing"
                " was recorded: undo that import first, and import the file again"
            )


def _not_anothers(connection: Connection, source: str, horizon: Horizon) -> None:
    """Stop a file, laid by now, that says what another source has said: its sales would count twice."""
    other = identities.of_another(connection, source, horizon.zone.key, FEW, SAME)
    if other is None:
        return
    all_of_it = other["of_lines"] >= FEW and other["lines"] >= SAME * other["of_lines"]
    if not all_of_it and other["of_whole_days"] < MANY:
        return
    same = other["lines"] if all_of_it else other["of_whole_days"]
    raise OfAnother(
        f"{same} of the {other['of_lines']} lines say word for word what {sources.named(other['source'])} has brought"
        " already; nothing was recorded, since they would count twice: name that source if this is the same file, or"
        f" say {OfAnother.setting!r} if they are other sales"
    )


def _with(usual: tuple[str, ...], *more: str) -> tuple[str, ...]:
    return tuple(part for part in ("day", "place", "till") if part in {*usual, *more})


def _laid(
    file: BinaryIO, found: Survey, source: str, shift: int, horizon: Horizon, within: tuple[str, ...]
) -> Iterator[Sequence[LaidLine]]:
    """The file's lines as they are compared, some at a time."""
    reader = found.reader(shift_weeks=shift, within=within)
    read = ((line, reader.read(line, row)) for line, row in tables.rows(file, found.layout))
    claims = (claim for line, sale in read if (claim := _claim(line, sale, source, horizon)) is not None)
    while some := list(islice(claims, CHUNK)):
        yield some


def _claim(
    line: int, sale: tuple[str, SaleSubmitted] | LineError, source: str, horizon: Horizon
) -> LaidLine | None:  # fmt: skip
    if isinstance(sale, LineError):
        return None
    try:
        claim: Sale = normalise(sale[1], source, sale[0], horizon)
    except Refused:
        return None
    if claim.sold_at is None or claim.kind not in ("sale", "return"):
        return None
    return LaidLine(
        line, claim.sale_id, claim.content_hash, claim.sold_at, claim.location or "", claim.reference, claim.sku or "",
        claim.quantity, claim.unit_price,
    )  # fmt: skip


def _compare(
    connection: Connection, lines: Iterable[Sequence[LaidLine]], source: str, horizon: Horizon, within: tuple[str, ...]
) -> _Found:
    zone = horizon.zone.key
    same = identities.lay(connection, lines, source)
    clashing = identities.clashes(connection, zone)
    ids = identities.known_otherwise(connection)
    ids |= {line: numbered(f"beside\n{id_}\n{hash_}", 1) for line, id_, hash_ in identities.beside(connection)}
    instead = {} if "till" in within else identities.replacing(connection, zone)
    instead = {line: id_ for line, id_ in instead.items() if line not in ids}
    changed = clashing["changed"] + len(instead)
    return _Found(same, changed, clashing["elsewhere"], Counter(clashing["differ"]), ids | instead)


def _no_identity(found: Survey, source: str, first: _Found) -> NoIdentity:
    reading, columns = found.reading(0, ()), found.mapping.columns
    named = columns.get("event_id") or columns.get("invoice")
    differ = ", ".join(f"{reading.column(name)!r} in {lines}" for name, lines in first.differ.most_common())
    others = first.changed + first.elsewhere
    return NoIdentity(
        f"{others} of the {first.same + others} lines that {source} has brought before, known by"
        f" {f'the column {named!r}' if named else 'their content'}, say something else now ({differ or 'other sales'});"
        " nothing was recorded: undo the import that brought them, name another source, or the column that identifies a"
        " line"
    )


def current_ids(connection: Connection, source: str, event_ids: Iterable[str]) -> dict[str, str]:
    """The ids under which lines come now that were taken back under these; those that were not are left out."""
    found: dict[str, str] = {}
    looked = {sale_id(source, event_id): (event_id, event_id) for event_id in event_ids}
    while looked:
        superseded = entries.successors(connection, looked)
        gone = [id_ for id_, successor in superseded.items() if successor == generations.undone_by(source, id_)]
        moved = {looked[id_][0]: generations.following(looked[id_][1]) for id_ in gone}
        found |= moved
        looked = {sale_id(source, now): (first, now) for first, now in moved.items()}
    return found
