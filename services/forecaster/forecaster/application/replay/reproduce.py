"""Rebuilds a run from the log: its history up to the offsets it saw, its kept inputs, its seed; then compares.

What can differ and why is said: other library versions, or sales that the log holds otherwise than the run saw.
"""

import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import pandas as pd
from chassis import log_identity
from chassis.jobs import Claim
from contracts.topics import SALE_RECORDED

from forecaster.application.replay.completeness import IncompleteLog, require_whole
from forecaster.application.replay.parallel import read_all
from forecaster.application.replay.reader import OffsetRange
from forecaster.application.training import engine_port
from forecaster.application.training.train import build_dataset, outcome_of
from forecaster.domain.dataset import Dataset
from forecaster.domain.forecasts import EngineAnswer, Forecast
from forecaster.domain.history import SeriesWeek, WeekClock
from forecaster.settings import Settings
from forecaster.storage import forecasts, reproductions, runs
from forecaster.storage.snapshot import Snapshot


class Reproduction:
    """Runs jobs of the kind `reproduce`. `engine` may be exchanged by tests.

    An update is made again from nothing, too: first the training whose models made it, then the update by those.
    """

    def __init__(
        self,
        settings: Settings,
        engine: engine_port.Engine = engine_port.forecast,
        topic: str = SALE_RECORDED.name,
    ) -> None:
        self._settings, self._engine, self._topic = settings, engine, topic
        self._clock = WeekClock(settings.zone, settings.first_weekday)

    def __call__(self, job: Claim) -> None:
        """Do the job; its end is written here."""
        run = _said(job, UUID(job.arguments["run_id"]))
        base = _said(job, run.about["models_of"]) if run.about["models_of"] else None
        result = self._updated(job, run, base) if base else compare(run.forecasts, self._trained(job, run)[1])
        now = engine_port.versions()
        result["other_versions"] = {
            name: {"run": before, "now": now.get(name)} for name, before in run.about["versions"].items()
            if now.get(name) != before
        }  # fmt: skip
        with job.database.transaction() as connection:
            job.hold(connection)
            reproductions.keep_result(connection, job.id, result)
            job.finish(connection, "succeeded")

    def _updated(self, job: Claim, run: "_Said", base: "_Said") -> dict[str, Any]:
        answer, rebuilt = self._trained(job, base)
        folder = self._settings.files_dir / "reproductions" / str(job.id)
        try:
            if not engine_port.save(answer, folder, {"run": str(base.about["id"])}):
                raise RuntimeError("the training that the update came from gives no models")
            data = self._dataset(job, run)
            answer = _undisturbed(job, lambda report, cancelled: engine_port.update(
                data, folder, report=report, cancelled=cancelled, optional=self._settings.optional
            ))  # fmt: skip
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        training = {"run_id": str(base.about["id"]), **compare(base.forecasts, rebuilt)}
        return {**compare(run.forecasts, outcome_of(data, answer).forecasts), "models_of": training}

    def _trained(self, job: Claim, run: "_Said") -> tuple[EngineAnswer | None, list[Forecast]]:
        data = self._dataset(job, run)
        answer = _undisturbed(job, lambda report, cancelled: self._engine(
            data, seed=run.about["seed"], report=report, cancelled=cancelled
        ))  # fmt: skip
        return answer, outcome_of(data, answer).forecasts

    def _dataset(self, job: Claim, run: "_Said") -> Dataset:
        sales = self._sales(job, run.about["offsets"].get(self._topic, {}))
        return build_dataset(Snapshot(sales, run.inputs, run.about["offsets"], ""), run.about,
                             self._settings.first_weekday)  # fmt: skip

    def _sales(self, job: Claim, offsets: dict[str, int]) -> pd.DataFrame:
        ends = {int(partition): end for partition, end in offsets.items() if end > 0}
        begins = require_whole(self._settings.kafka_bootstrap_servers, self._topic, ends)
        if any(begins[partition] >= end for partition, end in ends.items()):
            raise IncompleteLog("the topic was made again after this run: its records lie elsewhere now")
        spans = [OffsetRange(partition, begins[partition], end, topic=self._topic) for partition, end in ends.items()]
        total = sum(span.end - span.start for span in spans)
        cells: dict[SeriesWeek, list[Any]] = {}

        def report(records: int) -> None:
            job.progress("reading the log", records, total)

        for _, found in read_all(
            self._settings.kafka_bootstrap_servers, spans, self._clock, processes=self._settings.replay_processes,
            ids_of=_no_file, report=report,
        ):  # fmt: skip
            for cell, change in found.cells:
                held = cells.setdefault(cell, [0, 0])
                held[0] += change.units
                held[1] += change.entries
        return sales_frame(cells)


