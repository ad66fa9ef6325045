"""A rehearsal: a forecast as of the end of an earlier week, by models that saw nothing later.

Guarantees: it is never live, told to nobody, and measured only where nothing was really published.
"""

from typing import Any
from uuid import UUID

from chassis.database import Connection
from chassis.jobs import Claim

from forecaster.application import announce
from forecaster.application.training import rehearsal
from forecaster.application.training.train import Training
from forecaster.domain.dataset import Dataset
from forecaster.domain.forecasts import EngineAnswer, RunResult
from forecaster.storage import forecasts, rehearsals, runs


class Rehearsal(Training):
    """Runs jobs of the kind `rehearsal`."""

    def _keep_working(self, job: Claim, answer: EngineAnswer | None) -> None:
        """Nobody is shown a rehearsal's forecasts."""

    def _models_of(self, job: Claim, run: dict[str, Any]) -> UUID | None:
        with job.database.transaction() as connection:
            return rehearsals.models_before(connection, run["first_week"])

    def _publish(
        self, connection: Connection, job: Claim, run: dict[str, Any], data: Dataset, result: RunResult,
        seconds: float, models_of: UUID | None,
    ) -> None:  # fmt: skip
        forecasts.store(connection, job.id, result.forecasts)
        self._keep_end(connection, job, "succeeded", data, result, seconds, models_of)
        rehearsal.go_on(connection, run)

    def _end(self, job: Claim, run: dict[str, Any], outcome: announce.RunOutcome, message: str) -> None:
        with job.database.transaction() as connection:
            job.hold(connection)
            runs.end(connection, run["id"], outcome, message=message)
            job.finish(connection, outcome, message)
