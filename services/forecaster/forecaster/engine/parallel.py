"""The one seam for parallel work: tasks side by side in threads of this process, by joblib, or on a Dask cluster.

Guarantees: results come in the order of the tasks and are the same to the last bit wherever they were computed; the
first error is raised; on a cluster, tasks of a worker that died are done again by others.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import Any, TypeVar

from joblib import Parallel, delayed

from forecaster.engine.options import Malformed, Options

Result = TypeVar("Result")
Task = Callable[[], Result]


@dataclass(frozen=True)
class Workers:
    """Where tasks are done: `threads` side by side, or the workers of the Dask scheduler at an address."""

    threads: int
    dask_address: str = ""

    @classmethod
    def of(cls, options: Options) -> Workers:
        """Those that the options ask for."""
        return cls(max(options.threads, 1), options.dask_address)

    @property
    def remote(self) -> bool:
        """Whether tasks leave this process: then they must be small, and hold what they need."""
        return bool(self.dask_address)

    def together(self, most: int, *tasks: Task[Any]) -> list[Any]:
        """Results of a few tasks that share memory: always in this process, at most `most` side by side."""
        return list(_in_threads(tasks, min(self.threads, most)))

    def run(self, tasks: Sequence[Task[Result]], done: Callable[[int, int], None] | None = None) -> list[Result]:
        """Results of tasks that know nothing of each other, one a shard of series. `done` is told how many are."""
        found = []
        for result in _on_cluster(tasks, self.dask_address) if self.remote else _in_threads(tasks, self.threads):
            found.append(result)
            if done is not None:
                done(len(found), len(tasks))
        return found

    def one_thread(self) -> Workers:
        """The same cluster, or else a single thread: for tasks within a task."""
        return Workers(1, self.dask_address)


def _in_threads(tasks: Sequence[Task[Result]], threads: int) -> Iterator[Result]:
    if threads == 1 or len(tasks) == 1:
        return (task() for task in tasks)
    pool = Parallel(n_jobs=threads, backend="threading", batch_size=1, pre_dispatch="all", return_as="generator")
    found: Iterator[Result] = pool(delayed(task)() for task in tasks)
    return found


def _on_cluster(tasks: Sequence[Task[Result]], address: str) -> Iterator[Result]:
    """Arguments travel inside the tasks, so that the scheduler can give a dead worker's tasks to another."""
    with _client(address) as client, warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Sending large graph")
        for future in [client.submit(task, pure=False) for task in tasks]:
            yield future.result()


@contextmanager
def _client(address: str) -> Iterator[Any]:
    try:
        distributed: Any = import_module("distributed")
    except ImportError as error:
        raise Malformed("dask_address: distributed is not installed (requirements/dask.txt)") from error
    with distributed.Client(address, set_as_default=False) as client:
        yield client
