"""A training run from its snapshot to its publication.

- It reads one repeatable snapshot, and keeps that snapshot's offsets and inputs with the run.
- Forecasts, the switch of what is live, the events and the end of the job are one transaction, under the job's
  fencing token: a trainer that was taken over publishes nothing, one that dies leaves nothing behind.
- Whatever the engine raises ends the run as failed; the live forecasts stay.
"""

import time
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from chassis import metrics, outbox
from chassis.database import Connection, Database, is_transient
from chassis.jobs import Claim, Fenced, JobCancelled
from chassis.logs import logger

from forecaster.application import announce
from forecaster.application.planning import releases
from forecaster.application.training import engine_port, models, rehearsal
from forecaster.application.training.runs import UPDATE, end_without_forecasts
from forecaster.domain import dataset as datasets
from forecaster.domain import holiday_calendar
from forecaster.domain.dataset import Dataset
from forecaster.domain.forecasts import EngineAnswer, RunResult, assemble
from forecaster.domain.through_kits import with_kits
from forecaster.settings import Settings
from forecaster.storage import forecasts, locks, runs, snapshot
from forecaster.storage.snapshot import Snapshot

log = logger(__name__)

PROGRESS_SECONDS = 1.0


class Training:
    """Runs jobs of the kinds `train` and `update`. `engine` may be exchanged by tests that need it to fail."""

    def __init__(self, settings: Settings, engine: engine_port.Engine = engine_port.forecast) -> None:
        self._settings, self._engine, self._models = settings, engine, models.ModelStore(settings.files_dir)
        self._workings = models.WorkingStore(settings.files_dir)

    def __call__(self, job: Claim) -> None:
        """Do the job; its end is written here."""
        with job.database.transaction() as connection:
            run = runs.get(connection, job.id)
        if run is None:
            raise RuntimeError("the run of this job is not there")
        try:
            self._train(job, run)
        except Fenced:
            raise
        except JobCancelled:
            self._end(job, run, "cancelled", "cancelled on request")
        except Exception as error:
            if is_transient(error):
                raise
            log.error("training_failed", run=str(job.id), exc_info=error)
            self._end(job, run, "failed", f"{type(error).__name__}: {error}"[:1000])

    def _end(self, job: Claim, run: dict[str, Any], outcome: announce.RunOutcome, message: str) -> None:
        with job.database.transaction() as connection:
            job.hold(connection)
            end_without_forecasts(connection, run, outcome, message)
            job.finish(connection, outcome, message)

    def _train(self, job: Claim, run: dict[str, Any]) -> None:
        began = time.monotonic()
        report = _Reporter(job)
        report("reading the history", 0, engine_port.WHOLE, None)
        seen = snapshot.take(job.database, run["as_of"], self._settings.first_weekday)
        seen.inputs["holidays"] = _holidays(seen, run)
        with job.database.transaction() as connection:
            job.hold(connection)
            runs.keep_snapshot(
                connection,
                job.id,
                seen.visible,
                seen.offsets,
                engine_port.versions(),
                runs.pack(seen.inputs),
                seen.newest,
            )
        data = build_dataset(seen, run, self._settings.first_weekday)
        answer, models_of = self._forecast(job, run, data, report)
        result = outcome_of(data, answer)
        if models_of is None:
            self._models.keep(run, answer, self._in_use(job))
        self._keep_working(job, answer)
        report("publishing", engine_port.WHOLE, engine_port.WHOLE, None, force=True)
        with job.database.transaction() as connection:
            job.hold(connection)
            job.check()
            if models_of is not None:
                models.inherit_quality(connection, models_of, result)
            self._publish(connection, job, run, data, result, time.monotonic() - began, models_of)
        tell_freshness(job.database)
        log.info("training_done", run=str(job.id), series=len(result.forecasts), seconds=time.monotonic() - began)

    def _in_use(self, job: Claim) -> UUID | None:
        with job.database.transaction() as connection:
            return runs.models_in_use(connection)

    def _keep_working(self, job: Claim, answer: EngineAnswer | None) -> None:
        """Before the run goes live: what is shown can be explained."""
        with job.database.transaction() as connection:
            live = runs.live(connection)
        self._workings.keep(job.id, answer, live["id"] if live else None)

    def _models_of(self, job: Claim, run: dict[str, Any]) -> UUID | None:
        """The training whose models are used again, if they are kept; None: the run trains its own."""
        return self._in_use(job) if run["kind"] == UPDATE else None

    def _forecast(
        self, job: Claim, run: dict[str, Any], data: Dataset, report: "_Reporter"
    ) -> tuple[EngineAnswer | None, UUID | None]:
        """The engine's answer; of an update also the training whose models gave it."""

        def cancelled() -> bool:
            return job.cancel_requested or job.lost

        try:
            models_of = self._models_of(job, run)
            if kept := self._models.of(models_of):
                answer = models.update(
                    data, kept, report, cancelled, self._settings.dask_address, self._settings.optional
                )  # fmt: skip
                if answer is not None:
                    return answer, models_of
            return self._engine(data, seed=run["seed"], report=report, cancelled=cancelled), None
        finally:
            job.check()  # whatever the engine raises once it was told to stop is the stop

    def _publish(
        self, connection: Connection, job: Claim, run: dict[str, Any], data: Dataset, result: RunResult,
        seconds: float, models_of: UUID | None,
    ) -> None:  # fmt: skip
        forecasts.store(connection, job.id, result.forecasts)
        locks.alone(connection, locks.LIVE)
        judged = releases.verdict(connection, run, result.errors, models_of)
        outcome: announce.RunOutcome = "succeeded" if judged.promoted else "not-promoted"
        if judged.promoted:
            releases.release(
                connection, run, result.forecasts, kind=run["kind"], who=run["requested_by"], zone=self._settings.zone
            )  # fmt: skip
        count, message = len(result.forecasts), None if judged.promoted else judged.reason
        done = announce.training_completed(
            job.id, outcome, run["as_of"], series=count, seconds=seconds, message=message
        )
        outbox.publish(connection, [done])
        result.metrics["promotion"] = {"reason": judged.reason, "change": judged.change}
        self._keep_end(connection, job, outcome, data, result, seconds, models_of, message)
        if judged.promoted:
            rehearsal.begin(connection, run, weeks_of(data))

    def _keep_end(
        self, connection: Connection, job: Claim, outcome: announce.RunOutcome, data: Dataset, result: RunResult,
        seconds: float, models_of: UUID | None, message: str | None = None,
    ) -> None:  # fmt: skip
        runs.end(
            connection, job.id, outcome, series=len(result.forecasts), seconds=seconds, metrics=result.metrics,
            message=message, active_series=sum(item.active for item in result.forecasts), methods=result.methods,
            history_weeks=weeks_of(data), models_of=models_of,
        )  # fmt: skip
        job.finish(connection, "succeeded")


