"""Real data sets as HISTORY, FUTURE and STATIC frames: read from ../shared/data beside the project, never shipped.

    python -m tests.bench.sets SET FOLDER

writes HISTORY.parquet, FUTURE.parquet and STATIC.parquet of a set for `./almanac forecast`, and prints the command.

Each adapter returns a `Case`. What is planned (promotion, price, opening days, holidays) goes to FUTURE for all
periods; what is only measured (temperature, customers) stays in HISTORY.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"


@dataclass
class Case:
    """A data set with rolling origins. `horizons` are those that are scored."""

    name: str
    history: pd.DataFrame
    future: pd.DataFrame | None
    static: pd.DataFrame | None
    freq: str
    season: int
    horizon: int
    cutoffs: list[pd.Timestamp]
    weight: str = "revenue"
    occasion: str | None = None  # the column of FUTURE whose periods, where it is above zero, are scored apart

    @property
    def lead(self) -> int:
        """The periods of a lead time whose total is scored: four weeks, or of months the horizon."""
        return {"D": 28, "MS": self.horizon}.get(self.freq, 4)


class Missing(Exception):
    """The data set's files are not there."""


def file_of(name: str) -> Path:
    path = DATA / name
    if not path.exists():
        raise Missing(f"{name} is not in ../shared/data: skipped")
    return path


def _cutoffs(labels: pd.Series, horizon: int, step: int, count: int = 3) -> list[pd.Timestamp]:
    """The last `count` origins with a whole horizon after them, `step` periods apart, oldest first."""
    grid = sorted(pd.to_datetime(labels.unique()))
    ends = [len(grid) - 1 - horizon - step * number for number in range(count)]
    return [grid[end] for end in reversed(ends)]


def walmart() -> Case:
    """Weekly dollars by store and department; holidays and markdowns are planned, weather and prices measured."""
    sales = pd.read_parquet(file_of("walmart_recruiting/train.parquet"))
    extra = pd.read_parquet(file_of("walmart_recruiting/features.parquet"))
    stores = pd.read_parquet(file_of("walmart_recruiting/stores.parquet"))
    for frame in (sales, extra):
        frame["ds"] = pd.to_datetime(frame.pop("Date"))
    joined = sales.merge(extra.drop(columns="IsHoliday"), on=["Store", "ds"], how="left")
    joined["unique_id"] = joined["Store"].astype(str) + "_" + joined["Dept"].astype(str)
    joined = joined.rename(columns={"Weekly_Sales": "y", "IsHoliday": "holiday"})
    marks = [f"MarkDown{number}" for number in range(1, 6)]
    history = joined[["unique_id", "ds", "y", "holiday", *marks, "Temperature", "Fuel_Price", "CPI", "Unemployment"]]
    future = joined[["unique_id", "ds", "holiday", *marks]]
    keys = joined[["unique_id", "Store", "Dept"]].drop_duplicates().merge(stores, on="Store")
    return Case("walmart_recruiting", history, future, keys.astype({"Store": str, "Dept": str}), "W-FRI", 52, 13,
                _cutoffs(history["ds"], 13, 5), occasion="holiday")  # fmt: skip


def _rossmann() -> tuple[pd.DataFrame, pd.DataFrame]:
    days = pd.read_parquet(file_of("rossmann/train_open_days.parquet"))
    stores = pd.read_parquet(file_of("rossmann/store.parquet"))
    days["ds"], days["unique_id"] = pd.to_datetime(days.pop("Date")), days["Store"].astype(str)
    stores["unique_id"] = stores.pop("Store").astype(str)
    return days, stores[["unique_id", "StoreType", "Assortment", "Promo2", "CompetitionDistance"]]


def rossmann_weekly() -> Case:
    """Weekly turnover of drug stores; days open, on promotion and of school holidays in each week are planned."""
    days, static = _rossmann()
    days["ds"] = days["ds"] - pd.to_timedelta(days["ds"].dt.day_of_week, unit="D")
    weekly = days.groupby(["unique_id", "ds"], as_index=False).agg(
        y=("Sales", "sum"), open_days=("Open", "sum"), promo_days=("Promo", "sum"), school=("SchoolHoliday", "sum"),
        customers=("Customers", "sum"),
    )  # fmt: skip
    last = weekly["ds"].max()
    weekly = weekly[(weekly["ds"] > weekly["ds"].min()) & (weekly["ds"] <= last)]
    future = weekly[["unique_id", "ds", "open_days", "promo_days", "school"]]
    full = pd.MultiIndex.from_product([weekly["unique_id"].unique(), sorted(weekly["ds"].unique())],
                                      names=["unique_id", "ds"])  # fmt: skip
    future = future.set_index(["unique_id", "ds"]).reindex(full)
    future["open_days"] = future["open_days"].fillna(0)
    return Case("rossmann", weekly, future.reset_index(), static, "W-MON", 52, 13, _cutoffs(weekly["ds"], 13, 9),
                occasion="promo_days")


