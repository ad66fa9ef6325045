"""`bench launches [--cutoffs 2013-09 …] [--stores N] [--small] [--json OUT]`: the forecast of products that have not
sold yet, beside what the mean of their category would have said.

M5 by month, whose prices say when an item came into each store. At each cutoff the items that came in the month after
it, into whichever stores, are told of as catalog tells of them (category, price, first day); the engine learns from all
that sold by then. Scored are their first three months, which are thirteen weeks: WAPE and root mean square error over
all months, and the share inside the 80 % band (by PIT). The category's mean is what the products of the same department
and store sold in the latest three months, in proportion to the days of the first month.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from forecaster.domain import launches
from numpy.typing import NDArray

from tests.bench import measure, sets
from tests.bench.accuracy import SMALL

CUTOFFS = "2012-12,2013-04,2013-08,2013-12,2014-04,2014-08"
MONTHS, LEARNED = 3, 20  # scored; of the history that catalog's rules look at
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class LaunchPanel:
    """M5's series (N,), their months (N, M), and when and at which price each came into its store."""

    static: pd.DataFrame
    sold: Floats
    months: pd.PeriodIndex
    begins: pd.Series
    price: pd.Series

    @classmethod
    def of(cls, stores: int | None) -> LaunchPanel:
        """Of all stores, or of the first few."""
        wide = pd.read_parquet(sets.file_of("m5/sales_monthly_ca_tx.parquet"))
        wide["unique_id"] = wide["item_id"].astype(str) + "_" + wide["store_id"].astype(str)
        if stores is not None:
            wide = wide[wide["store_id"].isin(sorted(wide["store_id"].unique())[:stores])].reset_index(drop=True)
        names = [column for column in wide.columns if column[:2] == "20"][1:-1]
        calendar = pd.read_parquet(sets.file_of("m5/calendar.parquet"))
        starts = pd.to_datetime(calendar["date"]).groupby(calendar["wm_yr_wk"]).min()
        prices = pd.read_parquet(sets.file_of("m5/sell_prices_ca_tx.parquet"))
        prices["unique_id"] = prices["item_id"].astype(str) + "_" + prices["store_id"].astype(str)
        first = prices.sort_values("wm_yr_wk").drop_duplicates("unique_id").set_index("unique_id")
        first = first.reindex(wide["unique_id"])
        static = wide[["unique_id", "item_id", "dept_id", "store_id"]].astype(str)
        return cls(static, wide[names].to_numpy(dtype=np.float64), pd.PeriodIndex(names, freq="M"),
                   first["wm_yr_wk"].map(starts).reset_index(drop=True),
                   first["sell_price"].astype(float).reset_index(drop=True))  # fmt: skip


def launched(shop: LaunchPanel, end: int) -> NDArray[np.int64]:
    """Series of items that came, within two weeks of their first store, in the month after column `end`."""
    item = shop.begins.groupby(shop.static["item_id"]).transform("min")
    inside = shop.begins.dt.to_period("M") == shop.months[end + 1]
    same = item.dt.to_period("M") == shop.months[end + 1]
    return np.flatnonzero((inside & same & ((shop.begins - item).dt.days <= 14)).to_numpy())


def told(shop: LaunchPanel, end: int, new: NDArray[np.int64]) -> pd.DataFrame | None:
    """LAUNCHES as catalog's rules make it of the months up to column `end`, spread over weeks; levels by month."""
    as_of = shop.months[end].end_time.date()
    item = shop.static["item_id"]
    rows = pd.DataFrame({"sku": item, "category": shop.static["dept_id"], "price": shop.price,
                         "begins": shop.begins}).groupby("sku").agg({"category": "first", "price": "median",
                         "begins": "min"}).reset_index()  # fmt: skip
    fresh = set(item.iloc[new])
    products = [
        {"sku": sku, "name": "", "category": category, "price": price, "attributes": {},
         "on_sale_from": begins.date() if sku in fresh else None}
        for sku, category, price, begins in rows.itertuples(index=False)
    ]  # fmt: skip
    sales = _weekly(shop, end)
    found = [*launches.beginners(products, sales, as_of), *launches.launched(products, sales, as_of)]
    frame = launches.frame(found)
    if frame is not None:
        frame["level"] *= 365.25 / 12 / 7
        for name in ("unique_id", "peer"):  # a place and a product, as M5 names the pair
            place = frame[name].str.split(":", n=1, expand=True)
            frame[name] = place[1] + "_" + place[0]
    return frame


def _weekly(shop: LaunchPanel, end: int) -> pd.DataFrame:
    """The latest months spread over the weeks that begin in them, on sale or after the series' first day."""
    months = shop.months[max(end + 1 - LEARNED, 0) : end + 1]
    weeks = pd.date_range(months[0].start_time, months[-1].end_time, freq="W-MON")
    place = months.get_indexer(weeks.to_period("M")) + end + 1 - len(months)
    on = weeks.to_numpy()[None, :] >= (shop.begins - pd.Timedelta(days=6)).to_numpy()[:, None]
    count = np.stack([(on & (place == one)).sum(axis=1) for one in np.unique(place)], axis=1)
    units = shop.sold[:, place] / np.maximum(count[:, place - place[0]], 1)
    row, column = np.nonzero(on & (units > 0))
    return pd.DataFrame({"sku": shop.static["item_id"].to_numpy()[row], "week": weeks.to_numpy()[column],
                         "location": shop.static["store_id"].to_numpy()[row], "units": units[row, column]})  # fmt: skip


