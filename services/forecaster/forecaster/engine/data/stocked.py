"""Which column says that a series could be bought, and of which share of a period; whatever it is called.

A column is found by its name (`in_stock`, `stockout`, `out_of_stock_hours`, `on_hand` ...), or by what it does: known
of the past alone, most periods at one end of it, and no sale ever at the other.
Guarantees: at most one is taken, as the regressor `in_stock` from 0 (never) to 1; where sales are as usual in the
periods that it says were out of stock, it means something else and says nothing of stock; where something was sold in
them, they were out for a part, and how large a part the panel says. What was read is said in `panel.columns`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from forecaster.engine.arrays import Floats, Mask
from forecaster.engine.data.panel import IN_STOCK, Panel, Regressor, begun

IN = ("instock", "available", "availability", "onshelf", "onshelfavailability", "buyable")
OUT = ("stockout", "stockouts", "outofstock", "oos", "soldout", "unavailable", "notavailable")
ON_HAND = ("onhand", "stockonhand", "closingstock", "endingstock", "stocklevel", "inventory", "inventorylevel")
AROUND = re.compile(
    r"(?:^|(?<=[^a-z]))(?:is|was|flag|share|rate|ratio|pct|percent|hours?|days?|cnt|count|units|qty|quantity)(?=[^a-z]|$)"
)
ENOUGH = 20  # periods at either end of a column, below which what it does is not judged
MOSTLY = 0.5  # the share of periods that lie at the full end, and of series that are out at once
OFTEN, NEVER = 0.7, 0.005  # of the periods in stock, those that sold at least; of those out of stock, at most
AS_USUAL = 0.9  # of usual sales, from which a period is not out of stock whatever its column says
MOST_COUNT, PERCENT = 31, 100


def name(panel: Panel) -> None:
    """Put what such a column says among the regressors as `in_stock`, in its place. Before sales are censored."""
    for regressor, share, how in _readings(panel):
        part = _part_sold(panel, share, panel.y >= 0)
        if part is not None and part >= AS_USUAL:
            panel.columns[regressor.name] = (
                f"says nothing of stock: {part:.0%} of usual sales were sold where it would be out"
            )
            panel.regressors = [one for one in panel.regressors if one is not regressor or one.name != IN_STOCK]
            continue
        stock = replace(regressor, name=IN_STOCK, values=_as_sold(panel, share))
        panel.regressors = [stock if one is regressor else one for one in panel.regressors]
        if regressor.name != IN_STOCK:
            panel.columns[regressor.name] = f"read as {how}"
        return


def _readings(panel: Panel) -> Iterator[tuple[Regressor, Floats, str]]:
    """Columns that may say it, the share in stock by each, and how it was read: those named so, `in_stock` first, then
    those that do as such a column does."""
    others = []
    for regressor in sorted(panel.regressors, key=lambda one: (one.name != IN_STOCK, one.name)):
        called = re.sub("[^a-z]", "", AROUND.sub("", regressor.name.lower()))
        if called in ON_HAND:
            share = np.where(np.isnan(regressor.values), np.nan, regressor.values > 0).astype(np.float32)
            yield regressor, share, "out of stock where it is 0"
        elif called in IN + OUT:
            yield from _shares(panel, regressor, called in OUT)
        elif not (regressor.known or regressor.common):
            others.append(regressor)
    for regressor in others:
        past = regressor.values[:, : panel.size]
        low, high = float(np.nanmin(past)), float(np.nanmax(past))
        for empty, full in ((low, high), (high, low)):
            if _is_empty(panel, past, empty, full):
                share = np.clip((regressor.values - empty) / (full - empty), 0, 1)
                yield regressor, share, f"out of stock where it is {empty:g}: nothing was ever sold then"
                break


def _shares(panel: Panel, regressor: Regressor, out: bool) -> Iterator[tuple[Regressor, Floats, str]]:
    """The same of a column of shares, per cents or counts; nothing where its numbers are none."""
    most = float(np.nanmax(regressor.values[:, : panel.size], initial=0))
    if most > PERCENT or np.nanmin(regressor.values, initial=0) < 0:
        return
    whole = 1.0 if most <= 1 else most if most <= MOST_COUNT else PERCENT
    share = np.clip(regressor.values / np.float32(whole), 0, 1)
    yield (regressor, 1 - share, f"out of stock, {whole:g} for a whole period") if out else (
        regressor, share, "the share in stock"
    )  # fmt: skip


def _is_empty(panel: Panel, past: Floats, empty: float, full: float) -> bool:
    """Whether at one end of a column's range nothing is sold, of single series and not of all of them at once, while
    most periods lie at the other end."""
    counted = begun(panel.y) & ~np.isnan(panel.y) & ~np.isnan(past)
    out, usual = counted & (past == empty), counted & (past == full)
    if min(out.sum(), usual.sum()) < ENOUGH or usual.sum() < MOSTLY * counted.sum():
        return False
    together = float((out.sum(axis=0) ** 2 / np.maximum(counted.sum(axis=0), 1)).sum() / out.sum())
    sold = panel.y > 0
    return bool(sold[out].mean() <= NEVER and sold[usual].mean() >= OFTEN and together < MOSTLY)


def _part_sold(panel: Panel, share: Floats, cells: Mask) -> float | None:
    """What was sold in those of the cells that a column says were wholly out of stock, of what usually was."""
    past = np.broadcast_to(share[:, : panel.size], panel.y.shape)
    counted = begun(panel.y) & ~np.isnan(panel.y)
    whole, out = counted & (past == 1), counted & (past == 0) & cells
    usual = np.where(whole, panel.y, 0).sum(axis=1) / np.maximum(whole.sum(axis=1), 1)
    expected = float((out * usual[:, None]).sum())
    return float(panel.y[out].sum()) / expected if expected > 0 else None


def _as_sold(panel: Panel, share: Floats) -> Floats:
    """The share (N or 1, T + H), where something was sold while it would be zero by what is usually sold then."""
    past = np.broadcast_to(share[:, : panel.size], panel.y.shape)
    sold = (past == 0) & (panel.y > 0)
    part = _part_sold(panel, share, sold)
    if part is None or not sold.any():
        return share
    found: Floats = np.array(np.broadcast_to(share, (len(panel.ids), share.shape[1])), dtype=np.float32)
    found[:, : panel.size][sold] = min(part, 1.0)
    return found
