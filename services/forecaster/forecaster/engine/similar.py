"""Past periods most like one ahead: at the same place in the year, with the same plans, and not long ago."""

from __future__ import annotations

import numpy as np

from forecaster.engine.arrays import Doubles, Ints
from forecaster.engine.data.frequency import FREQUENCIES
from forecaster.engine.working import Working

MOST = 3
_NEAR = 21  # days around a feast that are told apart
_A_YEAR_AGO = 0.15  # what a year more counts, where 1 is half a season or the whole range of a plan


def similar(working: Working, name: str, step: int) -> list[str]:
    """Labels (ISO days) of the periods since a series' first sale that are most like its period of a step, best first.
    Raises KeyError for a series that is not in the working."""
    number = working.places[name]
    target = working.last + step
    first = int(working.arrays["first"][number])
    known = ~np.isnan(np.array(working.arrays["sales"][number]))
    past: Ints = np.flatnonzero(known & (np.arange(working.last + 1) >= first))
    if not len(past):
        return []
    best = past[np.argsort(_distance(working, number, past, target), kind="stable")][:MOST]
    return [str(working.arrays["labels"][column].astype("datetime64[D]")) for column in best]


def _distance(working: Working, number: int, past: Ints, target: int) -> Doubles:
    frequency = FREQUENCIES[working.frequency]
    found: Doubles = (_A_YEAR_AGO * (target - past) / frequency.periods_per_year).astype(np.float64)
    for season in (frequency.short_season, frequency.long_season):
        if season:
            away = np.abs((target - past) % season)
            found += np.minimum(away, season - away) / (season / 2)
    for values in _plans(working, number):
        spread = np.nanmax(values) - np.nanmin(values) if not np.isnan(values).all() else 0
        if spread > 0:
            off = np.abs(values[past] - values[target]) / spread
            found += np.where(np.isnan(off), float(not np.isnan(values[target])), off)
    return found


def _plans(working: Working, number: int) -> list[Doubles]:
    """What was known ahead of each period: the series' regressors, its price, and the days to feasts that are near."""
    held = working.arrays
    columns = [*held["known"][:, number], *held["known_common"][: len(working.known) - len(held["known"])]]
    if (place := (working.plans or {}).get("price")) is not None:
        columns.append(held["past"][place, number])
    for place, name in enumerate(working.used):
        if name.startswith("days to "):
            columns.append(np.clip(np.nan_to_num(held["calendar"][:, place], nan=_NEAR), -_NEAR, _NEAR))
    return [np.asarray(values, dtype=np.float64) for values in columns]
