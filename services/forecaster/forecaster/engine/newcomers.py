"""Products that never sold but are planned: those with rows in FUTURE after the cutoff, described in STATIC.

Each gets what similar products sold: in their own first periods, where enough of them began within the history, else
lately. Similar are those that share most of what STATIC says. The band is theirs as well, so it is as wide as launches
differ; a planned price or promotion is not in it. What is known of other products does not change.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecaster.engine.arrays import Floats, Ints, Mask
from forecaster.engine.data.panel import Panel
from forecaster.engine.forecasts import Forecasts
from forecaster.engine.quantiles import AS_ARRAY

FEWEST = 3  # similar products, or launches of them, that say something
LAUNCHES, LATELY = "launches of similar products", "similar products"


@dataclass(frozen=True)
class Similar:
    """What similar products sold, a row each, (n, H); whether from their first sale on; and what they share."""

    sold: Floats
    launches: bool
    shared: list[str]


def added(found: Forecasts, panel: Panel, ids: list[str], static: pd.DataFrame | None) -> Forecasts:
    """The forecasts of a panel, and after them those of newcomers."""
    live = np.flatnonzero(panel.first < panel.size)
    known = [name for name in ids if static is not None and name in static.index]
    if static is None or not known or not len(live):
        return found
    described = static.astype(str)
    of_panel = described.reindex([panel.ids[i] for i in live])
    parts = [found]
    for name in known:
        own = described.reindex([name]).iloc[0]
        parts.append(_forecast(found, panel, name, _similar(panel, live, own, of_panel)))
    return Forecasts.joined(parts)


def _similar(panel: Panel, live: Ints, own: pd.Series, others: pd.DataFrame) -> Similar:
    same = (others == own).to_numpy()
    count = same.sum(axis=1)
    for least in range(int(count.max(initial=0)), -1, -1):
        chosen = count >= least
        if chosen.sum() >= FEWEST or least == 0:
            shared = [str(name) for name in others.columns[same[chosen].all(axis=0)]]
            sold, launches = _sold(panel, live[chosen])
            return Similar(sold, launches, shared)
    raise AssertionError("no product shares nothing with it")


def _sold(panel: Panel, peers: Ints) -> tuple[Floats, bool]:
    """What peers sold from their first sale on, or lately."""
    horizon = panel.horizon
    began = peers[(panel.first[peers] > 0) & (panel.first[peers] + horizon <= panel.size)]
    if len(began) >= FEWEST:
        return panel.y[began[:, None], panel.first[began][:, None] + np.arange(horizon)], True
    columns = np.resize(np.arange(max(panel.size - horizon, 0), panel.size), horizon)
    return panel.y[peers][:, columns], False


def _forecast(found: Forecasts, panel: Panel, name: str, similar: Similar) -> Forecasts:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # periods that no similar product was known in
        mean = np.nan_to_num(np.nanmean(similar.sold, axis=0))
        bands = np.nan_to_num(np.nanquantile(similar.sold, AS_ARRAY, axis=0)).T
    totals = np.quantile(np.cumsum(np.nan_to_num(similar.sold), axis=1), AS_ARRAY, axis=0).T
    whole: Mask = np.nan_to_num(similar.sold) % 1 == 0
    if whole.all():
        bands, totals = np.floor(bands + 0.5), np.floor(totals + 0.5)
    alike = f"with the same {', '.join(similar.shared)}" if similar.shared else "of all kinds"
    when = "in the periods from their first sale on" if similar.launches else f"in their latest {panel.horizon} periods"
    return Forecasts(
        [name], found.cutoffs[:1], panel.future_labels[None, :], mean[None].astype(np.float32),
        bands[None].astype(np.float32), totals[None, : found.sum_quantiles.shape[1]].astype(np.float32),
        [LAUNCHES if similar.launches else LATELY],
        [f"it has not sold yet: what {len(similar.sold)} products {alike} sold {when}"],
        found.demand, found.report, found.fitted, found.working,
    )  # fmt: skip
