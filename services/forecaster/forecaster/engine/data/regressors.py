"""Columns beside the sales: which are known ahead, which are past; numbers, flags and texts.

Everything is learned from rows up to the cutoff; a column known ahead is read after it, from FUTURE alone.
"""

# Heard: every text of this module is said to readers (frontend/scripts/spoken.py).

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecaster.engine.arrays import Floats, Ints, Mask
from forecaster.engine.data import dates, kinds, odd_plans, prices
from forecaster.engine.data.observations import HISTORY_COLUMNS, Observations
from forecaster.engine.data.panel import Panel, Regressor
from forecaster.engine.data.texts import TEXT
from forecaster.engine.data.told import LEFT_OUT, READ_AS, Told

FEW = 12  # values that a flag or a count of days takes at most
MOST_COLUMNS = 40
MOST_TEXTS = 1000


@dataclass(frozen=True)
class _Read:
    """A column's numbers: in the history's seen rows, in all of FUTURE's rows, and whether they are codes of texts."""

    past: Floats
    ahead: Floats
    text: bool


def read(panel: Panel, seen: Observations, planned: Observations | None) -> list[Regressor]:
    """The regressors of a panel, texts as codes: of the history's rows that are seen, and of FUTURE's."""
    exists = np.zeros(panel.y.shape, dtype=bool)
    exists[seen.series, seen.columns] = True
    known_ahead = set() if planned is None else set(planned.frame.columns)
    found = []
    names = sorted(str(name) for name in seen.frame.columns if name not in (*HISTORY_COLUMNS, kinds.COLUMN))
    panel.columns.update(dict.fromkeys(names[MOST_COLUMNS:], f"is not read: of columns {MOST_COLUMNS} are at most"))
    for name in names[:MOST_COLUMNS]:
        known = name in known_ahead
        past, words = _mostly_numbers(seen.frame[name], seen.rows)
        column = _numbers(past, seen.rows, planned.frame[name] if planned and known else None)
        if not isinstance(column, _Read):
            panel.columns |= {} if column is None else {name: f"is not read: {column}"}
            continue
        for place in words:
            row, series = int(seen.rows[place]), panel.ids[seen.series[place]]
            panel.told.append(
                Told("history", row + 1, series, name, str(seen.frame[name].iloc[row])[:40], LEFT_OUT,
                     "the column's other cells are numbers", panel.label(int(seen.columns[place])))
            )  # fmt: skip
        values = np.full((len(panel.ids), panel.size + panel.horizon), np.nan, dtype=np.float32)
        if planned is not None and known:
            values[planned.series, planned.columns] = column.ahead[planned.rows]
        told = ~np.isnan(column.past)
        values[seen.series[told], seen.columns[told]] = column.past[told]
        if not column.text:
            _tell(panel, name, odd_plans.mended(values), seen, planned)
        regressor = _regressor((TEXT if column.text else "") + name, values, known, exists)
        if regressor is not None:
            found.append(regressor)
    return found


def _tell(
    panel: Panel, name: str, odd: list[odd_plans.OddCell], seen: Observations, planned: Observations | None
) -> None:
    if not odd:
        return
    cells, shape = [(one.series, one.column) for one in odd], (len(panel.ids), panel.size + panel.horizon)
    past = seen.rows_of(cells, *shape)
    ahead = past if planned is None else planned.rows_of(cells, *shape)
    for one, *rows in zip(odd, past, ahead, strict=True):
        where = "history" if one.column < panel.size or planned is None else "future"
        panel.told.append(
            Told(where, rows[where == "future"] + 1, panel.ids[one.series], name, f"{one.value:g}",
                 f"{READ_AS} {one.used:g}", "it is far off what the column says elsewhere", panel.label(one.column),
                 one.used)
        )  # fmt: skip


def _mostly_numbers(past: pd.Series, rows: Ints) -> tuple[pd.Series, Ints]:
    """A column of numbers with a few words in it as numbers, and the places among `rows` of the words."""
    none: Ints = np.zeros(0, dtype=np.int64)
    if not (pd.api.types.is_object_dtype(past) or pd.api.types.is_string_dtype(past)):
        return past, none
    found = pd.to_numeric(past, errors="coerce")
    words = (found.isna() & past.notna()).to_numpy()
    if not words.any() and past.notna().any():
        return found, none
    if not dates.tolerated(words[rows]) or found.iloc[rows].nunique() <= FEW:
        return past, none
    return found, np.flatnonzero(words[rows])


def _numbers(past: pd.Series, rows: Ints, ahead: pd.Series | None) -> _Read | str | None:
    """What a column says; why it is not read, or None for texts that never differ."""
    if pd.api.types.is_numeric_dtype(past) or pd.api.types.is_bool_dtype(past):
        number = past.to_numpy(dtype=np.float32, na_value=np.nan)[rows]
        other = np.zeros(0, dtype=np.float32)
        if ahead is not None:
            other = pd.to_numeric(ahead, errors="coerce").to_numpy(dtype=np.float32, na_value=np.nan)
        return _Read(finite(number), finite(other), text=False)
    if pd.api.types.is_datetime64_any_dtype(past) or pd.api.types.is_timedelta64_dtype(past):
        return "it holds moments or durations"
    return _codes(past.iloc[rows], ahead)


def _codes(past: pd.Series, ahead: pd.Series | None) -> _Read | str | None:
    try:
        codes, names = pd.factorize(past, sort=False)
    except TypeError:  # lists and structures
        return "it holds lists or structures"
    kinds_of_text = len(names) + bool((codes < 0).any())
    if kinds_of_text > MOST_TEXTS:
        return f"it holds more than {MOST_TEXTS:,} texts"
    if kinds_of_text <= 1:
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
    return _Read(place[codes], other, text=True)


def finite(values: Floats) -> Floats:
    """Infinite values are unknown."""
    return np.where(np.isfinite(values), values, np.nan).astype(np.float32)


def _regressor(name: str, values: Floats, known: bool, exists: Mask) -> Regressor | None:
    """A regressor with gaps closed; one row when all series agree; None when it never varies."""
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
    flag &= not (known and prices.is_price(name) and distinct[0] > 0)  # a few prices are numbers all the same
    if common:
        return Regressor(name, low[None, :], known, flag)
    nulls = float(np.isnan(past[exists]).mean())
    if not flag:
        _carry_forward(values, ~exists)
    if known and nulls < 0.01:  # a plan that is not there yet: as before, or as mostly
        missing = np.isnan(values)
        missing[:, :size] = False
        if flag:
            values[missing] = distinct[np.argmax([(sample == value).sum() for value in distinct])]
        else:
            _carry_forward(values, missing)
    return Regressor(name, values, known, flag)


def _carry_forward(values: Floats, where: Mask) -> None:
    """Carry the last value forward into the cells `where` (which may have fewer columns)."""
    if not where.any():
        return
    size = where.shape[1]
    part = pd.DataFrame(values[:, :size]).ffill(axis=1).to_numpy(dtype=np.float32)
    cells = where & np.isnan(values[:, :size])
    values[:, :size][cells] = part[cells]
