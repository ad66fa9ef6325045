"""The data frames that the engine learns from, made of weekly sales and of what catalog told.

The same sales and inputs always give the same frames, so a run can be repeated. Nothing of a week that had not
ended on the as-of day gets in, but what was planned for it (price, promotion, calendar events).

- A week without sales is zero while the product was on sale and in stock, unknown (NaN) when it could not be
  sold at all, absent before the first and after the last day on sale.
- A week whose returns exceed its sales counts as zero demand.
- Sales dated long before all others are left out, and told: history does not begin in 1970.
"""

# Heard: every text of this module is said to readers (frontend/scripts/spoken.py).

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
from chassis.weeks import last_ended_week
from contracts.keys import series_key
from numpy.typing import NDArray

from forecaster.domain import drivers, launches
from forecaster.domain.kits import KitPart, read
from forecaster.domain.launches import Beginner

Records = Sequence[Mapping[str, Any]]
Kinds = tuple[list[str], NDArray[np.int8]] | None  # as drivers.promotion_kinds tells them
KIND = "promotion_kind"  # the column that the engine takes them by
WEEKS_A_YEAR = 52.18
_DAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")


@dataclass(frozen=True)
class Ended:
    """A series that is no longer on sale, or not yet; its forecast is zero, and says why."""

    sku: str
    location: str
    why: str


@dataclass(frozen=True)
class Series:
    """A series on sale: whether it sold in the last 13 weeks, its last day on sale, where that is known, and what is to
    be said of its forecast beside what the engine says."""

    unique_id: str
    sku: str
    location: str
    active: bool
    until: date | None
    note: str = ""


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
    beginners: list[Beginner]  # those of the series that have no history of their own, or only a little
    launched: list[Beginner]  # those that began earlier, from which is learned; none where none begins
    starts: dict[str, date]  # by id the first day of those that are held back until then
    openings: dict[str, list[float]]  # by id the share of each week ahead on which it is open, where not always
    issued: pd.DataFrame | None = None  # weather as it was issued, where any was
    kits: Sequence[KitPart] = ()  # what kits consist of

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
    sold, told = _without_strays(sales[sales["week"] <= pd.Timestamp(last)])
    products = inputs.get("products", ())
    demand = _Demand(launches.chained(sold, products), products, launches.Lives.of(products, sold), last, as_of)
    table = drivers.WeekTable(demand.keys, demand.start, demand.columns + horizon, first_weekday)
    in_stock = drivers.availability(table, inputs.get("stock", ()), demand.columns, as_of)
    oversold = {row["sku"] for row in products if row.get("may_oversell")}
    in_stock[table.rows_of(oversold, ()) if oversold else []] = 1.0  # their sales are their demand
    opened = drivers.openings(table, inputs.get("events", ()))
    in_stock *= opened[:, : demand.columns]  # closed, it could not be bought either
    in_stock[(demand.units > 0) & (in_stock == 0)] = 1.0  # what was sold was there
    demand.units[(demand.units == 0) & (in_stock == 0)] = np.nan
    left_out = demand.leave_out(inputs.get("exclusions", ()))
    known = drivers.known_ahead(table, inputs)
    kinds = drivers.promotion_kinds(table, inputs.get("promotions", ())) if "promotion" in known else None
    beginners = launches.beginners(products, sold, as_of)
    return Dataset(
        history=demand.history(in_stock, known, kinds),
        future=demand.future(known, weeks, kinds),
        static=demand.static(),
        series=[*demand.series(as_of, left_out), *_unsold(beginners, demand.keys, products)],
        ended=demand.ended,
        freq=frequency(first_weekday),
        weeks=weeks,
        told=told,
        beginners=beginners,
        launched=launches.launched(products, sold, as_of) if beginners else [],
        starts=demand.starts(as_of),
        openings=demand.openings(opened),
        issued=_issued(drivers.weather(inputs.get("weather", ()), as_of, last)),
        kits=read(inputs.get("kits", ())),
    )


def _named(names: list[str], codes: NDArray[np.int8]) -> Any:
    """Kinds in the place of their codes, as small as these."""
    return pd.Categorical.from_codes(codes, categories=pd.Index(names))


def _issued(words: Sequence[Mapping[str, Any]]) -> pd.DataFrame | None:
    """Without the columns that nothing is said in."""
    if not words:
        return None
    frame = pd.DataFrame(list(words))
    for name in ("ds", "known"):
        frame[name] = pd.to_datetime(frame[name])
    values = frame[list(drivers.WEATHER)].astype(float)
    frame[list(drivers.WEATHER)] = values
    return frame.drop(columns=[name for name in drivers.WEATHER if values[name].isna().all()])


