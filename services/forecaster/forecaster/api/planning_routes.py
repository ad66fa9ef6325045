"""Accuracy of what was published, what was live on a day, how runs differ, and what needs attention."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

from chassis import audit, pagination
from chassis.failures import invalid, not_found
from chassis.pagination import Cursor, Limit, Page
from chassis.weeks import last_ended_week, yesterday
from contracts.types import Name, Text
from fastapi import APIRouter, Query
from pydantic import BaseModel, BeforeValidator

from forecaster.api import shapes
from forecaster.api.models import Quantiles
from forecaster.api.parameters import Config, Day, Db, LocationFilter, Planner, SkuFilter, Viewer, today
from forecaster.domain.anomalies import tracking_signal
from forecaster.domain.difference import Side, difference, side
from forecaster.domain.forecasts import horizon_weeks
from forecaster.planning.edits import adjusted
from forecaster.settings import SERVICE, Settings
from forecaster.storage import accuracy, attention, compare, forecasts, overrides, runs

router = APIRouter(tags=["planning"])


class AccuracyOut(BaseModel):
    """How good the published forecasts of a segment were at a lag. Shares are of what was sold; null: nothing sold."""

    lag: int
    segment: str
    weeks: int
    series: int
    cells: int
    actual: float
    wape: float | None
    bias: float | None
    mase: float | None
    pinball: float | None
    coverage80: float
    tracking_signal: float
    wape_model: float | None
    wape_naive: float | None


class AccuracyList(BaseModel):
    """The window, and its segments, largest first."""

    oldest: date
    newest: date
    items: list[AccuracyOut]


class AuthorValue(BaseModel):
    """What a planner's changes of one direction and size did: units of error they took away (or, negative, added)."""

    author: str
    direction: str
    size: str
    overrides: int
    cells: int
    actual: float
    wape_model: float | None
    wape_final: float | None
    value_added_units: float
    money: float
    sentence: str


class ValueAdded(BaseModel):
    """The error of each step, and what each step added."""

    lag: int
    oldest: date
    newest: date
    naive: float | None
    model: float | None
    override: float | None
    people: list[AuthorValue]


class AsOfOut(BaseModel):
    """A series' forecast as it was live at the end of a day."""

    sku: str
    location: str
    name: str | None
    run_id: UUID
    version: int
    method: str
    overridden: bool
    weeks: list[date]
    mean: list[float]
    quantiles: list[Quantiles]


class DifferenceOut(BaseModel):
    """A series' change between two runs, by cause: `data + model + override = after - before`."""

    sku: str
    location: str
    before: float
    after: float
    data: float
    model: float
    override: float
    method_before: str | None
    method_after: str | None


class RunDifference(BaseModel):
    """Two runs compared over the weeks that both forecast; the series with the largest changes."""

    before: UUID
    after: UUID
    total_before: float
    total_after: float
    data: float
    model: float
    override: float
    series: int
    items: list[DifferenceOut]


class AttentionOut(BaseModel):
    """Something that needs attention; `money` is what is at stake."""

    id: UUID
    root: str
    kind: str
    sku: str | None
    location: str | None
    product_id: UUID | None
    name: str | None
    money: float
    title: str
    detail: dict[str, Any]
    status: str
    snoozed_until: date | None
    assignee: str | None
    note: str | None
    week: date | None
    first_seen: datetime
    last_seen: datetime
    settled_at: datetime | None
    settled_by: str | None


class SnoozeIn(BaseModel):
    """Until when."""

    until: Day


class AssignIn(BaseModel):
    """To whom; null takes it back."""

    assignee: Name | None


class ResolveIn(BaseModel):
    """What was done."""

    note: Text | None = None


def _number(text: object) -> object:
    # A query holds text, and a literal takes no text for a number.
    return int(text) if isinstance(text, str) and text.isdecimal() else text


Weeks = Annotated[int, Query(ge=1, le=104, description="Weeks that have ended, counted back")]
Lag = Annotated[Literal[1, 4, 8, 13], BeforeValidator(_number)]


def _window(config: Settings, weeks: int, as_of: date | None) -> tuple[date, date]:
    newest = last_ended_week(as_of or yesterday(config.zone), config.first_weekday)
    return newest - timedelta(days=7 * (weeks - 1)), newest


def _share(part: float | None, whole: float | None) -> float | None:
    return None if part is None or not whole else round(part / whole, 4)


