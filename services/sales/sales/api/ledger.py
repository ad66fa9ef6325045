"""Reading the ledger: entries, weekly sums, totals."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from chassis import pagination
from chassis.failures import invalid, not_found
from chassis.pagination import Cursor, Limit, Page
from chassis.parameters import Db, Viewer
from contracts.types import Code, Sku, Text
from fastapi import APIRouter, Query, Request

from sales.api.models import LedgerTotals, WeeklySales
from sales.application.answers import SaleOut
from sales.storage import ledger

router = APIRouter(tags=["sales"])


@router.get("/sales")
def list_sales(
    request: Request,
    database: Db,
    _: Viewer,
    sku: Annotated[Sku | None, Query()] = None,
    location: Annotated[Code | None, Query()] = None,
    source: Annotated[Text | None, Query()] = None,
    kind: Annotated[Text | None, Query()] = None,
    since: Annotated[date | None, Query(alias="from")] = None,
    until: Annotated[date | None, Query(alias="to")] = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Page[SaleOut]:
    """The ledger, newest first; `from` and `to` are business days, both included."""
    after = pagination.decode(cursor, datetime.fromisoformat, UUID)
    filters = {"sku": sku, "location": location, "source": source, "kind": kind, **_period(request, since, until)}
    with database.snapshot() as connection:
        found = ledger.page(connection, filters, (after[0], after[1]) if after else None, limit + 1)
    kept, following = pagination.page([SaleOut(**row) for row in found], limit, lambda sale: [sale.sold_at, sale.id])
    return Page(items=kept, next_cursor=following)


def _period(request: Request, since: date | None, until: date | None) -> dict[str, datetime | None]:
    zone = request.app.state.settings.zone
    try:
        return {
            "since": ledger.day_start(since, zone) if since else None,
            "until": ledger.day_start(until + timedelta(days=1), zone) if until else None,
        }
    except (OverflowError, ValueError):
        raise invalid("from", "is outside of what can be recorded", "date_out_of_range") from None


@router.get("/sales/weekly")
def list_weekly_sales(
    request: Request,
    database: Db,
    _: Viewer,
    sku: Annotated[Sku | None, Query()] = None,
    location: Annotated[Code | None, Query()] = None,
    since: Annotated[date | None, Query(alias="from")] = None,
    until: Annotated[date | None, Query(alias="to")] = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Page[WeeklySales]:
    """Weekly sums of what counts, newest week first."""
    settings = request.app.state.settings
    after = pagination.decode(cursor, date.fromisoformat, str, str)
    filters = {"sku": sku, "location": location, **_period(request, since, until)}
    with database.snapshot() as connection:
        found = ledger.weekly(
            connection, settings.zone, settings.first_weekday, filters,
            (after[0], after[1], after[2]) if after else None, limit + 1,
        )  # fmt: skip
    kept, following = pagination.page(
        [WeeklySales(**row) for row in found], limit, lambda item: [item.week, item.sku, item.location]
    )
    return Page(items=kept, next_cursor=following)


@router.get("/sales/totals")
def get_ledger_totals(database: Db, _: Viewer, source: Annotated[Text | None, Query()] = None) -> LedgerTotals:
    """What counts, to compare with every projection."""
    with database.snapshot() as connection:
        found = ledger.totals(connection, source)
    return LedgerTotals(**found | {"units": Decimal(found["units"]), "amount": Decimal(found["amount"])})


@router.get("/sales/{sale_id}")
def get_sale(database: Db, sale_id: UUID, _: Viewer) -> SaleOut:
    """One entry of the ledger."""
    with database.snapshot() as connection:
        stored = ledger.get(connection, sale_id)
    if stored is None:
        raise not_found("This sale")
    return SaleOut(**stored)
