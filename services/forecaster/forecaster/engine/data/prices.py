"""What a product's own price makes of its sales: taken out of the past and put where a price is planned.

Sales are taken to be multiplied by (price / the price that stands at the cutoff) ^ elasticity (elasticity.py), as
uplifts multiply them: the past is as if the price of the cutoff had always stood, and a period ahead with another price
is multiplied. Guarantees: a lower price never lowers a forecast and moves no other period, by any method, for the
models never see a price ahead; where nothing is measured a plan of prices changes nothing.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from forecaster.engine.arrays import Doubles, Floats
from forecaster.engine.data import elasticity, occasions
from forecaster.engine.data.around import SHUT
from forecaster.engine.data.panel import Panel, Uplift
from forecaster.engine.data.uplift import HIGHEST, MOST_DOUBT

NAMES = ("price", "sell_price", "selling_price", "sales_price", "list_price", "retail_price", "unit_price")
LEAST_SPAN, NEAR = 12, 13  # periods that are compared at least; the part of a year before a change that is left out
SMALLEST = 0.01  # the change of sales, at a usual change of the price, below which nothing is done


def is_price(name: str) -> bool:
    """Whether a column says what a product itself costs."""
    return name.lower().replace(" ", "_") in NAMES


def apply(panel: Panel) -> None:
    """Take what prices did out of a panel's sales, into its exposure and doubt, and note it as an uplift."""
    place = next((n for n, one in enumerate(panel.regressors) if one.known and is_price(one.name)), None)
    if place is None or not np.nanmin(panel.regressors[place].values[:, : panel.size]) > 0:
        return
    regressor = panel.regressors[place]
    panel.regressors[place] = replace(regressor, known=False)
    prices = np.broadcast_to(regressor.values, (len(panel.ids), panel.size + panel.horizon))
    standing = _standing(panel, prices)
    logs = _off(prices, standing)
    found = _measured(panel, logs[:, : panel.size])
    if found is not None:
        _use(panel, regressor.name, prices, standing, found)


def factor(prices: Floats, standing: Floats, slope: Floats | Doubles) -> Floats:
    """What sales at prices (n, …) are of those at the price that stands (n,), by elasticities (n,); as usual where no
    price is known."""
    bound = np.log(HIGHEST)
    found: Floats = np.exp(np.clip(np.nan_to_num(_off(prices, standing)) * slope[:, None], -bound, bound))
    return found.astype(np.float32)


def _off(prices: Floats, standing: Floats) -> Floats:
    """How far off the price that stands, in logarithms; unknown where it is not above nothing."""
    with np.errstate(invalid="ignore", divide="ignore"):
        found: Floats = np.log(np.where(prices > 0, prices, np.nan) / standing[:, None]).astype(np.float32)
    return found


def _standing(panel: Panel, prices: Floats) -> Floats:
    """(N,) the price at the cutoff, or the last one that is known before it, or the first one ahead."""
    found = np.full(len(prices), np.nan, dtype=np.float32)
    for column in (*range(panel.last, -1, -1), *range(panel.size, prices.shape[1])):
        found = np.where((np.isnan(found)) & (prices[:, column] > 0), prices[:, column], found)
        if not np.isnan(found).any():
            break
    return found


def _measured(panel: Panel, past: Floats) -> elasticity.Elasticities | None:
    """In usual periods: what comes with a promotion is the promotion's."""
    usable = np.ones(panel.y.shape, dtype=np.bool_)
    for column in occasions.planned(panel):
        for one in column:
            usable &= one.dose[:, : panel.size] == 0
    groups = [group.codes.astype(np.int64) for group in panel.groups if len(group.categories) <= len(panel.ids) / 2]
    year = panel.frequency.periods_per_year
    found = elasticity.measured(
        panel.y, past, usable, groups, max(round(year / 2), LEAST_SPAN), max(round(year / NEAR), 1)
    )
    if found is None:
        return None
    moved = np.abs(past[np.abs(np.nan_to_num(past)) > elasticity.SAME])
    usual = float(np.median(moved)) if len(moved) else 0.0
    return found if float(np.abs(found.slope).max()) * usual >= SMALLEST else None


def _use(
    panel: Panel, name: str, prices: Floats, standing: Floats, found: elasticity.Elasticities
) -> None:
    size = panel.size
    every = factor(prices, standing, found.slope)
    past, ahead = every[:, :size], every[:, size:]
    panel.y = np.where(past >= SHUT, panel.y / np.maximum(past, SHUT), np.nan).astype(np.float32)
    off = np.nan_to_num(_off(prices[:, size:], standing)).astype(np.float64)
    doubt = np.minimum(found.variance[:, None] * off**2, MOST_DOUBT).astype(np.float32)
    panel.exposure = ahead if panel.exposure is None else panel.exposure * ahead
    panel.doubt = doubt if panel.doubt is None else panel.doubt + doubt
    panel.uplifts.append(
        Uplift(name, ahead, found.slope.astype(np.float32)[None, :], found.variance.astype(np.float32),
               standing=standing)
    )  # fmt: skip