def weeks_of(data: Dataset) -> int:
    """How many weeks of history there are."""
    return int(data.history["ds"].nunique()) if len(data.history) else 0


def tell_freshness(database: Database) -> None:
    """Export how fresh the published forecasts were made: after each run, and when a trainer starts."""
    with database.transaction() as connection:
        seconds = runs.freshness(connection)
    if seconds is not None:
        metrics.FORECAST_FRESHNESS.set(seconds)


def _holidays(seen: Snapshot, run: dict[str, Any]) -> list[dict[str, Any]]:
    """Kept with the run's inputs: another version of the package may know them otherwise."""
    first = seen.sales["week"].min().date() if len(seen.sales) else run["as_of"]
    last = run["first_week"] + timedelta(weeks=run["horizon"] + 1)
    return holiday_calendar.of(seen.inputs["locations"], first, last).days


def build_dataset(seen: Snapshot, run: dict[str, Any], first_weekday: int) -> Dataset:
    """The frames of a run: only its own as-of day, horizon and what it saw decide them."""
    as_of: date = run["as_of"]
    return datasets.build(seen.sales, seen.inputs, as_of=as_of, first_weekday=first_weekday, horizon=run["horizon"])


def outcome_of(data: Dataset, answer: EngineAnswer | None) -> RunResult:
    """A run's forecasts: the engine's, and of the components of kits what kits sell of them."""
    result = assemble(data, answer)
    result.forecasts = with_kits(result.forecasts, data.kits, data.weeks)
    return result


class _Reporter:
    """Progress to the job's row and, at most once a second, to everybody."""

    def __init__(self, job: Claim) -> None:
        self._job, self._last, self._stage = job, 0.0, ""

    def __call__(self, stage: str, done: int, total: int, seconds_left: float | None, *, force: bool = False) -> None:
        now = time.monotonic()
        if not force and stage == self._stage and now - self._last < PROGRESS_SECONDS:
            self._job.check()
            return
        self._last, self._stage = now, stage
        with self._job.database.transaction() as connection:
            left = self._job.progress(stage, done, total, seconds_left=seconds_left, connection=connection)
            outbox.publish(connection, [announce.training_progressed(self._job.id, stage, done, total, left)])
