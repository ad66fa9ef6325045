"""Columns beside the sales: which are known ahead, which are past; numbers, flags and texts; static categories.

Everything is learned from rows up to the cutoff; a column known ahead is read after it, from FUTURE alone.
"""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecaster.engine.panel import KEYS, Column, Panel
from forecaster.engine.types import Floats

Ints = NDArray[np.int64]
Rows = tuple[Ints, Ints, Ints]
FEW = 12  # values that a flag or a count of days takes at most
MOST_COLUMNS = 40
TEXT = "\0text "  # marks a column of codes that `encode_texts` still has to turn into numbers


def columns(
    panel: Panel, history: pd.DataFrame, rows: Rows, exists: NDArray[np.bool_],
    future: tuple[pd.DataFrame, Ints, Ints, Ints] | None,
) -> list[Column]:  # fmt: skip
    """The regressors of a panel, texts as codes. `rows`: history row, series and column of what is seen."""
    ahead = set() if future is None else set(future[0].columns)
    found = []
    for name in sorted(str(column) for column in history.columns if column not in KEYS)[:MOST_COLUMNS]:
        read = _reader(history[name], rows[0], future[0][name] if future and name in ahead else None)
        if read is None:
            continue
        values = np.full((len(panel.ids), exists.shape[1] + panel.horizon), np.nan, dtype=np.float32)
        known = name in ahead
        if known and future is not None:
            values[future[2], future[3]] = read[1][future[1]]
        seen = ~np.isnan(read[0])
        values[rows[1][seen], rows[2][seen]] = read[0][seen]
        column = _column(name, values, known, exists)
        if column is not None:
            column.name = (TEXT if read[2] else "") + name
            found.append(column)
    return found


def _reader(past: pd.Series, seen: Ints, ahead: pd.Series | None) -> tuple[Floats, Floats, bool] | None:
    """Numbers of the history's seen rows and of all of FUTURE's rows, and whether they are codes of texts."""
    if pd.api.types.is_numeric_dtype(past) or pd.api.types.is_bool_dtype(past):
        number = past.to_numpy(dtype=np.float32, na_value=np.nan)[seen]
        other = np.zeros(0, dtype=np.float32)
        if ahead is not None:
            other = pd.to_numeric(ahead, errors="coerce").to_numpy(dtype=np.float32, na_value=np.nan)
        return _finite(number), _finite(other), False
    if pd.api.types.is_datetime64_any_dtype(past):
        return None
    codes, names = pd.factorize(past.iloc[seen], sort=False)
    if not 1 < len(names) + bool((codes < 0).any()) <= 1000:
        return None
    texts = pd.Index([str(name) for name in names])
    order = np.argsort(texts, kind="stable")
    place = np.empty(len(order) + 1, dtype=np.float32)
    place[order], place[-1] = np.arange(1, len(order) + 1), 0.0  # no text is a value of its own
    other = np.zeros(0, dtype=np.float32)
    if ahead is not None:
        codes_ahead, names_ahead = pd.factorize(ahead)
        match = texts.get_indexer(pd.Index([str(name) for name in names_ahead]))
        table = np.append(np.where(match >= 0, place[match], np.nan), 0.0).astype(np.float32)
        other = table[codes_ahead]
    return place[codes], other, True


def _finite(values: Floats) -> Floats:
    return np.where(np.isfinite(values), values, np.nan).astype(np.float32)


