"""A claim that waits is withdrawn: it takes no part any more, and its id is free again."""

from uuid import UUID

from chassis import audit
from chassis.database import Database
from chassis.failures import not_found

from sales.application.bound_keys import only_own
from sales.application.record import withdraw
from sales.domain.sale import Refused
from sales.storage import known, waiting


def withdraw_claim(database: Database, sale_id: UUID, reason: str | None, actor: str, bound: str | None) -> None:
    """Refuse it for good; its producer is told on `sale-rejected`. Raises NotFound where nothing of this id waits."""
    with database.transaction() as connection:
        known.arrivals_lock(connection, exclusive=True)
        claim = waiting.take_one(connection, sale_id)
        if claim is None:
            raise not_found("A waiting claim of this id")
        only_own(bound, claim.source)
        why = f"was withdrawn by {actor}" + (f": {reason}" if reason else "")
        withdraw(connection, [claim], Refused("withdrawn", "id", why))
        audit.record(connection, "sales", actor, "claim-withdrawn", f"sale {sale_id}", reason=reason)
