"""Whether a file's lines are known by what they were known by before: receipt numbers start again, files come again.

The ids of a file's lines are looked up among what its source has brought already. Lines that were recorded with the
same content are the same lines. Where more than one in a hundred of those found says something else, the ids are no
ids: of other days, the numbers have started again, and each line's day becomes part of its id; of the same days,
somebody has changed the file or its mapping, and nothing is recorded before a person has looked.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice

from chassis.database import Connection, Database
from contracts.events import SaleSubmitted, sale_id

from sales.domain import generations
from sales.domain.claims import Horizon, normalise
from sales.domain.sale import Refused, Sale
from sales.storage import entries

MOST_CONFLICTS = 0.01
COMPARED = ("sold_at", "sku", "location", "quantity", "unit_price", "reference")
CHUNK = 5_000


class NoIdentity(Exception):
    """What should identify the lines does not; the message says which column and what can be done."""


@dataclass
class Repeats:
    """Of a file's lines, those that the ledger has: with the same content, with another of the same day, of another."""

    same: int = 0
    changed: int = 0
    elsewhen: int = 0
    columns: Counter[str] = field(default_factory=Counter)  # what differs, in how many lines

    @property
    def found(self) -> int:
        """How many there are."""
        return self.same + self.changed + self.elsewhen

    @property
    def conflict(self) -> bool:
        """Whether too many of them are others."""
        return self.changed + self.elsewhen > MOST_CONFLICTS * self.found


def repeats(database: Database, lines: Iterable[tuple[str, SaleSubmitted]], source: str, horizon: Horizon) -> Repeats:
    """Compare the lines' ids with the ledger's."""
    found = Repeats()
    lines = iter(lines)
    while some := list(islice(lines, CHUNK)):
        with database.snapshot() as connection:
            ids = current_ids(connection, source, [event_id for event_id, _ in some])
            named = [(ids.get(event_id, event_id), content) for event_id, content in some]
            claims = {claim.sale_id: claim for claim in _claims(named, source, horizon)}
            stored = entries.contents(connection, claims)
        for id_, sale in stored.items():
            _count(found, claims[id_], sale, horizon)
    return found


def _claims(lines: Iterable[tuple[str, SaleSubmitted]], source: str, horizon: Horizon) -> Iterable[Sale]:
    for event_id, content in lines:
        try:
            yield normalise(content, source, event_id, horizon)
        except Refused:
            continue


def _count(found: Repeats, claim: Sale, stored: Sale, horizon: Horizon) -> None:
    if claim.content_hash == stored.content_hash:
        found.same += 1
        return
    assert stored.sold_at is not None
    day = claim.sold_at and claim.sold_at.astimezone(horizon.zone).date()
    if day == stored.sold_at.astimezone(horizon.zone).date():
        found.changed += 1
    else:
        found.elsewhen += 1
    said = {name: getattr(claim, name) for name in COMPARED}
    found.columns.update(name for name, cell in said.items() if cell is not None and cell != getattr(stored, name))


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
