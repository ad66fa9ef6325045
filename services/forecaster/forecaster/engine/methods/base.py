"""What a forecasting method is: a class that says its name, its reference, when it applies and what it costs.

Four kinds, by what they see: a LocalMethod gets many histories at once and is compiled; a Combination gets the local
methods' forecasts; a Candidate gets one series with its regressors, and is slow; a Network is taught by all series. To
add one, put a class into a file of `methods/local`, `methods/combined`, `methods/candidates` or `methods/networks`: the
registry finds it (CONTRIBUTING.md, "add a method").
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from forecaster.engine.arrays import Floats, Ints
from forecaster.engine.data.panel import Panel
from forecaster.engine.features.builder import Features
from forecaster.engine.methods.histories import Histories


class Method(ABC):
    """What every method says of itself."""

    name: ClassVar[str]  # as a planner reads it, and as a saved engine knows it: it never changes
    reference: ClassVar[str]  # where it is described
    applies: ClassVar[str]  # to what, and what it does elsewhere
    rank: ClassVar[int]  # order among its kind, in which floats are added: a new method gets the next number
    optional: ClassVar[bool] = False  # tried only when `Options.optional` names it
    needs: ClassVar[str] = ""  # libraries that are not always installed, and
    requirements: ClassVar[str] = ""  # the file that pins them

    def available(self) -> bool:
        """Whether what it needs is installed."""
        return True


class LocalMethod(Method):
    """A method that looks at the sales of one series alone and costs microseconds: it is tried at every origin of the
    backtest and may take part in every forecast."""

    uses: ClassVar[tuple[str, ...]] = ("level",)  # what it is made of; beyond a level: "trend", "season"
    cost: ClassVar[float]  # microseconds a forecast of a series with 200 periods, measured as if it were the only one

    @abstractmethod
    def forecast(self, histories: Histories) -> Floats:
        """(R, H) float32 in the units of the histories; what is negative counts as 0. NaN where it knows nothing."""


class Combination(Method):
    """The plain mean of local methods."""

    parts: ClassVar[tuple[str, ...]]  # names of local methods

    def forecast(self, local: dict[str, Floats]) -> Floats:
        """(R, H) from the local methods' (R, H) by name."""
        first, *others = (local[name] for name in self.parts)
        total = first.copy()
        for other in others:
            total = total + other
        found: Floats = total / np.float32(len(self.parts))
        return found


class Candidate(Method):
    """A method that is fitted series by series and costs milliseconds or more: tried on a sample of the backtest, and
    used only where it makes the chosen blend better (ensemble/candidates.py). It may raise: that costs it alone."""

    seconds: ClassVar[float]  # nominal, a series and origin; the budget is counted in them

    @abstractmethod
    def forecast(self, panel: Panel, series: int, origin: int) -> Floats:
        """(H,) in the units of y, from the panel's columns up to the origin and what is known ahead; may raise."""


class MeanAndQuantiles(NamedTuple):
    """What a network tells of P pairs (series, origin), H steps ahead, in the units of y."""

    mean: Floats  # (P, H)
    quantiles: Floats  # (P, H, 11), by quantiles.LEVELS


Trained = dict[str, NDArray[np.float32]]  # all that a trained network is, by name: arrays, nothing that could run


class Network(Method):
    """A method that is taught by all series at once and costs seconds to a minute: trained beside the backtest on what
    was known before it, judged there, and used only for the kinds of series whose blend it makes better
    (ensemble/networks.py). Then it is trained on everything. Always optional."""

    optional = True

    @abstractmethod
    def steps(self, features: Features, last: int, seconds: float) -> int:
        """How often `train` calls `step`; 0 when there is too little to learn from."""

    @abstractmethod
    def train(
        self, features: Features, last: int, seconds: float, seed: int, step: Callable[[], None]
    ) -> Trained | None:
        """What it learned from targets up to column `last`, in so many nominal seconds; None when that is too little.
        `step` may raise: that ends the training."""

    @abstractmethod
    def forecast(self, trained: Trained, features: Features, series: Ints, origins: Ints) -> MeanAndQuantiles:
        """Of pairs (series, origin), from the columns up to the origin and what is known ahead. Raises Malformed for
        what was trained on other columns."""
