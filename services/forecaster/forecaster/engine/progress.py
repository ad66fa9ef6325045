"""Progress of a run: told with the time left, never backwards; and the place where a run is cancelled."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic

from forecaster.engine.options import Cancelled

Tick = Callable[[str, int, int], None]  # stage, steps done, steps in all


@dataclass(frozen=True)
class Progress:
    """Where a run is: `done` of `total` steps of a stage, an estimate of the seconds left in all, and the whole.

    `share` is how much of the whole run is done, from 0 to 1. It never falls; stages come again with each cutoff.
    """

    stage: str
    done: int
    total: int
    seconds_left: float | None
    share: float


Report = Callable[[Progress], None]
Stop = Callable[[], bool]


class ProgressTracker:
    """Reports progress with time left, and raises Cancelled when asked to stop. A run has a round a cutoff."""

    def __init__(self, report: Report | None, stop: Stop | None, plan: Sequence[tuple[str, float]]) -> None:
        """`plan`: the stages in order, each with its usual share of the time."""
        self._report, self._stop, self._plan = report, stop, list(plan)
        self._began = 0.0
        self.rounds, self.round = 1, 0
        self._reached = 0.0

    def __call__(self, stage: str, done: int = 0, total: int = 1) -> None:
        """Say that `done` of `total` steps of a stage are behind."""
        if self._stop is not None and self._stop():
            raise Cancelled("cancelled on request")
        now = monotonic()
        self._began = self._began or now
        if self._report is None:
            return
        whole = sum(share for _, share in self._plan) or 1.0
        names = [name for name, _ in self._plan]
        before = sum(share for _, share in self._plan[: names.index(stage)]) if stage in names else 0.0
        share = dict(self._plan).get(stage, 0.0) * done / max(total, 1)
        reached = self._reached = max(self._reached, (self.round + (before + share) / whole) / self.rounds)
        left = (now - self._began) * (1 - reached) / reached if reached > 0.03 else None
        self._report(Progress(stage, done, total, left, reached))