def category(shop: LaunchPanel, end: int, new: NDArray[np.int64]) -> Floats:
    """(launches, MONTHS) what the category's mean says."""
    level = shop.sold[:, end - 2 : end + 1].mean(axis=1)
    selling = pd.Series(np.where(level > 0, level, np.nan)).groupby([shop.static["dept_id"], shop.static["store_id"]])
    found = np.repeat(selling.transform("mean").to_numpy()[new, None], MONTHS, axis=1)
    begins = shop.begins.iloc[new]
    days = begins.dt.days_in_month.to_numpy()
    found[:, 0] *= (days - begins.dt.day.to_numpy() + 1) / days
    return found


def forecast(shop: LaunchPanel, end: int, new: NDArray[np.int64], **effort: Any) -> tuple[Floats, Floats]:
    """The engine's means (launches, MONTHS) and quantiles (launches, MONTHS, 11)."""
    from forecaster import engine

    live = np.flatnonzero((shop.sold[:, : end + 1] > 0).any(axis=1))
    begun = np.cumsum(shop.sold[live, : end + 1], axis=1) > 0
    row, column = np.nonzero(begun)
    labels = shop.months.to_timestamp()
    history = pd.DataFrame({"unique_id": shop.static["unique_id"].to_numpy()[live][row], "ds": labels[column],
                            "y": shop.sold[live][row, column]})  # fmt: skip
    static = shop.static.iloc[live]
    found = engine.forecast(history, freq="MS", horizon=MONTHS, static=static, launches=told(shop, end, new),
                            options=engine.Options(**effort))  # fmt: skip
    place = pd.Index(found.ids).get_indexer(pd.Index(shop.static["unique_id"].iloc[new]))
    assert (place >= 0).all(), "a launch has no forecast"
    print(f"{labels[end].date()}: {found.reason[place[0]]}", file=sys.stderr)
    return found.mean[place].astype(float), found.quantiles[place].astype(float)


def judged(actual: Floats, mean: Floats, bands: Floats, usual: Floats) -> dict[str, float]:
    """The measures, and how much better each is than the category's mean."""
    total = actual.sum()
    wape, theirs = np.abs(mean - actual).sum() / total, np.abs(usual - actual).sum() / total
    error, others = np.sqrt(((mean - actual) ** 2).mean()), np.sqrt(((usual - actual) ** 2).mean())
    found = {
        "launches": float(len(actual)), "wape": wape, "wape_category": theirs, "wape_gain": 1 - wape / theirs,
        "rmse": error, "rmse_category": others, "rmse_gain": 1 - error / others, "bias": (mean - actual).sum() / total,
        "bias_category": (usual - actual).sum() / total,
        "pit80": measure.held(actual.ravel(), bands.reshape(-1, bands.shape[-1])),
    }  # fmt: skip
    return {key: round(float(value), 4) for key, value in found.items()}


def main(arguments: list[str]) -> int:
    """Print the measures of each cutoff and of all."""
    parser = argparse.ArgumentParser(prog="almanac bench launches", description=__doc__)
    parser.add_argument("--cutoffs", default=CUTOFFS, help=f"last months seen ({CUTOFFS})")
    parser.add_argument("--stores", type=int, help="only the first few stores")
    parser.add_argument("--small", action="store_true", help="a smaller engine: 30,000 rows, 60 rounds, one bag")
    parser.add_argument("--json", type=Path)
    parsed = parser.parse_args(arguments)
    try:
        shop = LaunchPanel.of(parsed.stores)
    except sets.Missing as missing:
        print(missing, file=sys.stderr)
        return 1
    parts, results = [], {}
    for label in parsed.cutoffs.split(","):
        (end,) = shop.months.get_indexer(pd.PeriodIndex([label], freq="M")).tolist()
        new = launched(shop, end)
        mean, bands = forecast(shop, end, new, **(SMALL if parsed.small else {}))
        parts.append((shop.sold[new, end + 1 : end + 1 + MONTHS], mean, bands, category(shop, end, new)))
        results[label] = _show(label, parts[-1])
    actual, mean, bands, usual = (np.concatenate(part) for part in zip(*parts, strict=True))
    results["all"] = _show("all", (actual, mean, bands, usual))
    if parsed.json:
        parsed.json.write_text(json.dumps(results, indent=1))
    return 0


def _show(label: str, part: tuple[Floats, Floats, Floats, Floats]) -> dict[str, float]:
    found = judged(*part)
    print(f"{label:8} " + "  ".join(f"{key} {value:g}" for key, value in found.items()), flush=True)
    return found


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