@router.get("/forecast/accuracy")
def get_forecast_accuracy(
    db: Db, config: Config, _: Viewer, by: Literal["all", "category", "location", "method", "sku"] = "all",
    weeks: Weeks = 13, as_of: Day | None = None, sku: SkuFilter = None, location: LocationFilter = None,
    category: Annotated[Name | None, Query()] = None, limit: Limit = 100,
) -> AccuracyList:  # fmt: skip
    """Accuracy at lags 1, 4, 8 and 13 of what was published. Nothing is refitted."""
    oldest, newest = _window(config, weeks, as_of)
    with db.transaction() as connection:
        found = accuracy.by_segment(
            connection, by, oldest, newest, sku=sku, location=location, category=category, limit=limit
        )
    items = [
        AccuracyOut(
            lag=row["lag"], segment=row["segment"], weeks=row["weeks"], series=row["series"], cells=row["cells"],
            actual=row["actual"], wape=_share(row["final_error"], row["actual"]),
            bias=_share(row["bias"], row["actual"]),
            mase=_share(row["scaled"], row["scaled_cells"]), pinball=_share(row["pinball"], row["actual"]),
            coverage80=round(row["inside"] / row["cells"], 4),
            tracking_signal=round(tracking_signal(row["bias"], row["mad"]), 2),
            wape_model=_share(row["model_error"], row["actual"]), wape_naive=_share(row["naive_error"], row["actual"]),
        )
        for row in found
    ]  # fmt: skip
    return AccuracyList(oldest=oldest, newest=newest, items=items)


@router.get("/forecast/accuracy/value-added")
def get_forecast_value_added(
    db: Db, config: Config, _: Viewer, lag: Lag = 1, weeks: Weeks = 13, as_of: Day | None = None
) -> ValueAdded:
    """What each step added: naive, model, override; and each planner, by direction and size of their changes."""
    oldest, newest = _window(config, weeks, as_of)
    with db.transaction() as connection:
        steps = {row["lag"]: row for row in accuracy.by_segment(connection, "all", oldest, newest)}.get(lag)
        people = [_author(row) for row in accuracy.by_author(connection, oldest, newest, lag)]
    sold = steps["actual"] if steps else None
    return ValueAdded(
        lag=lag, oldest=oldest, newest=newest, people=people,
        naive=_share(steps["naive_error"], sold) if steps else None,
        model=_share(steps["model_error"], sold) if steps else None,
        override=_share(steps["final_error"], sold) if steps else None,
    )  # fmt: skip


def _author(row: dict[str, Any]) -> AuthorValue:
    gained = row["model_error"] - row["final_error"]
    verb = "saved" if gained >= 0 else "cost"
    return AuthorValue(
        author=row["author"], direction=row["direction"], size=row["size"], overrides=row["overrides"],
        cells=row["cells"], actual=row["actual"], wape_model=_share(row["model_error"], row["actual"]),
        wape_final=_share(row["final_error"], row["actual"]), value_added_units=gained, money=-row["money"],
        sentence=f"{row['author']}'s changes {row['direction']}ward, {row['size']}, {verb} {abs(gained):.0f} units"
        " of error",
    )  # fmt: skip


@router.get("/forecast/as-of")
def list_forecasts_as_of(
    db: Db, config: Config, _: Viewer, day: Day, sku: SkuFilter = None, location: LocationFilter = None,
    limit: Limit = 100, cursor: Cursor = None,
) -> Page[AsOfOut]:  # fmt: skip
    """What was live at the end of a day in the business's time zone."""
    moment = datetime.combine(day + timedelta(days=1), time(), config.zone).astimezone(UTC)
    after = pagination.decode(cursor, str, str)
    with db.transaction() as connection:
        found = compare.as_of_page(
            connection, moment, sku=sku, location=location, after=(after[0], after[1]) if after else None,
            limit=limit + 1,
        )  # fmt: skip
        series = [(row["sku"], row["location"]) for row in found]
        plan = overrides.operations(connection, day, series, moment)
    items, following = pagination.page(found, limit, lambda row: [row["sku"], row["location"]])
    return Page(items=[_as_of(row, plan) for row in items], next_cursor=following)