def _column(name: str, values: Floats, known: bool, exists: NDArray[np.bool_]) -> Column | None:
    """A column with gaps closed; one row when all series agree; None when it never varies."""
    size = exists.shape[1]
    low = np.fmin.reduce(values, axis=0)
    common = bool(((values == low[None, :]) | np.isnan(values)).all())
    past = low[:size] if common else values[:, :size]
    sample = past[~np.isnan(past)]
    if not len(sample) or not (known or common or len(sample)):
        return None
    distinct = np.unique(sample if len(sample) < 2_000_000 else sample[:: len(sample) // 1_000_000])
    if len(distinct) < 2 and not np.isnan(past[exists] if not common else past).any():
        return None
    flag = len(distinct) <= FEW and float(np.abs(distinct).max()) <= 31
    if common:
        return Column(name, low[None, :], known, flag)
    nulls = float(np.isnan(past[exists]).mean())
    _close_gaps(values, ~exists, flag, carry=not flag)
    if known and nulls < 0.01:  # a plan that is not there yet: as before, or as mostly
        missing = np.isnan(values)
        missing[:, :size] = False
        if flag:
            values[missing] = distinct[np.argmax([(sample == value).sum() for value in distinct])]
        else:
            _close_gaps(values, missing, flag, carry=True)
    return Column(name, values, known, flag)


def _close_gaps(values: Floats, where: NDArray[np.bool_], flag: bool, *, carry: bool) -> None:
    """Carry the last value forward into the cells `where` (which may have fewer columns)."""
    if not carry or not where.any():
        return
    size = where.shape[1]
    part = pd.DataFrame(values[:, :size]).ffill(axis=1).to_numpy(dtype=np.float32)
    cells = where & np.isnan(values[:, :size])
    values[:, :size][cells] = part[cells]


def encode_texts(panel: Panel) -> None:
    """Turn codes of texts into the mean of sales, relative to each series' own mean, in the periods that had them."""
    size = panel.y.shape[1]
    for column in panel.columns:
        if not column.name.startswith(TEXT):
            continue
        column.name = column.name.removeprefix(TEXT)
        sold = panel.y > 0
        count = np.maximum(sold.sum(axis=1, keepdims=True), 1)
        usual = np.where(sold, panel.y, 0).sum(axis=1, keepdims=True) / count
        relative = np.where(usual > 0, panel.y / np.where(usual > 0, usual, 1), np.nan)
        codes = np.broadcast_to(column.values[:, :size], relative.shape)
        usable = np.isfinite(relative) & ~np.isnan(codes)
        kinds = codes[usable].astype(np.int64)
        most = int(np.nanmax(column.values, initial=0)) + 1
        count = np.bincount(kinds, minlength=most)
        total = np.bincount(kinds, weights=np.minimum(relative[usable], 20), minlength=most)
        overall = total.sum() / max(count.sum(), 1)
        table = ((total + 20 * overall) / (count + 20)).astype(np.float32)
        table += np.arange(most, dtype=np.float32) * 1e-6  # texts of one effect stay apart
        known = ~np.isnan(column.values)
        column.values[known] = table[column.values[known].astype(np.int64)]
        column.flag = most <= FEW


def statics(
    ids: list[str], static: pd.DataFrame | None
) -> tuple[list[tuple[str, NDArray[np.int32], list[str]]], list[tuple[str, Floats]]]:
    """Groups of series (from STATIC's categories, else from the parts of the ids) and static numbers.

    A group is kept when it joins series: at most a third as many groups as series, and no partition twice.
    """
    tables = [] if static is None else [static.reindex(ids)]
    if static is None or not any(static[name].nunique() > 1 for name in static.columns):
        tables.append(_parts(ids))
    groups: list[tuple[str, NDArray[np.int32], list[str]]] = []
    numbers: list[tuple[str, Floats]] = []
    seen: set[bytes] = set()
    for name, column in ((str(name), table[name]) for table in tables for name in table.columns):
        if pd.api.types.is_numeric_dtype(column) and column.nunique() > 20:
            numbers.append((name, _finite(column.to_numpy(dtype=np.float32, na_value=np.nan))))
            if column.nunique() > len(ids) / 3:
                continue
        codes, kinds = pd.factorize(column.astype(str).where(column.notna(), "?"), sort=True)
        key = codes.astype(np.int32).tobytes()
        if 2 <= len(kinds) <= max(len(ids) / 3, 1) and key not in seen:
            seen.add(key)
            groups.append((name, codes.astype(np.int32), [str(kind) for kind in kinds]))
    return groups[:8], numbers[:8]


def _parts(ids: list[str]) -> pd.DataFrame:
    """The parts of ids that are made of the same number of parts: often product, shop, department."""
    split = [re.split(r"[_|/@:;,\- ]+", name) for name in ids]
    sizes = {len(parts) for parts in split}
    if len(sizes) != 1 or not 2 <= (size := sizes.pop()) <= 8:
        return pd.DataFrame(index=range(len(ids)))
    found: dict[str, list[str]] = {}
    for number in range(size):
        found[f"part {number + 1} of the id"] = [parts[number] for parts in split]
        if 0 < number < size - 1:
            found[f"first {number + 1} parts of the id"] = ["_".join(parts[: number + 1]) for parts in split]
            found[f"last {size - number} parts of the id"] = ["_".join(parts[number:]) for parts in split]
    return pd.DataFrame(found)
