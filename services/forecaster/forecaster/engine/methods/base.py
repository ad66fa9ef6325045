"""What a forecasting method is: a class that says its name, its reference, when it applies and what it costs.

Three kinds, by what they see: a LocalMethod gets many histories at once and is compiled; a Combination gets the local
methods' forecasts; a Candidate gets one series with its regressors, and is slow. To add one, put a class into a file of
`methods/local`, `methods/combined` or `methods/candidates`: the registry finds it (CONTRIBUTING.md, "add a method").
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

import numpy as np

from forecaster.engine.arrays import Floats
from forecaster.engine.data.panel import Panel
from forecaster.engine.methods.histories import Histories


class Method(ABC):
    """What every method says of itself."""

    name: ClassVar[str]  # as a planner reads it, and as a saved engine knows it: it never changes
    reference: ClassVar[str]  # where it is described
    applies: ClassVar[str]  # to what, and what it does elsewhere
    rank: ClassVar[int]  # order among its kind, in which floats are added: a new method gets the next number


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
    optional: ClassVar[bool] = False  # tried only when `Options.optional` names it

    def available(self) -> bool:
        """Whether what it needs is installed."""
        return True

    @abstractmethod
    def forecast(self, panel: Panel, series: int, origin: int) -> Floats:
        """(H,) in the units of y, from the panel's columns up to the origin and what is known ahead; may raise."""
