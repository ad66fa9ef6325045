"""The engine behind the two calls that training needs. Imported only where it is used: it is heavy."""

from collections.abc import Callable
from typing import Any

from forecaster.domain.dataset import Dataset
from forecaster.domain.forecasts import Answer

Report = Callable[[str, int, int, float | None], None]
Engine = Callable[..., Answer | None]


def forecast(dataset: Dataset, *, seed: int, report: Report, cancelled: Callable[[], bool]) -> Answer | None:
    """The engine's forecasts of a dataset's series; None when there is no series to forecast."""
    from forecaster import engine

    if dataset.history.empty:
        return None

    def progress(step: Any) -> None:
        report(step.stage, step.done, step.total, step.seconds_left)

    found = engine.forecast(
        dataset.history, freq=dataset.freq, horizon=len(dataset.weeks), future=dataset.future, static=dataset.static,
        seed=seed, progress=progress, cancelled=cancelled,
    )  # fmt: skip
    return Answer(
        found.ids, found.mean, found.quantiles, found.sum_quantiles, found.method, found.reason, found.report or {}
    )
