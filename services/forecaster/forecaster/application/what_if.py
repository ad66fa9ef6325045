"""What a scenario would do to forecasts: asked of the live run's models, with other plans; nothing is stored.

Guarantee: the base is what is live, after overrides, to the last digit; a scenario of nothing is the base exactly. A
series whose forecast cannot be moved keeps it, and why is said.
"""

# Heard: every text of this module is said to readers (frontend/scripts/spoken.py).

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
from chassis.database import Database
from chassis.failures import NotFound
from contracts.keys import series_key
from contracts.scenario import Scenario
from numpy.typing import NDArray

from forecaster.application.why import made_of
from forecaster.domain import what_if
from forecaster.domain.forecasts import horizon_weeks
from forecaster.domain.overrides import SaidOf, final_means
from forecaster.storage import overrides, runs, totals
from forecaster.storage.live import SeriesMeans

Array = NDArray[np.float64]
NOT_LEARNED = "it has too little history of its own: its forecast comes from products like it, and stays"


@dataclass(frozen=True)
class MovedSeries:
    """A series' weeks as they are expected, and as they would be; money of each where the price is known. `stays`: why
    the forecast could not be moved, where it could not."""

    sku: str
    location: str
    before: Array
    then: Array
    price_before: Array
    price_then: Array
    stays: str = ""


@dataclass(frozen=True)
class Supposed:
    """The live run, its weeks, and what the scenario makes of each series; `notes` are of all of them."""

    run_id: UUID
    as_of: date
    weeks: list[date]
    series: list[MovedSeries]
    notes: list[str]


def suppose(database: Database, files: Path, chosen: totals.Together, scenario: Scenario, today: date) -> Supposed:
    """The scenario, of chosen series of what is live. Raises NotFound when nothing is, or its models are not kept."""
    with database.snapshot() as connection:
        run = runs.live(connection)
        if run is None:
            raise NotFound("There is no forecast yet.", code="no_forecast")
        every = totals.means(connection, chosen)
        series = [item for item in every if item.first_week == run["first_week"]]
        in_force = overrides.operations(connection, today, [(item.sku, item.location) for item in series])
        inputs = runs.unpack(runs.inputs(connection, run["id"]))
    weeks, keys = horizon_weeks(run["first_week"], run["horizon"]), [(item.sku, item.location) for item in series]
    everywhere = chosen.locations is None
    planned = what_if.plans(keys, inputs, scenario, run["first_week"], len(weeks), everywhere=everywhere)
    factors, stays, notes = _factors(files, run, series, planned)
    if scenario.on_sale_until:
        factors[:, [week > scenario.on_sale_until for week in weeks]] = 0.0
    if older := len(every) - len(series):
        notes = [*notes, f"{older} series are left out: their forecast is of an older run"]
    moved = [
        MovedSeries(*key, *_weeks(item, factor, weeks, in_force.get(key, {})), *prices, why)
        for key, item, factor, prices, why in zip(
            keys, series, factors, zip(planned.price_before, planned.price_then, strict=True), stays, strict=True
        )
    ]
    return Supposed(run["id"], run["as_of"], weeks, moved, notes)


def _weeks(
    item: SeriesMeans, factor: Array, weeks: Sequence[date], operations: SaidOf
) -> tuple[Array, Array]:
    """A series' weeks as they are shown, and as they would be: a planner's changes hold, but off sale nothing sells.
    What kits take of it stays."""
    before, then = (
        np.array(final_means(means.tolist(), weeks, operations))
        for means in (item.means, (item.means - item.in_kits) * factor + item.in_kits)
    )
    return before, np.where(factor == 0, 0.0, then)


def _factors(
    files: Path, run: dict[str, Any], series: Sequence[SeriesMeans], planned: what_if.Plans
) -> tuple[Array, list[str], list[str]]:
    """What each series' weeks (n, H) are multiplied by, why a series stays, and what is to be said of all."""
    factors = np.ones((len(series), run["horizon"]))
    if not planned.changed and not planned.further:
        return factors, [""] * len(series), []
    fitted, working = made_of(files, run["id"], run["models_of"])
    from forecaster import engine

    own, notes = planned.known(
        [*working.known, *engine.prices(working)], engine.kinds(working), working.plans or {}
    )
    further, said = planned.weather(engine.conditions(working))
    notes += said
    names = [series_key(item.sku, item.location) for item in series]
    stays = ["" if name in working.places else NOT_LEARNED for name in names]
    places = np.array([number for number, why in enumerate(stays) if not why], dtype=np.int64)
    if (own or further) and len(places):
        chosen = [names[number] for number in places.tolist()]
        changed, off = (
            {name: values[places].astype(np.float32) for name, values in given.items()} for given in (own, further)
        )
        try:
            then = engine.scenario(fitted, working, chosen, changed, off)
        except engine.Malformed as error:
            raise NotFound(f"Nothing can be supposed of this forecast: {error}.", code="no_working") from error
        rows = [working.places[name] for name in chosen]
        given = np.array(working.arrays["given"][rows], dtype=np.float64)
        factors[places] = np.divide(then, given, out=np.ones_like(given), where=given > 0)
    return factors, stays, notes
