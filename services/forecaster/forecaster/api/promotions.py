"""What a promotion is expected to bring, or has brought: its products' weeks against those around it."""

from collections import defaultdict
from datetime import date, timedelta
from functools import partial
from typing import Annotated
from uuid import UUID

import numpy as np
from chassis.database import Connection
from chassis.failures import not_found
from chassis.parameters import Db, Viewer
from chassis.weeks import last_ended_week, week_of, yesterday
from fastapi import APIRouter
from pydantic import BaseModel, Field

from forecaster.api.parameters import Config, today
from forecaster.domain.forecasts import horizon_weeks
from forecaster.domain.lift import AROUND, lift, promoted_weeks
from forecaster.domain.overrides import final_means, through_kits
from forecaster.storage import overrides, promotions, totals
from forecaster.storage.live import SeriesMeans

router = APIRouter(prefix="/forecast/promotions", tags=["planning"])


class PromotionWeekOut(BaseModel):
    """A week of its products together: as sold where it has ended, as expected where it is to come."""

    week: date
    units: float
    sold: bool
    promoted: bool
    compared: bool


class PromotionEffectOut(BaseModel):
    """Units in the weeks that a promotion touches, and in as many weeks around it; `lift` is how much more than usual.

    `known`: the live forecast was made knowing the promotion as it is now; false: an update or a training will.
    """

    promotion_id: UUID
    name: str
    series: int
    known: bool
    during: float
    usual: Annotated[
        float | None,
        Field(description="Null: fewer than two weeks around it that no other promotion of these products touches"),
    ]
    lift: float | None
    planned: Annotated[
        float | None,
        Field(
            description="Once it has ended, what the models last expected of its weeks"
            " before they began; null: nothing was of one of them"
        ),
    ]
    planned_lift: Annotated[float | None, Field(description="How much more than usual that was")]
    planned_quantity: Annotated[float | None, Field(description="What somebody plans to sell of it in these weeks")]
    rehearsed: Annotated[bool, Field(description="Some of it was never published: made afterwards, as of then")]
    ended: Annotated[bool, Field(description="All its weeks have ended: `during` is what was sold")]
    missing: Annotated[int, Field(description="Its weeks beyond the forecast, or before the first sale")]
    weeks: list[PromotionWeekOut]


@router.get("/{promotion_id}")
def get_promotion_effect(db: Db, config: Config, _: Viewer, promotion_id: UUID) -> PromotionEffectOut:
    """A promotion's weeks against those around it. Sums of means, of what was sold and of the live forecast."""
    newest = last_ended_week(yesterday(config.zone), config.first_weekday)
    start_of = partial(week_of, first_weekday=config.first_weekday)
    with db.snapshot() as connection:
        found = promotions.get(connection, promotion_id)
        if found is None:
            raise not_found(f"Promotion {promotion_id}")
        weeks = promoted_weeks(found["starts"], found["ends"], start_of)
        around = timedelta(days=7 * AROUND)
        first, last = weeks[0] - around, weeks[-1] + around
        spans = promotions.beside(
            connection, promotion_id, found["skus"], found["locations"], first, last + timedelta(days=6)
        )
        chosen = totals.Together(skus=found["skus"] or None, locations=found["locations"] or None)
        sold = totals.sold(connection, chosen, first, min(last, newest))
        before = totals.expected_before(connection, chosen, weeks[0], min(weeks[-1], newest))
        series = totals.means(connection, chosen)
        expected = _expected(connection, series, today(config))
    others = {week for starts, ends in spans for week in promoted_weeks(starts, ends, start_of)}
    effect = lift(
        weeks, others, {week: units for week, (units, _) in sold.items()},
        {week: units for week, units in expected.items() if week > newest},
    )  # fmt: skip
    told = [item for item in effect.weeks if item.promoted]
    ended = [before.get(item.week) for item in told if item.sold]
    known = [one for one in ended if one is not None]
    planned = sum(units for units, _ in known) if known and len(known) == len(ended) == len(told) else None
    return PromotionEffectOut(
        promotion_id=promotion_id, name=found["name"], series=len(series), known=bool(found["known"]),
        during=effect.during, usual=effect.usual, lift=effect.share, planned=planned,
        planned_quantity=None if found["planned_quantity"] is None else float(found["planned_quantity"]),
        planned_lift=None if planned is None or not effect.usual else planned / effect.usual - 1,
        rehearsed=any(rehearsal for _, rehearsal in known), ended=weeks[-1] <= newest,
        missing=len(weeks) - len(told), weeks=[PromotionWeekOut(**vars(item)) for item in effect.weeks],
    )  # fmt: skip


def _expected(connection: Connection, series: list[SeriesMeans], day: date) -> dict[date, float]:
    in_force = overrides.operations(connection, day, [(item.sku, item.location) for item in series])
    found: dict[date, float] = defaultdict(float)
    for item in series:
        weeks = horizon_weeks(item.first_week, len(item.means))
        own = in_force.get((item.sku, item.location), {})
        final = np.array(final_means(item.means.tolist(), weeks, own))
        alone = np.maximum(item.means - item.in_kits, 0.0)
        whole = item.means + through_kits(weeks, own)
        share = np.divide(alone, whole, out=np.ones(len(weeks)), where=whole > 0)
        for week, mean in zip(weeks, (final * share).tolist(), strict=True):  # what is sold as itself
            found[week] += mean
    return found
