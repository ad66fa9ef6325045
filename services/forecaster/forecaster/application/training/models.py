"""New sales between two trainings: the models of the run that is live, run on today's history, in seconds.

The models lie in the trainer's own folder, in formats that cannot run code. Where they are missing, or no longer
fit (other drivers, another horizon), the update is a training.
"""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

from chassis.database import Connection
from chassis.logs import logger

from forecaster.application.training import engine_port
from forecaster.domain.dataset import Dataset
from forecaster.domain.forecasts import EngineAnswer, RunResult
from forecaster.storage import forecasts

log = logger(__name__)

KEPT = 5


class ModelStore:
    """The fitted models of the last trainings, a folder a run."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "models"

    def keep(self, run: dict[str, Any], answer: EngineAnswer | None, in_use: UUID | None) -> None:
        """Keep a run's models, the newest few of the others, and always those that made what is live."""
        about = {"run": str(run["id"]), "as_of": run["as_of"].isoformat()}
        self._folder.mkdir(parents=True, exist_ok=True)
        if engine_port.save(answer, self._folder / str(run["id"]), about):
            _forget(self._folder, in_use)

    def of(self, run_id: UUID | None) -> Path | None:
        """The folder of a training's models, if they are here."""
        path = self._folder / str(run_id)
        return path if run_id is not None and path.is_dir() else None


class WorkingStore:
    """What the forecasts of the last runs are explained from, a folder a run."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "workings"

    def keep(self, run_id: UUID, answer: EngineAnswer | None, in_use: UUID | None) -> None:
        """Keep a run's, the newest few of the others, and always that of the live one."""
        self._folder.mkdir(parents=True, exist_ok=True)
        if engine_port.save_working(answer, self._folder / str(run_id)):
            _forget(self._folder, in_use)

    def of(self, run_id: UUID) -> Path | None:
        """The folder of a run's, if it is here."""
        path = self._folder / str(run_id)
        return path if path.is_dir() else None


def _forget(folder: Path, in_use: UUID | None) -> None:
    oldest_first = sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime)
    for path in oldest_first[:-KEPT]:
        if path.name != str(in_use):
            shutil.rmtree(path, ignore_errors=True)


def update(
    data: Dataset, models: Path, report: engine_port.Report, cancelled: Callable[[], bool], dask_address: str,
    optional: tuple[str, ...] = (),
) -> EngineAnswer | None:  # fmt: skip
    """Forecasts by kept models; None when they do not fit this history."""
    try:
        return engine_port.update(
            data, models, report=report, cancelled=cancelled, dask_address=dask_address, optional=optional
        )  # fmt: skip
    except ValueError as error:
        log.warning("models_do_not_fit", models=str(models), error=str(error))
        return None


def inherit_quality(connection: Connection, models_of: UUID, result: RunResult) -> None:
    """An update's forecasts are as good as the models they come from were in their own backtest."""
    known = forecasts.quality(connection, models_of)
    for item in result.forecasts:
        item.wape, item.coverage80 = known.get((item.sku, item.location), (item.wape, item.coverage80))