def _as_of(row: dict[str, Any], plan: overrides.Operations) -> AsOfOut:
    model = forecasts.from_row(row)
    final = adjusted(model, row["first_week"], plan)
    return AsOfOut(
        sku=row["sku"], location=row["location"], name=row["name"], run_id=row["run_id"], version=row["version"],
        method=row["method"], overridden=final is not model, weeks=horizon_weeks(row["first_week"], len(final.mean)),
        mean=[shapes.number(value) for value in final.mean],
        quantiles=[shapes.quantiles(values) for values in final.quantiles],
    )  # fmt: skip


@router.get("/forecast/runs/{run_id}/diff")
def compare_forecast_runs(
    db: Db, config: Config, _: Viewer, run_id: UUID,
    to: Annotated[UUID, Query(description="The other run: the later one")], limit: Limit = 100,
) -> RunDifference:  # fmt: skip
    """The difference of two runs by cause, adding up, for the whole and for the series that changed most."""
    with db.transaction() as connection:
        first, second = (_sides(connection, each, today(config)) for each in (run_id, to))
    same = all(first[0][name] == second[0][name] for name in ("versions", "seed", "kind"))
    found = difference(first[1], second[1], same)
    return RunDifference(
        before=run_id, after=to, series=len(found), total_before=sum(item.before for item in found),
        total_after=sum(item.after for item in found), data=sum(item.data for item in found),
        model=sum(item.model for item in found), override=sum(item.override for item in found),
        items=[DifferenceOut(**vars(item)) for item in found[:limit]],
    )  # fmt: skip


def _sides(connection: Any, run_id: UUID, day: date) -> tuple[dict[str, Any], dict[tuple[str, str], Side]]:
    run = runs.get(connection, run_id)
    if run is None:
        raise not_found(f"Run {run_id}")
    if run["series"] == 0:
        raise invalid("to", f"run {run_id} has no forecasts", "no_forecasts")
    plan = compare.plan_of(connection, run_id, day)
    return run, {
        (item.sku, item.location): side(item, adjusted(item, run["first_week"], plan), run["first_week"])
        for item in forecasts.of_run(connection, run_id)
    }


@router.get("/attention")
def list_attention(
    db: Db, _: Viewer, status: Literal["open", "snoozed", "resolved"] | None = "open",
    kind: Literal["anomaly", "bias", "late-data"] | None = None, assignee: Annotated[Name | None, Query()] = None,
    limit: Limit = 100, cursor: Cursor = None,
) -> Page[AttentionOut]:  # fmt: skip
    """What needs attention, dearest first."""
    after = pagination.decode(cursor, float, UUID)
    with db.transaction() as connection:
        found = attention.page(
            connection, status=status, kind=kind, assignee=assignee, after=(after[0], after[1]) if after else None,
            limit=limit + 1,
        )  # fmt: skip
    items, following = pagination.page(
        [AttentionOut(**row) for row in found], limit, lambda item: [item.money, item.id]
    )
    return Page(items=items, next_cursor=following)


@router.post("/attention/{entry_id}/snooze")
def snooze_attention(db: Db, config: Config, caller: Planner, entry_id: UUID, body: SnoozeIn) -> AttentionOut:
    """Not now: it comes back on that day, if it is still so."""
    if body.until <= today(config):
        raise invalid("until", "must be a day to come", "not_in_future")
    return _changed(db, caller.actor, entry_id, "snoozed", status="snoozed", snoozed_until=body.until)


@router.post("/attention/{entry_id}/assign")
def assign_attention(db: Db, caller: Planner, entry_id: UUID, body: AssignIn) -> AttentionOut:
    """Give it to somebody."""
    return _changed(db, caller.actor, entry_id, "assigned", assignee=body.assignee)


@router.post("/attention/{entry_id}/resolve")
def resolve_attention(db: Db, caller: Planner, entry_id: UUID, body: ResolveIn | None = None) -> AttentionOut:
    """Done with: it comes back only with a later week."""
    who = caller.actor
    note = body.note if body else None
    return _changed(db, who, entry_id, "resolved", status="resolved", settled_by=who, note=note)


def _changed(db: Db, who: str, entry_id: UUID, action: str, **values: Any) -> AttentionOut:
    with db.transaction() as connection:
        if attention.get(connection, entry_id) is None:
            raise not_found(f"Entry {entry_id}")
        attention.change(connection, entry_id, **values)
        audit.record(connection, SERVICE, who, f"attention-{action}", str(entry_id))
        return AttentionOut(**(attention.get(connection, entry_id) or {}))
