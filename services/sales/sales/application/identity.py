"""Whether a file's lines are known by what they were known by before: receipt numbers start again, files come again.

The ids of a file's lines are looked up among what its source has brought already. Lines that were recorded with the
same content are the same lines. Where more than one in a hundred of those found says something else, the ids are no
ids: of other days, the numbers have started again, and each line's day becomes part of its id; of the same days,
somebody has changed the file or its mapping, and nothing is recorded before a person has looked.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from uuid import UUID

from chassis.database import Database
from contracts.events import SaleSubmitted

from sales.domain.claims import Horizon, normalise
from sales.domain.sale import Refused, Sale
from sales.storage import entries

MOST_CONFLICTS = 0.01
CHUNK = 5_000


class NoIdentity(Exception):
    """What should identify the lines does not; the message says which column and what can be done."""


@dataclass
class Repeats:
    """Of a file's lines, those that the ledger has: with the same content, with another of the same day, of another."""

    same: int = 0
    changed: int = 0
    elsewhen: int = 0

    @property
    def found(self) -> int:
        """How many there are."""
        return self.same + self.changed + self.elsewhen

    @property
    def conflict(self) -> bool:
        """Whether too many of them are others."""
        return self.changed + self.elsewhen > MOST_CONFLICTS * self.found


def repeats(
    database: Database, lines: Iterable[tuple[str, SaleSubmitted]], source: str, horizon: Horizon
) -> Repeats:
    """Compare the lines' ids with the ledger's."""
    found = Repeats()
    lines = iter(lines)
    while some := list(islice(lines, CHUNK)):
        claims = {claim.sale_id: claim for claim in _claims(some, source, horizon)}
        with database.snapshot() as connection:
            stored = entries.contents(connection, claims)
        for id_, (content_hash, sold_at) in stored.items():
            _count(found, claims[id_], content_hash, sold_at, horizon)
    return found


def _claims(lines: Iterable[tuple[str, SaleSubmitted]], source: str, horizon: Horizon) -> Iterable[Sale]:
    for event_id, content in lines:
        try:
            yield normalise(content, source, event_id, horizon)
        except Refused:
            continue


def _count(found: Repeats, claim: Sale, content_hash: UUID, sold_at: datetime, horizon: Horizon) -> None:
    if claim.content_hash == content_hash:
        found.same += 1
    elif claim.sold_at and claim.sold_at.astimezone(horizon.zone).date() == sold_at.astimezone(horizon.zone).date():
        found.changed += 1
    else:
        found.elsewhen += 1
