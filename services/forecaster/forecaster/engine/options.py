"""How much effort the engine makes, and what it says when it can not or may not go on."""

from __future__ import annotations

from dataclasses import dataclass


class Malformed(ValueError):
    """The input as a whole cannot be forecast. The message says what is wrong and where."""


class Cancelled(Exception):
    """The caller asked to stop. Nothing was returned or written."""


@dataclass(frozen=True)
class Options:
    """How much effort the engine makes. The defaults are what the benchmarks are run with.

    `threads` and `dask_address` say where the work is done and change no forecast; all else does.
    """

    rows: int = 100_000  # training rows (series, origin, step) of one of the pooled model's boosters
    work: int = 200_000  # training rows of all boosters of a loss, where there are fewer to choose from
    bags: int = 4  # boosters of a loss, at most
    rounds: int = 100  # boosting rounds
    learning_rate: float = 0.1
    leaves: int = 31
    threads: int = 2  # tasks run side by side in this process, each on one core
    dask_address: str = ""  # of a Dask scheduler whose workers take the tasks by the series instead; "": none
    backtest_series: int = 400  # series whose forecasts are rolled through the backtest's origins
    candidate_seconds: float = 4.0  # nominal, for each candidate that is fitted series by series; 0: none
    optional: tuple[str, ...] = ()  # names of optional candidates to try as well (methods/candidates)
    draws: int = 300  # sample paths a series for the sums over several periods
    sums: bool = True  # without them `sum_quantiles` is empty: the file tool does not need it