@dataclass(frozen=True)
class _Said:
    """A run, what it saw beside the sales, and what it said."""

    about: dict[str, Any]
    inputs: dict[str, Any]
    forecasts: list[Forecast]


def _said(job: Claim, run_id: UUID) -> _Said:
    with job.database.snapshot() as connection:
        run = runs.get(connection, run_id)
        if run is None:
            raise RuntimeError(f"run {run_id} is not there")
        anew = log_identity.begun_anew(connection)
        if anew is not None and run["requested_at"] < anew:
            raise IncompleteLog(f"the log was lost and begun anew at {anew:%Y-%m-%d %H:%M} UTC, after this run")
        return _Said(run, runs.unpack(runs.inputs(connection, run_id)), list(forecasts.of_run(connection, run_id)))


def _undisturbed(
    job: Claim, work: Callable[[engine_port.Report, Callable[[], bool]], EngineAnswer | None]
) -> EngineAnswer | None:
    """What the engine answers, told to stop when the job is."""

    def report(stage: str, done: int, total: int, seconds_left: float | None) -> None:
        job.progress(stage, done, total, seconds_left=seconds_left)

    try:
        return work(report, lambda: job.cancel_requested or job.lost)
    finally:
        job.check()  # whatever the engine raises once it was told to stop is the stop


def _no_file(_: OffsetRange) -> Path | None:
    return None


def sales_frame(cells: dict[SeriesWeek, list[Any]]) -> pd.DataFrame:
    """The frame that `storage.snapshot.sales` reads from the live history, of sums from the log."""
    kept = sorted((cell, held[0]) for cell, held in cells.items() if held[0] != 0 or held[1] != 0)
    return pd.DataFrame(
        {
            "sku": [cell.sku for cell, _ in kept],
            "location": [cell.location for cell, _ in kept],
            "week": pd.to_datetime([cell.week for cell, _ in kept]),
            "units": [float(units) for _, units in kept],
        }
    )


def compare(stored: Iterable[Forecast], rebuilt: Iterable[Forecast]) -> dict[str, Any]:
    """Whether two sets of forecasts are the same to the last bit, and if not, how far apart."""
    before, after = ({(f.sku, f.location): f for f in group} for group in (stored, rebuilt))
    different: list[str] = []
    largest = 0.0
    for key in sorted(before.keys() & after.keys()):
        one, other = before[key], after[key]
        gap = 0.0
        for name in ("mean", "quantiles", "sum_quantiles"):
            mine, theirs = getattr(one, name), getattr(other, name)
            gap = max(gap, float(np.abs(mine - theirs).max())) if mine.shape == theirs.shape else float("inf")
        if gap or (one.method, one.reason) != (other.method, other.reason):
            different.append(" ".join(key))
            largest = max(largest, gap)
    missing = [" ".join(key) for key in sorted(before.keys() ^ after.keys())]
    return {
        "identical": not different and not missing, "series": len(before), "different": len(different),
        "missing_or_new": len(missing), "largest_difference": largest, "examples": (different + missing)[:20],
    }  # fmt: skip
