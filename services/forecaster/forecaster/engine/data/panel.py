"""The panel: N series x T periods up to a cutoff, and what is known of the H periods after it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from forecaster.engine.arrays import Floats, Ints, Mask
from forecaster.engine.data.frequency import Frequency
from forecaster.engine.data.kinds import Kinds
from forecaster.engine.data.periods import PeriodIndex
from forecaster.engine.data.told import Told

IN_STOCK = "in_stock"  # the regressor that says whether a series could be bought, 0..1


@dataclass
class Regressor:
    """A column beside the sales. `values` is (N, T + H), or (1, T + H) when it is the same for every series."""

    name: str
    values: Floats
    known: bool  # whether the values after the cutoff are known
    flag: bool  # few small values, such as 0/1

    @property
    def common(self) -> bool:
        """Whether it is the same for every series."""
        return len(self.values) == 1


@dataclass(frozen=True)
class Group:
    """A partition of the series: the code of each (N,), and the categories by code."""

    name: str
    codes: NDArray[np.int32]
    categories: list[str]

    def aligned(self, earlier: list[str]) -> Group:
        """The same with the codes of an earlier fit; new categories follow after."""
        every = earlier + sorted(set(self.categories) - set(earlier))
        place = {category: number for number, category in enumerate(every)}
        table = np.array([place[category] for category in self.categories], dtype=np.int32)
        return Group(self.name, table[self.codes], every)


@dataclass(frozen=True)
class Uplift:
    """What an occasion, a feast or a plan, makes of usual sales: factors (N, H) of the periods ahead.

    `slopes` (levels, N): the change that a whole of it makes of a series, by level, which multiply; `variance` (N,) of
    the last of them that found one. `usual` and `largest` say how much of it a value of its column is (`dose`); of a
    feast or a text there is no such value.
    """

    name: str
    factor: Floats
    slopes: Floats
    variance: Floats
    usual: float | None = None
    largest: float = 1.0
    # Of a condition with a reach (conditions.py), whose slope is of a logarithm: how far off it usually is, what is
    # usual ahead (N, H), and up to which step something was said of it (N,).
    deviation: float | None = None
    normal: Floats | None = None
    reach: Ints | None = None
    # Of prices (prices.py), whose slope is the elasticity: the price (N,) at which sales are usual.
    standing: Floats | None = None
    # Of a kind (kinds.py): the occasion that it is a kind of, whose uplift counts beside it; and the periods ahead
    # (N, H) of a kind of which there was none so far.
    of: str = ""
    unseen: Mask | None = None

    @property
    def entry(self) -> dict[str, Any]:
        """As the report holds it."""
        ahead = self.factor[self.factor != 1]
        return {"name": self.name, "series ahead": int((self.factor != 1).any(axis=1).sum()),
                "times": float(np.median(ahead)) if len(ahead) else None}  # fmt: skip


@dataclass(frozen=True)
class Censored:
    """Past periods in which a series could be bought for a part of the time, cell by cell: for which part, what was
    sold, and the demand as it is estimated. Where almost nothing was to be seen, what is learned from is unknown."""

    series: Ints
    columns: Ints
    share: Floats
    sold: Floats
    demand: Floats


@dataclass
class Panel:
    """N series x T periods up to the cutoff, and what is known of the H periods after it."""

    ids: list[str]
    y: Floats  # (N, T) sales; NaN before the first sale and where demand is unknown
    first: Ints  # (N,) column of the first sale, T where there is none
    start: int  # period number of column 0
    horizon: int
    index: PeriodIndex
    whole: Mask = field(default_factory=lambda: np.zeros(0, dtype=np.bool_))  # (N,) whether sold by the piece
    regressors: list[Regressor] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    static_numbers: dict[str, Floats] = field(default_factory=dict)  # of each series, (N,) by name
    exposure: Floats | None = None  # (N, H): what the periods ahead are of usual ones: openings, uplifts
    opening: Floats | None = None  # (N, H): the openings' and closings' part of it
    in_season: Floats | None = None  # (N, H): that of products that pause each year, see off_season.py
    held: Floats | None = None  # (N, H): and that of the days before a series' first, see starts.py
    censored: Censored | None = None  # past periods in stock for a part, where somebody says
    uplifts: list[Uplift] = field(default_factory=list)
    doubt: Floats | None = None  # (N, H): the variance of the exposure's logarithm, where it is an estimate
    kinds: Kinds | None = None  # of what kind what is planned is, where it is told
    shut: Mask | None = None  # (N, H): the periods that are shut as they were in the years before, see closings.py
    told: list[Told] = field(default_factory=list)  # what of the input was not taken as it stands
    columns: dict[str, str] = field(default_factory=dict)  # of the input that were read as something, and as what

    @property
    def frequency(self) -> Frequency:
        """What its frequency implies."""
        return self.index.frequency

    @property
    def size(self) -> int:
        """T: the periods of history."""
        return int(self.y.shape[1])

    @property
    def last(self) -> int:
        """The column of the cutoff."""
        return self.size - 1

    @property
    def categories(self) -> dict[str, list[str]]:
        """Categories of each group by code."""
        return {group.name: list(group.categories) for group in self.groups}

    def align(self, categories: dict[str, list[str]]) -> None:
        """Give the groups' categories the codes of an earlier fit."""
        self.groups = [group.aligned(categories.get(group.name, group.categories)) for group in self.groups]

    @property
    def numbers(self) -> Ints:
        """Period numbers of the T + H columns."""
        return np.arange(self.start, self.start + self.size + self.horizon, dtype=np.int64)

    def label(self, column: int) -> str:
        """A period as a person writes it."""
        stamp = str(self.index.labels(np.array([self.start + column]))[0].astype("datetime64[s]"))
        return stamp.removesuffix("T00:00:00").replace("T", " ")

    @property
    def future_labels(self) -> NDArray[np.datetime64]:
        """Labels of the H periods after the cutoff."""
        return self.index.labels(self.numbers[self.size :])


def begun(y: Floats) -> Mask:
    """The cells (N, T) from each series' first sale on."""
    found: Mask = np.cumsum(y > 0, axis=1) > 0
    return found


def stretches(cells: Mask) -> tuple[Ints, Ints, Ints]:
    """Where cells (N, T) are true in a row: of each such stretch its series, its first column, and the one after it."""
    edge = np.diff(np.pad(cells, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    series, begin = np.nonzero(edge == 1)
    return series, begin, np.nonzero(edge == -1)[1]  # row by row each begin has its end
