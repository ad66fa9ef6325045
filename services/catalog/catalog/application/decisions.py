"""Deciding: what to order of each series, made when what it depends on changes, and stored.

- A few series that somebody changed are decided anew in his transaction, as its last step: he reads his own writes.
- Many series, and whatever a consumer changed, are marked; the worker decides them soon after (`catch_up`).
- Whoever decides holds the series' decisions while he reads what they depend on. Of two who change the same series,
  the second decides on what both changed. Where there is no decision to hold yet, the series is marked as well.
- Decisions are made for the live run and for one that is being prepared, so that a switch loses no change.
"""

from collections.abc import Collection
from datetime import UTC, datetime
from uuid import UUID

from chassis.database import Connection

from catalog.application import concerns
from catalog.domain.decided import Decided, decide_situations
from catalog.domain.stock import Series
from catalog.storage import decisions, runs, stock

FEW = 1000  # series that a person may wait for


def refresh(connection: Connection, series: Collection[Series], others: Collection[Series] = ()) -> None:
    """Decide a few series anew, or mark many; `others` only if all together are few.

    Called once, as the last step of a transaction: nothing is locked after it, and a second call would lock anew.
    """
    wanted = set(series) | set(others)
    if len(wanted) > FEW:
        decisions.mark(connection, sorted(wanted - set(series)))
        wanted = set(series)
    if len(wanted) > FEW:
        return decisions.mark(connection, sorted(wanted))
    used = runs.in_use(connection)
    if wanted and used.ids:
        decisions.mark(connection, decide(connection, used, used.ids, sorted(wanted)))


def refresh_products(connection: Connection, skus: Collection[str]) -> None:
    """Decide all series of some products anew."""
    refresh(connection, stock.counted_of(connection, skus))


def refresh_supplier(connection: Connection, supplier: str) -> None:
    """Decide all series of a supplier anew."""
    refresh(connection, stock.counted_from(connection, supplier))


def mark_products(connection: Connection, skus: Collection[str]) -> None:
    """All series of some products are due."""
    decisions.mark(connection, stock.counted_of(connection, skus))


def decide(
    connection: Connection, used: runs.RunsInUse, chosen: Collection[UUID], series: Collection[Series]
) -> list[Series]:
    """Decide series for some of the runs in use; those of which there was no decision to hold."""
    held = decisions.lock(connection, chosen, series)
    found = [item.record() for item in decide_situations(decisions.situations(connection, chosen, series))]
    decisions.store(connection, found)
    decisions.forget(connection, held - {(row["run_id"], row["sku"], row["location"]) for row in found})
    if used.live in chosen:
        concerns.follow(connection, series, [row for row in found if row["run_id"] == used.live])
    return [each for each in series if any((run, *each) not in held for run in chosen)]


def as_they_are(connection: Connection, supplier: str | None) -> list[Decided]:
    """What the policy says of all series of the live run (of one supplier) at this moment, whatever is stored."""
    live = runs.in_use(connection).live
    return decide_situations(decisions.live_situations(connection, live, supplier)) if live else []


def lag(connection: Connection) -> tuple[int, float]:
    """How many series wait to be decided anew, and for how many seconds the first of them does."""
    series, since = decisions.marked_since(connection)
    return series, (datetime.now(UTC) - since).total_seconds() if since else 0.0