def rossmann_daily() -> Case:
    """Daily turnover; closed days are absent. Opening, promotion and holidays are planned."""
    days, static = _rossmann()
    history = days.rename(columns={"Sales": "y", "Promo": "promo", "SchoolHoliday": "school", "Open": "open"})
    history = history[["unique_id", "ds", "y", "open", "promo", "school"]]
    full = pd.MultiIndex.from_product([history["unique_id"].unique(), pd.date_range(history["ds"].min(),
                                      history["ds"].max())], names=["unique_id", "ds"])  # fmt: skip
    future = history.set_index(["unique_id", "ds"])[["open", "promo"]].reindex(full)
    future["open"] = future["open"].fillna(0)
    promo = history.groupby("ds")["promo"].max()
    future["promo"] = promo.reindex(future.index.get_level_values("ds")).to_numpy()
    return Case("rossmann_daily", history, future.reset_index(), static, "D", 7, 28,
                _cutoffs(history["ds"], 28, 35), occasion="promo")  # fmt: skip


def _m5_long() -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    wide = pd.read_parquet(file_of("m5/sales_daily_d1495_d1941_ca_tx.parquet"))
    calendar = pd.read_parquet(file_of("m5/calendar.parquet"))
    calendar["ds"] = pd.to_datetime(calendar["date"])
    wide["unique_id"] = wide["item_id"] + "_" + wide["store_id"]
    return wide, calendar, pd.read_parquet(file_of("m5/sell_prices_ca_tx.parquet"))


_M5_STATIC = ["unique_id", "item_id", "dept_id", "cat_id", "store_id", "state_id"]


def _m5_prices(wide: pd.DataFrame, prices: pd.DataFrame, weeks: np.ndarray) -> np.ndarray:
    """Price of each series in each M5 week, NaN where not on sale."""
    names = prices["item_id"].astype(str) + "_" + prices["store_id"].astype(str)
    row = pd.Index(wide["unique_id"]).get_indexer(names)
    column = pd.Index(weeks).get_indexer(prices["wm_yr_wk"])
    found = np.full((len(wide), len(weeks)), np.nan, dtype=np.float32)
    kept = (row >= 0) & (column >= 0)
    found[row[kept], column[kept]] = prices["sell_price"].to_numpy()[kept]
    return found


def _m5_frames(wide: pd.DataFrame, y: np.ndarray, labels: np.ndarray, price: np.ndarray, events: dict[str, np.ndarray],
               ) -> tuple[pd.DataFrame, pd.DataFrame]:  # fmt: skip
    n, size = y.shape
    ids = pd.Series(pd.Categorical.from_codes(np.repeat(np.arange(n), size), categories=pd.Index(wide["unique_id"])))
    frame = pd.DataFrame({"unique_id": ids, "ds": np.tile(labels, n), "y": y.reshape(-1), "price": price.reshape(-1)})
    for name, values in events.items():
        frame[name] = np.tile(values, n) if values.ndim == 1 else values.reshape(-1)
    begun = (np.cumsum(y, axis=1) > 0).reshape(-1)
    frame = frame[begun].reset_index(drop=True)
    return frame, frame.drop(columns="y")


def m5_weekly() -> Case:
    """Weekly units of Walmart items; prices, events and food-stamp days are planned."""
    wide, calendar, prices = _m5_long()
    days = [column for column in wide.columns if column.startswith("d_")]
    info = calendar.set_index("d").loc[days]
    weeks, start = np.unique(info["wm_yr_wk"].to_numpy(), return_index=True)
    counts = np.diff(np.append(start, len(days)))
    y = np.add.reduceat(wide[days].to_numpy(np.float32), start, axis=1)
    whole = counts == 7
    weeks, y, labels = weeks[whole], y[:, whole], info["ds"].to_numpy()[start][whole]
    week = info.groupby("wm_yr_wk")
    event = week["event_type_1"].apply(lambda kinds: kinds.notna().sum()).loc[weeks].to_numpy(np.float32)
    snap = np.stack([week[f"snap_{state}"].sum().loc[weeks].to_numpy(np.float32) for state in wide["state_id"]])
    history, future = _m5_frames(wide, y, labels, _m5_prices(wide, prices, weeks), {"events": event, "snap": snap})
    return Case("m5", history, future, wide[_M5_STATIC], "W-SAT", 52, 13, _cutoffs(history["ds"], 13, 4))


