"""Stock that needs somebody, ranked by money: what will run out, what is far too much. One entry a series and cause."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Annotated, Any, Literal

from chassis import audit, pagination
from chassis.database import Database
from chassis.failures import invalid, not_found
from chassis.pagination import Cursor, Limit, Page
from contracts.types import MAIN_LOCATION, Code, Name, Sku, Text
from fastapi import APIRouter, Query
from pydantic import BaseModel

from catalog.api.decided import Decided, decided
from catalog.api.parameters import Config, Day, Db, Planner, Viewer
from catalog.domain.attention import LEAST_MONEY, is_excess, status_of
from catalog.settings import Settings
from catalog.storage import attention

router = APIRouter(prefix="/replenishment/attention", tags=["attention"])
Kind = Literal["stockout", "excess"]
Status = Literal["open", "snoozed", "resolved"]


class StockAttention(BaseModel):
    """A series that needs somebody. `money` is the revenue at risk, or the money that lies idle."""

    kind: Kind
    sku: str
    location: str
    name: str
    supplier: str
    segment: str | None
    money: float
    units: float
    on_hand: float
    days_of_cover: float | None
    lead_days: float
    order_by: date | None
    quantity: float
    status: Status
    snoozed_until: date | None
    assignee: str | None
    note: str | None
    changed_by: str | None
    changed_at: datetime | None


class Entry(BaseModel):
    """Which entry is meant."""

    kind: Kind
    sku: Sku
    location: Code = MAIN_LOCATION


class SnoozeEntry(Entry):
    """Until when."""

    until: Day


class AssignEntry(Entry):
    """To whom; null takes it back."""

    assignee: Name | None


class ResolveEntry(Entry):
    """What was done."""

    note: Text | None = None


def _entries(item: Decided, states: dict[attention.Key, dict[str, Any]], today: date) -> Iterator[StockAttention]:
    row, decision = item.row, item.decision
    found: list[tuple[Kind, float, float]] = []
    if item.at_risk >= LEAST_MONEY:
        found.append(("stockout", item.at_risk, decision.short_units))
    if is_excess(item.excess_value, decision.days_of_cover):
        found.append(("excess", item.excess_value, item.excess))
    for kind, money, units in found:
        state = states.get((kind, row["sku"], row["location"]))
        status: Any = status_of(state, row["as_of"], today)
        yield StockAttention(
            kind=kind, sku=row["sku"], location=row["location"], name=row["name"], supplier=row["supplier"],
            segment=item.segment.segment if item.segment else None, money=round(money, 2), units=units,
            on_hand=float(row["on_hand"]), days_of_cover=decision.days_of_cover,
            lead_days=decision.inputs["lead_time"]["mean_days"], order_by=decision.order_by,
            quantity=decision.quantity, status=status,
            snoozed_until=state["snoozed_until"] if state and status == "snoozed" else None,
            assignee=state["assignee"] if state else None, note=state["note"] if state else None,
            changed_by=state["changed_by"] if state else None, changed_at=state["changed_at"] if state else None,
        )  # fmt: skip


def _today(config: Settings) -> date:
    return datetime.now(config.zone).date()


@router.get("")
def list_stock_attention(
    database: Db, config: Config, _: Viewer, status: Annotated[Status | None, Query()] = "open",
    kind: Annotated[Kind | None, Query()] = None, assignee: Annotated[Name | None, Query()] = None,
    limit: Limit = 100, cursor: Cursor = None,
) -> Page[StockAttention]:  # fmt: skip
    """Series that will run out before an order could come, and series with far too much; dearest first."""
    after = pagination.decode(cursor, float, str, str, str)
    with database.snapshot() as connection:
        found, states = decided(connection), attention.states(connection)
    entries = [
        entry
        for item in found
        for entry in _entries(item, states, _today(config))
        if status in (None, entry.status) and kind in (None, entry.kind) and assignee in (None, entry.assignee)
    ]
    kept, following = pagination.page(
        sorted((entry for entry in entries if after is None or _rank(entry) > tuple(after)), key=_rank)[: limit + 1],
        limit, _rank,
    )  # fmt: skip
    return Page(items=kept, next_cursor=following)


def _rank(entry: StockAttention) -> tuple[float, str, str, str]:
    return -entry.money, entry.kind, entry.sku, entry.location


@router.post("/snooze")
def snooze_stock_attention(database: Db, config: Config, caller: Planner, given: SnoozeEntry) -> StockAttention:
    """Not now: it comes back on that day, if it is still so."""
    if given.until <= _today(config):
        raise invalid("until", "must be a day to come", "not_in_future")
    return _changed(database, config, caller.name, given, "snoozed", status="snoozed", snoozed_until=given.until)


@router.post("/assign")
def assign_stock_attention(database: Db, config: Config, caller: Planner, given: AssignEntry) -> StockAttention:
    """Give it to somebody."""
    return _changed(database, config, caller.name, given, "assigned", assignee=given.assignee)


@router.post("/resolve")
def resolve_stock_attention(database: Db, config: Config, caller: Planner, given: ResolveEntry) -> StockAttention:
    """Done with: it comes back only when a newer forecast still finds it."""
    return _changed(database, config, caller.name, given, "resolved", status="resolved", note=given.note)


@router.post("/reopen")
def reopen_stock_attention(database: Db, config: Config, caller: Planner, given: Entry) -> StockAttention:
    """Take a snooze or a settlement back."""
    return _changed(database, config, caller.name, given, "reopened", status="open", snoozed_until=None, note=None)


def _changed(
    database: Database, config: Settings, actor: str, given: Entry, action: str, **values: Any
) -> StockAttention:
    with database.transaction() as connection:
        found = decided(connection, sku=given.sku, location=given.location)
        key = (given.kind, given.sku, given.location)
        before = attention.states(connection)
        known = [entry.kind for item in found for entry in _entries(item, before, _today(config))]
        if given.kind not in known:
            raise not_found(f"An entry {given.kind} of {given.sku} at {given.location}")
        attention.change(connection, key, found[0].row["as_of"], actor, **values)
        audit.record(connection, "catalog", actor, f"stock-attention-{action}", f"{given.kind} {given.sku}")
        after = attention.states(connection)
    return next(entry for entry in _entries(found[0], after, _today(config)) if entry.kind == given.kind)
