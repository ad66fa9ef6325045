"""Accuracy of what was published, and what each step and each planner added."""

from datetime import date, timedelta
from typing import Annotated, Any, Literal

from chassis.pagination import Limit
from chassis.parameters import Day, Db, LocationFilter, SkuFilter, Viewer
from chassis.weeks import last_ended_week, yesterday
from contracts.types import Name
from fastapi import APIRouter, Query
from pydantic import BaseModel, BeforeValidator, Field

from forecaster.api.models import RunOut
from forecaster.api.parameters import Config
from forecaster.application.training.rehearsal import WEEKS
from forecaster.domain.anomalies import tracking_signal
from forecaster.settings import Settings
from forecaster.storage import accuracy, accuracy_totals, rehearsals

router = APIRouter(prefix="/forecast/accuracy", tags=["planning"])


class AccuracyOut(BaseModel):
    """How good the published forecasts of a segment were at a lag. Shares are of what was sold; null: nothing sold."""

    lag: int
    segment: str
    weeks: int
    series: int
    cells: int
    rehearsed: Annotated[
        int, Field(description="Cells of a rehearsal: made afterwards, as of then, of no week that was really forecast")
    ]
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


class RehearsalOut(BaseModel):
    """The forecasts that would have been published in the weeks before the first: how many of them are made, and the
    one under way, waiting, or ended without forecasts."""

    made: int
    of: int
    current: RunOut | None


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


def _number(text: object) -> object:
    # A query holds text, and a literal takes no text for a number.
    return int(text) if isinstance(text, str) and text.isdecimal() else text


Weeks = Annotated[int, Query(ge=1, le=104, description="Weeks that have ended, counted back")]
Lag = Annotated[Literal[1, 4, 8, 13], BeforeValidator(_number)]


def window(config: Settings, weeks: int, as_of: date | None) -> tuple[date, date]:
    """The first and the last of so many weeks that have ended."""
    newest = last_ended_week(as_of or yesterday(config.zone), config.first_weekday)
    return newest - timedelta(days=7 * (weeks - 1)), newest


def share(part: float | None, whole: float | None) -> float | None:
    """A part of a whole as the API tells it; null of nothing."""
    return None if part is None or not whole else round(part / whole, 4)


@router.get("")
def get_forecast_accuracy(
    db: Db, config: Config, _: Viewer, by: Literal["all", "category", "location", "method", "sku"] = "all",
    weeks: Weeks = 13, as_of: Day | None = None, sku: SkuFilter = None, location: LocationFilter = None,
    category: Annotated[Name | None, Query()] = None, limit: Limit = 100,
) -> AccuracyList:  # fmt: skip
    """Accuracy at lags 1, 4, 8 and 13 of what was published, and of the rehearsal of the weeks before. Nothing is
    refitted."""
    oldest, newest = window(config, weeks, as_of)
    with db.snapshot() as connection:
        found = accuracy_totals.by_segment(
            connection, by, oldest, newest, sku=sku, location=location, category=category, limit=limit
        )
    items = [
        AccuracyOut(
            lag=row["lag"], segment=row["segment"], weeks=row["weeks"], series=row["series"], cells=row["cells"],
            rehearsed=row["rehearsed"], actual=row["actual"], wape=share(row["final_error"], row["actual"]),
            bias=share(row["bias"], row["actual"]),
            mase=share(row["scaled"], row["scaled_cells"]), pinball=share(row["pinball"], row["actual"]),
            coverage80=round(row["inside"] / row["cells"], 4),
            tracking_signal=round(tracking_signal(row["bias"], row["mad"]), 2),
            wape_model=share(row["model_error"], row["actual"]), wape_naive=share(row["naive_error"], row["actual"]),
        )
        for row in found
    ]  # fmt: skip
    return AccuracyList(oldest=oldest, newest=newest, items=items)


@router.get("/rehearsal")
def get_rehearsal(db: Db, _: Viewer) -> RehearsalOut:
    """How far the rehearsal is, which follows the first training."""
    with db.snapshot() as connection:
        found = rehearsals.all_runs(connection)
    open_ = [run for run in found if run["status"] != "succeeded"]
    current = RunOut(**open_[-1]) if open_ else None
    return RehearsalOut(made=len(found) - len(open_), of=WEEKS if found else 0, current=current)


@router.get("/value-added")
def get_forecast_value_added(
    db: Db, config: Config, _: Viewer, lag: Lag = 1, weeks: Weeks = 13, as_of: Day | None = None
) -> ValueAdded:
    """What each step added: naive, model, override; and each planner, by direction and size of their changes."""
    oldest, newest = window(config, weeks, as_of)
    with db.snapshot() as connection:
        steps = {row["lag"]: row for row in accuracy_totals.by_segment(connection, "all", oldest, newest)}.get(lag)
        people = [_author(row) for row in accuracy.by_author(connection, oldest, newest, lag)]
    sold = steps["actual"] if steps else None
    return ValueAdded(
        lag=lag, oldest=oldest, newest=newest, people=people,
        naive=share(steps["naive_error"], sold) if steps else None,
        model=share(steps["model_error"], sold) if steps else None,
        override=share(steps["final_error"], sold) if steps else None,
    )  # fmt: skip


def _author(row: dict[str, Any]) -> AuthorValue:
    gained = row["model_error"] - row["final_error"]
    verb = "saved" if gained >= 0 else "cost"
    return AuthorValue(
        author=row["author"], direction=row["direction"], size=row["size"], overrides=row["overrides"],
        cells=row["cells"], actual=row["actual"], wape_model=share(row["model_error"], row["actual"]),
        wape_final=share(row["final_error"], row["actual"]), value_added_units=gained, money=-row["money"],
        sentence=f"{row['author']}'s changes {row['direction']}ward, {row['size']}, {verb} {abs(gained):.0f} units"
        " of error",
    )  # fmt: skip
