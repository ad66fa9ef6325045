"""The data frames that the engine learns from, made of weekly sales and of what catalog told.

The same sales and inputs always give the same frames, so a run can be repeated. Nothing of a week that had not
ended on the as-of day gets in, but what was planned for it (price, promotion, calendar events).

- A week without sales is zero while the product was on sale and in stock, unknown (NaN) when it could not be
  sold at all, absent before the first and after the last day on sale.
- A week whose returns exceed its sales counts as zero demand.
- Sales dated long before all others are left out, and told: history does not begin in 1970.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
from chassis.weeks import last_ended_week
from contracts.keys import series_key
from numpy.typing import NDArray

from forecaster.domain import drivers

Records = Sequence[Mapping[str, Any]]
WEEKS_A_YEAR = 52.18
_DAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")


@dataclass(frozen=True)
class Ended:
    """A series that is no longer on sale; its forecast is zero, and says why."""

    sku: str
    location: str
    last_day: date


@dataclass(frozen=True)
class Series:
    """A series on sale: whether it sold in the last 13 weeks, and its last day on sale, where that is known."""

    unique_id: str
    sku: str
    location: str
    active: bool
    until: date | None


@dataclass
class Dataset:
    """What the engine gets, and what it need not be asked."""

    history: pd.DataFrame
    future: pd.DataFrame | None
    static: pd.DataFrame
    series: list[Series]
    ended: list[Ended]
    freq: str
    weeks: list[date]  # the forecast's
    told: list[dict[str, Any]]  # what of the sales was not taken as it stands, as the engine tells of its own

    @property
    def first_week(self) -> date:
        """The first week that is forecast."""
        return self.weeks[0]


def frequency(first_weekday: int) -> str:
    """The pandas alias whose labels are the first days of business weeks."""
    return f"W-{_DAYS[first_weekday]}"


def build(
    sales: pd.DataFrame, inputs: Mapping[str, Records], *, as_of: date, first_weekday: int, horizon: int
) -> Dataset:
    """Frames for a forecast made when the day `as_of` had just ended.

    `sales` has sku, location, week (datetime64), units, one row a week with entries; `inputs` as stored by
    `storage.catalog.training_inputs`, dates as ISO text.
    """
    last = last_ended_week(as_of, first_weekday)
    weeks = [last + timedelta(days=7 * step) for step in range(1, horizon + 1)]
    sales, told = _without_strays(sales[sales["week"] <= pd.Timestamp(last)])
    demand = _Demand(sales, inputs, last, first_weekday, as_of)
    table = drivers.WeekTable(demand.keys, demand.start, demand.columns + horizon, first_weekday)
    in_stock = drivers.availability(table, inputs.get("stock", ()), demand.columns, as_of)
    sold = demand.units > 0
    in_stock[sold & (in_stock == 0)] = 1.0  # what was sold was there
    demand.units[(demand.units == 0) & (in_stock == 0)] = np.nan
    known = drivers.known_ahead(table, inputs)
    return Dataset(
        history=demand.history(in_stock, known),
        future=demand.future(known, weeks),
        static=demand.static(inputs),
        series=demand.series(),
        ended=demand.ended,
        freq=frequency(first_weekday),
        weeks=weeks,
        told=told,
    )


def _without_strays(sales: pd.DataFrame) -> tuple[pd.DataFrame, list[dict[str, Any]]]:
    from forecaster.engine.data import strays  # heavy, and only a training needs it

    if not len(sales):
        return sales, []
    begin, _ = strays.body(sales["week"].to_numpy("datetime64[D]").astype(np.int64) // 7, WEEKS_A_YEAR)
    early = sales["week"].to_numpy("datetime64[D]").astype(np.int64) // 7 < begin
    told = [
        {"series": series_key(sku, location), "column": "y", "value": f"{units:g}", "period": str(week.date()),
         "used": None, "why": "it is dated long before all other sales", "done": "left out"}
        for sku, location, week, units in sales.loc[early, ["sku", "location", "week", "units"]].itertuples(index=False)
    ]  # fmt: skip
    return sales[~early], told


class _Demand:
    """Series in rows, weeks in columns; NaN outside a series' life."""

    def __init__(
        self, sales: pd.DataFrame, inputs: Mapping[str, Records], last: date, first_weekday: int, as_of: date
    ) -> None:
        products = {row["sku"]: row for row in inputs.get("products", ())}
        self._first_weekday = first_weekday
        groups = sales.groupby(["sku", "location"], sort=True, observed=True)
        begins = groups["week"].min()
        self.ended: list[Ended] = []
        self.keys: list[tuple[str, str]] = []
        self._begin: list[date] = []
        self._until: list[date | None] = []
        for (sku, location), begin in zip(begins.index.tolist(), begins.dt.date.tolist(), strict=True):
            product = products.get(sku, {})
            until = _first_date(product.get("on_sale_until"), product.get("archived_on"))
            if until is not None and until <= as_of:
                self.ended.append(Ended(sku, location, until))
                continue
            self.keys.append((sku, location))
            self._begin.append(begin)
            self._until.append(until)
        self.start = min(self._begin, default=last)
        self.columns = (last - self.start).days // 7 + 1
        self.units = self._fill(sales)

    def _fill(self, sales: pd.DataFrame) -> NDArray[np.float64]:
        row_of = {key: number for number, key in enumerate(self.keys)}
        begins = np.array([(begin - self.start).days // 7 for begin in self._begin], dtype=np.int64)
        units = np.where(np.arange(self.columns)[None, :] >= begins[:, None], 0.0, np.nan)
        numbers = [row_of.get(key, -1) for key in zip(sales["sku"], sales["location"], strict=True)]
        row = np.array(numbers, dtype=np.int64)
        column = (sales["week"] - pd.Timestamp(self.start)).dt.days.to_numpy(dtype=np.int64) // 7
        kept = row >= 0
        values = np.maximum(sales["units"].to_numpy(dtype=np.float64), 0.0)
        units[row[kept], column[kept]] = values[kept]
        return units

    @property
    def _ids(self) -> list[str]:
        return [series_key(sku, location) for sku, location in self.keys]

    def history(self, in_stock: NDArray[np.float64], known: Mapping[str, NDArray[np.float64]]) -> pd.DataFrame:
        """Long, by series and week, from each series' first week on."""
        begins = np.array([(begin - self.start).days // 7 for begin in self._begin], dtype=np.int64)
        alive = np.arange(self.columns)[None, :] >= begins[:, None]
        row, column = np.nonzero(alive)
        labels = pd.date_range(self.start, periods=self.columns, freq="7D")
        frame = pd.DataFrame(
            {
                "unique_id": pd.Categorical.from_codes(row, categories=pd.Index(self._ids, dtype=object)).astype(str),
                "ds": labels.to_numpy()[column],
                "y": self.units[row, column],
            }
        )
        if (in_stock[alive] < 1).any():
            frame["in_stock"] = in_stock[row, column]
        for name, values in known.items():
            frame[name] = values[row, column]
        return frame

    def future(self, known: Mapping[str, NDArray[np.float64]], weeks: list[date]) -> pd.DataFrame | None:
        """What is planned for the weeks to come, or None when nothing is."""
        if not known:
            return None
        frame = pd.DataFrame(
            {
                "unique_id": np.repeat(self._ids, len(weeks)),
                "ds": np.tile(pd.to_datetime(weeks).to_numpy(), len(self.keys)),
            }
        )
        for name, values in known.items():
            frame[name] = values[:, self.columns :].reshape(-1)
        return frame

    def static(self, inputs: Mapping[str, Records]) -> pd.DataFrame:
        """What does not change: product, place, category."""
        category = {row["sku"]: row["category"] for row in inputs.get("products", ())}
        return pd.DataFrame(
            {
                "unique_id": self._ids,
                "location": [location for _, location in self.keys],
                "category": [category.get(sku) or "none" for sku, _ in self.keys],
            }
        )

    def series(self) -> list[Series]:
        """Each series that is on sale."""
        recent = (np.nan_to_num(self.units[:, -13:], nan=0.0).sum(axis=1) > 0).tolist()
        return [
            Series(name, sku, location, active, until)
            for name, (sku, location), active, until in zip(self._ids, self.keys, recent, self._until, strict=True)
        ]


def _first_date(*values: Any) -> date | None:
    found = [date.fromisoformat(str(value)) for value in values if value]
    return min(found, default=None)