def _unsold(beginners: Sequence[Beginner], keys: Sequence[tuple[str, str]], products: Records) -> list[Series]:
    """Those that begin and have sold nothing yet."""
    until = {row["sku"]: launches.day_of(row.get("on_sale_until")) for row in products}
    sold = set(keys)
    return [
        Series(one.unique_id, one.sku, one.location, True, until[one.sku])
        for one in beginners if (one.sku, one.location) not in sold
    ]  # fmt: skip


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
        self, sales: pd.DataFrame, products: Records, lives: launches.Lives, last: date, as_of: date
    ) -> None:  # fmt: skip
        begins = sales.groupby(["sku", "location"], sort=True, observed=True)["week"].min()
        self._lives = lives
        self._category = {row["sku"]: row["category"] for row in products}
        self.ended: list[Ended] = []
        self.keys: list[tuple[str, str]] = []
        self._begin: list[date] = []
        for (sku, location), begin in zip(begins.index.tolist(), begins.dt.date.tolist(), strict=True):
            if (why := lives.over(sku, as_of)) is not None:
                self.ended.append(Ended(sku, location, why))
                continue
            self.keys.append((sku, location))
            self._begin.append(begin)
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

    def history(
        self, in_stock: NDArray[np.float64], known: Mapping[str, NDArray[np.float64]], kinds: Kinds
    ) -> pd.DataFrame:
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
        if kinds is not None:
            frame[KIND] = _named(kinds[0], kinds[1][row, column])
        return frame

    def future(
        self, known: Mapping[str, NDArray[np.float64]], weeks: list[date], kinds: Kinds
    ) -> pd.DataFrame | None:
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
        if kinds is not None:
            frame[KIND] = _named(kinds[0], kinds[1][:, self.columns :].reshape(-1))
        return frame

    def static(self) -> pd.DataFrame:
        """What does not change: product, place, category."""
        return pd.DataFrame(
            {
                "unique_id": self._ids,
                "location": [location for _, location in self.keys],
                "category": [self._category.get(sku) or "none" for sku, _ in self.keys],
            }
        )

    def leave_out(self, exclusions: Records) -> dict[tuple[str, str], list[str]]:
        """Make the weeks unknown that people left out; by series what is to be said of it."""
        row_of = {key: number for number, key in enumerate(self.keys)}
        said: dict[tuple[str, str], list[str]] = {}
        for one in exclusions:
            key = (one["sku"], one["location"])
            first, last = (date.fromisoformat(str(one[name])) for name in ("first_week", "last_week"))
            begin, end = ((day - self.start).days // 7 for day in (first, last))
            if key not in row_of or end < 0 or begin >= self.columns:
                continue
            self.units[row_of[key], max(begin, 0) : end + 1] = np.nan
            until = "" if last == first else f" to {last.isoformat()}"
            text = f"{first.isoformat()}{until} is left out of training by {one['author']}: {one['reason']}"
            said.setdefault(key, []).append(text)
        return said

    def series(self, as_of: date, left_out: Mapping[tuple[str, str], list[str]]) -> list[Series]:
        """Each series that is on sale."""
        recent = (np.nan_to_num(self.units[:, -13:], nan=0.0).sum(axis=1) > 0).tolist()
        return [
            Series(name, sku, location, active, self._lives.until.get(sku),
                   "; ".join(filter(None, (self._lives.note(sku, as_of), *left_out.get((sku, location), ())))))
            for name, (sku, location), active in zip(self._ids, self.keys, recent, strict=True)
        ]  # fmt: skip

    def openings(self, opened: NDArray[np.float64]) -> dict[str, list[float]]:
        """The weeks ahead of those that are closed in some of them."""
        ahead = opened[:, self.columns :]
        some = np.flatnonzero((ahead < 1).any(axis=1)).tolist()
        return {self._ids[number]: ahead[number].tolist() for number in some}

    def starts(self, as_of: date) -> dict[str, date]:
        """The first days, by id, of those that are held back."""
        begins = self._lives.begins
        return {
            name: day for name, (sku, _) in zip(self._ids, self.keys, strict=True)
            if (day := begins.get(sku)) is not None and day > as_of
        }  # fmt: skip
