"""What each driver does to sales, by product and category."""

from datetime import date
from typing import Annotated
from uuid import UUID

from chassis.failures import invalid
from chassis.parameters import Db, Viewer
from contracts.types import Name, Sku
from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from forecaster.api.parameters import Config
from forecaster.application import effects

router = APIRouter(prefix="/forecast", tags=["planning"])


class EffectOut(BaseModel):
    """What a driver does. `change`: by which share sales are another (0.5: half as much again); of a price its
    elasticity, the power of the price by which they change. `low` and `high`: nine times of ten within for what is
    measured and compared; for what is asked of the models the tenth and the ninetieth of a hundred products. `group`: a
    category or a product; empty: all."""

    driver: str
    name: str
    group: str
    change: float
    low: float
    high: float
    series: int
    how: Annotated[str, Field(description="measured, asked of the models, or weeks compared")]


class EffectsOut(BaseModel):
    """The effects that the live run knows. `notes`: what nothing is known of, and why."""

    run_id: UUID
    as_of: date
    effects: list[EffectOut]
    notes: list[str]


@router.get("/effects")
def get_effects(
    db: Db, config: Config, _: Viewer,
    sku: Annotated[Sku | None, Query(description="Of this product alone")] = None,
    category: Annotated[Name | None, Query(description="Of this category alone")] = None,
) -> EffectsOut:  # fmt: skip
    """What promotions (also by depth, in the week after, and beside others of the category), prices, feasts and events
    do to sales. By category, or of one product."""
    if sku is not None and category is not None:
        raise invalid("category", "cannot be asked together with sku", "one_of_both")
    found = effects.of_live_run(db, config.files_dir, sku, category)
    return EffectsOut(
        run_id=found.run_id, as_of=found.as_of, effects=[EffectOut(**vars(one)) for one in found.found],
        notes=found.notes,
    )  # fmt: skip
