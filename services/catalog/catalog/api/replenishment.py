"""What the policy says of every series: decisions, the whole by supplier and class, excess."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from chassis import pagination
from chassis.pagination import Cursor, Limit, Page
from chassis.parameters import Db, Viewer
from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from catalog.api.decided_lists import Filtered, SortName, key_after, key_of
from catalog.api.suppliers import LeadTimeOut, lead_time_out
from catalog.application import decisions, transfers
from catalog.domain.segments import SERVICE_LEVELS
from catalog.domain.transfers import order_key
from catalog.storage import decided, needs, runs, supply

router = APIRouter(tags=["replenishment"])
UNCLASSED = "CZ"  # a series that did not sell counts among those that sell least, and least evenly


class DecidedOut(BaseModel):
    """A series that is decided; `stale` when it is due to be decided anew, which takes a second or so."""

    sku: str
    location: str
    name: str
    category: str | None
    supplier: str
    segment: str | None
    on_hand: Decimal
    order_up_to: float
    excess: float
    days_of_cover: float | None
    decided_at: datetime
    stale: bool


class Replenishment(DecidedOut):
    """The decision for a series; `inputs` opens every number to what it came from."""

    as_of: date
    on_order: Decimal
    reserved: Decimal
    unit_cost: Decimal
    stock_value: float
    quantity: float
    reorder_point: float
    safety_stock: float
    expected_demand: float
    order_by: date | None
    order_value: float
    due: bool
    short_units: float
    stockout_risk: Annotated[
        float, Field(description="How likely demand until an order of now can arrive exceeds what is there")
    ]
    at_risk: Annotated[bool, Field(description="Likelier than its service level accepts, or out of stock now")]
    out_of_stock: bool
    revenue_at_risk: float
    excess_value: float
    reason: str
    protected_days: Annotated[float | None, Field(description="How long an order of now has to last")] = None
    lead_days: Annotated[float | None, Field(description="The supplier's mean lead time")] = None
    moq: float | None = None
    multiple: float | None = None
    service_level: float | None = None
    inputs: dict[str, Any] | None


class Excess(DecidedOut):
    """Stock beyond what the policy would hold."""

    value: float


class TransferOut(BaseModel):
    """Units of a product to be moved from one location to another."""

    sku: str
    name: str
    from_location: str
    to_location: str
    quantity: int
    wanted: Annotated[float, Field(description="What the policy wants there")]
    saved: Annotated[float, Field(description="What they would cost to buy")]
    at_risk: Annotated[float, Field(description="The revenue at risk where they are wanted")]


class SupplierNeed(BaseModel):
    """What a supplier's products need now, and how long it takes."""

    supplier: str
    name: str
    lead_time: LeadTimeOut
    review_days: float
    series: int
    lines: int
    value: float
    due: int
    order_by: date | None


class ClassOut(BaseModel):
    """A cell of the ABC/XYZ matrix: how many series, what they sell, what lies of them, what service they get."""

    segment: str
    service_level: float
    series: int = 0
    revenue: float = 0.0
    stock_value: float = 0.0
    order_value: float = 0.0


class NewerRun(BaseModel):
    """A run that the decisions will be of: how many of its `series` forecasts have arrived (null: not told yet), and
    how many series are decided by them so far."""

    run_id: UUID
    as_of: date
    arrived: int
    series: int | None
    decided: int


class Summary(BaseModel):
    """Stock and need as a whole; `due` are lines to be ordered within a week of `as_of`.

    `decided_at` is when the oldest of the decisions was made; `stale` series wait to be decided anew, the first of
    them for `stale_seconds`. They are of the run `run_id`; while a newer one is being decided, `newer_run` says how far
    that is.
    """

    as_of: date | None
    series: int
    inventory_value: float
    excess_value: float
    excess_series: int
    revenue_at_risk: float
    at_risk_value: Annotated[float, Field(description="Of the revenue at risk, that of the series that may run out")]
    at_risk_series: int
    out_of_stock_series: int
    wanted: Annotated[int, Field(description="Lines that the policy wants now, whether due this week or later")]
    wanted_value: float
    due: int
    due_value: float
    decided_at: datetime | None
    stale: int
    stale_seconds: float
    run_id: UUID | None = None
    newer_run: NewerRun | None = None
    suppliers: list[SupplierNeed]
    classes: list[ClassOut]


@router.get("/replenishment")
def list_replenishment(
    database: Db,
    _: Viewer,
    filters: Filtered,
    sort: Annotated[SortName, Query()] = "sku",
    inputs: Annotated[bool, Query(description="With what each number came from")] = True,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Page[Replenishment]:
    """What to order of each counted, forecast series that has supply terms, and why."""
    after = key_after(cursor, sort)
    with database.snapshot() as connection:
        found = decided.page(connection, filters.given(), sort, after, limit + 1, inputs=inputs)
    kept, following = pagination.page(found, limit, key_of)
    return Page(items=[_shown(row) for row in kept], next_cursor=following)


def _shown(row: Mapping[str, Any]) -> Replenishment:
    opened = row.get("inputs")
    if opened is not None:
        opened = opened | {"run_id": str(row["run_id"]), "sum_quantiles": row["sums"]}
    return Replenishment(**{**row, "inputs": opened})


@router.get("/replenishment/transfers")
def list_transfers(database: Db, _: Viewer, limit: Limit = 100, cursor: Cursor = None) -> Page[TransferOut]:
    """What to move from where too much of it lies, in place of buying it; what saves most first."""
    after = pagination.decode(cursor, float, str, str, str)
    with database.snapshot() as connection:
        found = transfers.page(connection, after, limit + 1)
    kept, following = pagination.page(found, limit, order_key)
    return Page(items=[TransferOut(**asdict(each)) for each in kept], next_cursor=following)


@router.get("/replenishment/summary")
def get_replenishment_summary(database: Db, _: Viewer) -> Summary:
    """What is to be ordered, at risk and too much: as a whole, by supplier, by class."""
    with database.snapshot() as connection:
        found = needs.needs(connection, UNCLASSED)
        suppliers = {row["code"]: row for row in supply.suppliers(connection, None, 10_000)}
        stale, seconds = decisions.lag(connection)
        run_id, newer = runs.live(connection), runs.newer(connection)
    return Summary(
        **found.whole, stale=stale, stale_seconds=round(seconds, 1), run_id=run_id,
        newer_run=None if newer is None else NewerRun(**asdict(newer)),
        suppliers=[_need(suppliers[code], row) for code, row in found.suppliers.items()],
        classes=[
            ClassOut(segment=name, service_level=level, **found.classes.get(name, {}))
            for name, level in SERVICE_LEVELS.items()
        ],
    )  # fmt: skip


def _need(supplier: Mapping[str, Any], row: Mapping[str, Any]) -> SupplierNeed:
    return SupplierNeed(
        supplier=supplier["code"], name=supplier["name"], lead_time=lead_time_out(supplier),
        review_days=float(supplier["review_days"]), **row,
    )  # fmt: skip


@router.get("/excess")
def list_excess(
    database: Db, _: Viewer, filters: Filtered, sort: Annotated[SortName, Query()] = "-excess", limit: Limit = 100,
    cursor: Cursor = None,
) -> Page[Excess]:  # fmt: skip
    """Stock beyond the order-up-to level, the most money first."""
    after = key_after(cursor, sort)
    with database.snapshot() as connection:
        found = decided.page(connection, filters.given() | {"excess": True}, sort, after, limit + 1)
    kept, following = pagination.page(found, limit, key_of)
    return Page(items=[Excess(**row, value=row["excess_value"]) for row in kept], next_cursor=following)
