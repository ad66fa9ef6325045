"""Why a forecast is what it is: the run's models and working, read where the trainer left them.

Guarantees: what is held in memory are the boosters of two runs; workings are mapped from the disk. What is live is at
hand some seconds after a start or a publication, so that nobody waits for it.
"""

import gc
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from chassis.database import Database
from chassis.failures import NotFound
from chassis.logs import logger
from chassis.ports import Stop
from chassis.rounds import repeat
from contracts.keys import series_key
from contracts.sentences import Sentence

from forecaster.application.training import models
from forecaster.domain.forecasts import Forecast
from forecaster.domain.reasons import LIKE_ITEM, Reason, reasons, sentence
from forecaster.domain.through_kits import METHOD
from forecaster.storage import runs

log = logger(__name__)

RUNS = 2  # whose models are held
PAUSE_SECONDS = 10.0  # also before the first look: what starts has more urgent work


@dataclass(frozen=True)
class Why:
    """The reasons of a number, in their order; a sentence; and the weeks (ISO days) most like the one ahead."""

    reasons: list[Reason]
    sentence: Sentence
    similar: list[str]


def of_forecast(files: Path, run: Mapping[str, Any], model: Forecast, final: Forecast, step: int) -> Why:
    """Of a series' week, `step` weeks (1..H) into a run's forecast. Raises NotFound where the working is not kept."""
    number = float(final.mean[step - 1])
    in_kits = {kit: float(of[step - 1]) for kit, of in final.in_kits.items()}  # as planners changed those kits
    modelled = sum(float(of[step - 1]) for of in model.in_kits.values())
    told = max(float(model.mean[step - 1]) - modelled, 0.0)
    whole = float(model.mean[step - 1]) - modelled + sum(in_kits.values())
    fitted, working = made_of(files, run["id"], run["models_of"])
    name = series_key(model.sku, model.location)
    if name not in working.places:  # never sold here, so that others like it were asked; or it had left the range
        parts = {(LIKE_ITEM, model.method): told} if told and model.method != METHOD else {}
        found = reasons(parts, told, whole, number, in_kits)
        return Why(found, sentence(found, number) if found else Sentence(model.reason), [])
    from forecaster import engine

    try:
        explained = engine.explain(fitted, working, name, step)
    except engine.Malformed as error:
        raise NotFound(f"This forecast cannot be made again as it was: {error}", code="no_working") from error
    found = reasons(explained.contributions.parts, explained.mean, whole, number, in_kits)
    return Why(found, sentence(found, number) if found else Sentence(model.reason), engine.similar(working, name, step))


def hold_live(files: Path, database: Database, stop: Stop) -> None:
    """Read what the live run's forecasts were made of, and what reads it, before somebody asks; until told to stop."""

    def once() -> None:
        with database.snapshot() as connection:
            run = runs.live(connection)
        if run is not None:
            with suppress(NotFound):
                made_of(files, run["id"], run["models_of"])

    stop.wait(PAUSE_SECONDS)
    repeat(stop, once, lambda _: PAUSE_SECONDS, log, "holding_waits")


def made_of(files: Path, run_id: UUID, models_of: UUID | None) -> tuple[Any, Any]:
    """A run's models and working. Raises NotFound where they are not kept."""
    kept = models.ModelStore(files).of(models_of or run_id)
    working = models.WorkingStore(files).of(run_id)
    if kept is None or working is None:
        raise NotFound(
            "What this forecast was made of is not kept: it is from before that was, or long superseded.",
            code="no_working",
        )  # fmt: skip
    return _read(kept, working)


@lru_cache(maxsize=RUNS)
def _read(kept: Path, working: Path) -> tuple[Any, Any]:
    from forecaster import engine  # heavy, and only this needs it

    try:
        found = engine.load(kept), engine.Working.load(working)
    except engine.Malformed as error:
        raise NotFound(f"What this forecast was made of cannot be read: {error}", code="no_working") from error
    gc.freeze()  # it and the libraries that read it stay: a collection that walks them holds requests for 0.2 s
    return found
