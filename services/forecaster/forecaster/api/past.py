"""What was forecast of a product's past weeks, a chosen number of weeks ahead, against what they sold."""

from datetime import date
from typing import Annotated, Any

from chassis.parameters import Db, Key, Viewer
from contracts.types import Code
from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from forecaster.api.accuracy import Weeks, share, window
from forecaster.api.parameters import Config
from forecaster.api.places import places_of
from forecaster.storage import accuracy

router = APIRouter(prefix="/forecast", tags=["forecasts"])


class PastWeekOut(BaseModel):
    """A week that has ended, and what was said of it then. `expected` is after overrides; the quantiles are the
    model's."""

    week: date
    actual: float
    expected: float
    model: float
    p10: float
    p50: float
    p90: float
    inside: Annotated[float, Field(description="How much of what was sold counts as inside the 80 % range: 0, 1, or a"
                                               " share where a count equals its edge")]
    rehearsed: Annotated[bool, Field(description="Made afterwards, as of then: nothing was published of this week")]


class PastOut(BaseModel):
    """Weeks from `oldest` to `newest` of which something was forecast `lag` weeks ahead; and the record of them, by the
    same rules as `/forecast/accuracy`. Shares are null where there is nothing to measure."""

    sku: str
    location: str
    lag: int
    oldest: date
    newest: date
    coverage80: float | None
    wape: float | None
    bias: float | None
    items: list[PastWeekOut]


@router.get("/{product_id}/past")
def get_past_forecasts(
    db: Db, config: Config, _: Viewer, product_id: Key,
    location: Annotated[Code | None, Query(description="Default: `main`, or the first that has a forecast")] = None,
    lag: Annotated[int, Query(ge=1, le=26, description="How many weeks ahead")] = 4, weeks: Weeks = 26,
) -> PastOut:  # fmt: skip
    """What was forecast of a product's past weeks at a lag, as published or rehearsed, against what they sold."""
    oldest, newest = window(config, weeks, None)
    with db.snapshot() as connection:
        sku, places = places_of(connection, product_id)
        place = location or places[0]
        found = accuracy.of_series(connection, sku, place, oldest, newest, lag)
    return PastOut(sku=sku, location=place, lag=lag, oldest=oldest, newest=newest, **_record(found), items=[
        PastWeekOut(
            week=row["week"], actual=row["actual"], expected=round(row["final"], 4), model=round(row["model"], 4),
            p10=row["p10"], p50=row["p50"], p90=row["p90"], inside=round(row["inside"], 4), rehearsed=row["rehearsal"],
        )
        for row in found
    ])  # fmt: skip


def _record(found: list[dict[str, Any]]) -> dict[str, float | None]:
    sold = sum(row["actual"] for row in found)
    return {
        "coverage80": share(sum(row["inside"] for row in found), len(found)),
        "wape": share(sum(abs(row["final"] - row["actual"]) for row in found), sold),
        "bias": share(sum(row["final"] - row["actual"] for row in found), sold),
    }