def m5_daily(keep: int | None = 3000) -> Case:
    """Daily units; `keep` series drawn with a fixed seed, or all."""
    wide, calendar, prices = _m5_long()
    if keep is not None and keep < len(wide):
        wide = wide.sample(keep, random_state=0).sort_index().reset_index(drop=True)
    days = [column for column in wide.columns if column.startswith("d_")]
    info = calendar.set_index("d").loc[days]
    weeks, place = np.unique(info["wm_yr_wk"].to_numpy(), return_inverse=True)
    price = _m5_prices(wide, prices, weeks)[:, place]
    event = info["event_name_1"].astype(object).where(info["event_name_1"].notna(), None).to_numpy()
    snap = np.stack([info[f"snap_{state}"].to_numpy(np.float32) for state in wide["state_id"]])
    history, future = _m5_frames(wide, wide[days].to_numpy(np.float32), info["ds"].to_numpy(), price,
                                 {"event": event, "snap": snap})  # fmt: skip
    return Case("m5_daily", history, future, wide[_M5_STATIC], "D", 7, 28, _cutoffs(history["ds"], 28, 28))


def m5_monthly() -> Case:
    """Monthly units, whole months only."""
    wide = pd.read_parquet(file_of("m5/sales_monthly_ca_tx.parquet"))
    wide["unique_id"] = wide["item_id"] + "_" + wide["store_id"]
    months = [column for column in wide.columns if column[:2] == "20"][1:-1]
    y = wide[months].to_numpy(np.float32)
    labels = pd.to_datetime([f"{month}-01" for month in months]).to_numpy()
    history, _ = _m5_frames(wide, y, labels, np.ones_like(y), {})
    return Case("m5_monthly", history.drop(columns="price"), None, wide[_M5_STATIC], "MS", 12, 3,
                _cutoffs(history["ds"], 3, 3))  # fmt: skip


def online_retail() -> Case:
    """Weekly units of a giftware wholesaler from its invoice lines; returns count against sales."""
    lines = pd.read_parquet(file_of("online_retail/transactions.parquet"))
    code = lines["StockCode"].astype(str).str.strip().str.upper()
    lines = lines[code.str.match(r"^\d{5}") & (lines["UnitPrice"] > 0)].assign(unique_id=code)
    day = lines["InvoiceDate"].dt.normalize()
    lines["ds"] = day - pd.to_timedelta(day.dt.day_of_week, unit="D")
    lines["revenue"] = lines["Quantity"] * lines["UnitPrice"]
    weekly = lines.groupby(["unique_id", "ds"], as_index=False).agg(y=("Quantity", "sum"), revenue=("revenue", "sum"))
    weekly["y"] = weekly["y"].clip(lower=0)
    weekly = weekly[weekly["ds"] < weekly["ds"].max()]
    return Case("online_retail", weekly, None, None, "W-MON", 52, 13, _cutoffs(weekly["ds"], 13, 3))


def cut(case: Case, last: int) -> Case:
    """The same set as a shop sees it that has only `last` periods of history before each cutoff: one case a cutoff."""
    cutoff = case.cutoffs[-1]
    labels = sorted(pd.to_datetime(case.history["ds"].unique()))
    begin = labels[max(0, labels.index(cutoff) + 1 - last)]
    future = None if case.future is None else case.future[case.future["ds"] >= begin]
    return Case(f"{case.name}@{last}", case.history[case.history["ds"] >= begin], future, case.static, case.freq,
                case.season, case.horizon, [cutoff], case.weight)  # fmt: skip


SETS: dict[str, Callable[[], Case]] = {
    "walmart_recruiting": walmart, "rossmann": rossmann_weekly, "rossmann_daily": rossmann_daily, "m5": m5_weekly,
    "m5_monthly": m5_monthly, "m5_daily": m5_daily, "online_retail": online_retail,
}  # fmt: skip


def write(case: Case, folder: Path) -> str:
    """Write a set's files into a folder, made where it is missing, and return the command that forecasts them.

    HISTORY is whole, so that it can be scored against: the cutoffs keep what comes after them from the forecaster.
    """
    folder.mkdir(parents=True, exist_ok=True)
    words = ["./almanac forecast", str(folder / "HISTORY.parquet")]
    case.history.to_parquet(folder / "HISTORY.parquet", index=False)
    for name, frame in (("future", case.future), ("static", case.static)):
        if frame is not None:
            path = folder / f"{name.upper()}.parquet"
            frame.to_parquet(path, index=False)
            words += [f"--{name}", str(path)]
    words += ["--freq", case.freq, "--horizon", str(case.horizon)]
    for cutoff in case.cutoffs:
        words += ["--cutoff", str(cutoff.date())]
    return " ".join([*words, "--out", str(folder / "OUT.parquet")])


def main(arguments: list[str]) -> int:
    """Write one set's files."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.sets", description="write a set's files")
    parser.add_argument("set", choices=sorted(SETS))
    parser.add_argument("folder", type=Path)
    parsed = parser.parse_args(arguments)
    try:
        print(write(SETS[parsed.set](), parsed.folder))
    except Missing as missing:
        print(missing, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
