"""One seam for parallel work: the same forecasts to the last bit by one thread, by several, and by a Dask cluster, also
one whose worker is killed."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from forecaster import engine
from forecaster.engine import shards
from forecaster.engine.parallel import Workers

from services.forecaster.tests.engine.frames import QUICK, planned, weekly

HORIZON = 4
pytestmark = pytest.mark.timeout(900)  # workers start, and may have to compile first, on machines that are busy


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """Two workers, each a process with one thread."""
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as found:
        yield found


@pytest.fixture
def small_shards(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sixteen series a shard, so that a small panel has several."""
    monkeypatch.setattr(shards, "ROWS", 16 * HORIZON)


def told(history: pd.DataFrame, progress: Callable[[engine.Progress], None] | None = None, **more: Any) -> bytes:
    """Every number that the engine gives, as bytes."""
    found = engine.forecast(history, freq="W-FRI", horizon=HORIZON, future=planned(history, HORIZON), seed=3,
                            options=replace(QUICK, **more), progress=progress)  # fmt: skip
    numbers = (found.mean, found.quantiles, found.sum_quantiles)
    return b"".join(values.tobytes() for values in numbers) + "\n".join(found.method).encode()


@pytest.mark.usefixtures("small_shards")
def test_one_thread_and_several_forecast_the_same() -> None:
    history = weekly(40, 60)
    assert told(history, threads=1) == told(history, threads=3)


@pytest.mark.usefixtures("small_shards")
def test_a_cluster_forecasts_the_same_although_one_of_its_workers_is_killed(cluster: Any) -> None:
    history = weekly(40, 60)
    killed: list[int] = []

    def kill(step: engine.Progress) -> None:
        if step.stage == "forecasting" and not killed:
            killed.append(next(iter(cluster.workers.values())).pid)
            os.kill(killed[0], signal.SIGKILL)

    few = {"backtest_series": 4}  # a task has all models in it: fifty of them are slow
    assert told(history, kill, dask_address=cluster.scheduler_address, **few) == told(history, **few)
    assert killed


def test_tasks_of_a_killed_worker_are_done_again(cluster: Any, tmp_path: Path) -> None:
    def task(number: int) -> Callable[[], int]:
        def run() -> int:
            (tmp_path / f"{number}-{os.getpid()}-{time.monotonic_ns()}").touch()
            time.sleep(0.5)
            return number * number

        return run

    def kill() -> None:
        while not (begun := list(tmp_path.iterdir())):
            time.sleep(0.01)
        os.kill(int(begun[0].name.split("-")[1]), signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    found = Workers(1, cluster.scheduler_address).run([task(number) for number in range(6)])
    killer.join()
    assert found == [number * number for number in range(6)]
    assert len(list(tmp_path.iterdir())) > 6, "the killed worker's task began twice"


@pytest.mark.parametrize("threads", [1, 2])
def test_the_first_error_of_a_task_is_raised(threads: int) -> None:
    def broken() -> int:
        raise ValueError("it broke")

    with pytest.raises(ValueError, match="it broke"):
        Workers(threads).run([lambda: 1, broken, lambda: 3])


def test_shards_begin_at_the_same_series_wherever_they_are_computed() -> None:
    parts = shards.slices(10_000, 13)
    assert [part.start for part in parts[1:]] == [part.stop for part in parts[:-1]]
    assert parts[-1].stop == 10_000
    assert {part.start % 16 for part in parts} == {0}
    assert np.max([part.stop - part.start for part in parts]) * 13 <= shards.ROWS
