"""The working of a forecast: what of its panel is needed to explain any of its numbers later (explain.py).

Guarantee: a saved working is arrays and JSON, nothing that could run, and reading the working of one series reads that
series' rows only: the arrays are mapped from the disk, not loaded.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from forecaster.engine.arrays import Floats, Ints
from forecaster.engine.data.frequency import FREQUENCIES
from forecaster.engine.data.panel import Panel
from forecaster.engine.data.prices import is_price
from forecaster.engine.features.builder import Features
from forecaster.engine.features.inputs import Inputs, Windows
from forecaster.engine.features.states import told_apart
from forecaster.engine.options import Malformed

FORMAT = 1
_CELLS = ("series", "columns", "sold", "demand")  # of Censored


def _doses(panel: Panel) -> list[dict[str, Any]]:
    """By uplift the place of its slopes, one a level, and what of its column is a whole."""
    found, first = [], 0
    for one in panel.uplifts:
        levels = len(one.slopes)
        found.append({"first": first, "levels": levels, "usual": one.usual, "largest": one.largest,
                      "deviation": one.deviation, "of": one.of, "seen": one.unseen is None,
                      "elastic": one.standing is not None})  # fmt: skip
        first += levels
    return found


@dataclass
class Working:
    """`arrays`: the features' inputs by name; the means at each stage, (N, H): `blend` of methods, `own` with a
    candidate, `mean` as predicted and as `given`, `own_share` (N,) of it beside its peers; `left` (N,) of the chance
    to sell; `opening`, `in_season`, `held` (N, H) and `uplifts` (U, N, H), where there are any; `standing` (N,) the
    prices at which sales are usual, where prices move them; and the cells in stock for a part.
    `total`: what all series' totals multiply forecasts by."""

    ids: list[str]
    frequency: str
    horizon: int
    names: list[str]  # of the features
    categorical: list[int]
    known: list[str]  # the regressors known ahead, by series and then common, in the order of the inputs
    used: list[str]  # of the calendar
    uplifts: list[str]
    total: float
    arrays: dict[str, NDArray[Any]] = field(repr=False)
    plans: dict[str, Any] | None = None  # what a forecast of other plans needs: `states`, the flags that they are made
    # of with their values, of each uplift which values of its column are how much of it, and where its slopes are; and
    # `price`, which of the inputs' `past` is the products' own, if any; and `priced`, whether any price ever changed

    @classmethod
    def of(cls, panel: Panel, features: Features, stages: dict[str, Floats], total: float) -> Working:
        """Of the forecasts of a panel."""
        arrays: dict[str, NDArray[Any]] = {
            **features.inputs._asdict(),
            **stages,
            "labels": panel.index.labels(panel.numbers),
        }
        # What products that begin are mixed with, in place and afterwards (launches.py), is in `given` alone.
        arrays |= {"mean": stages["mean"].copy(), "given": stages["mean"]}
        arrays["own_share"] = np.ones(len(panel.ids), dtype=np.float32)
        factors = {"opening": panel.opening, "in_season": panel.in_season, "held": panel.held}
        arrays |= {name: values for name, values in factors.items() if values is not None}
        if panel.uplifts:
            arrays["uplifts"] = np.stack([one.factor for one in panel.uplifts]).astype(np.float32)
            arrays["slopes"] = np.concatenate([one.slopes for one in panel.uplifts]).astype(np.float32)
            arrays["variances"] = np.stack([one.variance for one in panel.uplifts]).astype(np.float32)
            standing = [one.standing for one in panel.uplifts if one.standing is not None]
            arrays |= {"standing": standing[0]} if standing else {}
        if panel.censored is not None:
            arrays |= {f"censored_{name}": getattr(panel.censored, name) for name in _CELLS}
        known = [one.name for common in (False, True) for one in panel.regressors if one.known and one.common == common]
        own = [one.name for one in panel.regressors if not one.known and not one.common]
        plans = {"states": [(one.name, kinds.tolist()) for one, kinds in told_apart(panel)], "uplifts": _doses(panel),
                 "price": next((place for place, name in enumerate(own) if is_price(name)), None),
                 "priced": any(is_price(one.name) for one in panel.regressors)}
        return cls(
            list(panel.ids), panel.frequency.name, panel.horizon, list(features.names), list(features.categorical),
            known, list(features.calendar), [one.name for one in panel.uplifts], float(total), arrays, plans,
        )  # fmt: skip

    @cached_property
    def places(self) -> dict[str, int]:
        """Each series' row."""
        return {name: number for number, name in enumerate(self.ids)}

    @property
    def last(self) -> int:
        """The column of the cutoff."""
        return int(self.arrays["sales"].shape[1]) - 1

    @property
    def by_series(self) -> int:
        """How many of the regressors known ahead have values by series; the others are the same for all."""
        return len(self.arrays["known"])

    def cell(self, name: str, number: int, step: int) -> float:
        """A stage's value of a series and step (1..H)."""
        return float(self.arrays[name][number, step - 1])

    def features(self, number: int, *, as_sold: bool = False) -> Features:
        """Of one series; `as_sold`: as if what was sold while it was in stock for a part were all of its demand."""
        held = {name: self.arrays[name] for name in Inputs._fields}
        groups = np.array(held["group_of"][:, number])
        sales = self.sold(number) if as_sold else np.array(held["sales"][number])
        states = held["states"]
        own: dict[str, Any] = {
            "sales": sales[None], "first": np.array(held["first"][[number]]),
            "group_sales": np.array(held["group_sales"][groups]),
            "group_of": np.arange(len(groups), dtype=np.int32)[:, None],
            "states": np.array(states[[number]] if len(states) > 1 else states),
            "known": np.array(held["known"][:, [number]]), "past": np.array(held["past"][:, [number]]),
            "static": np.array(held["static"][[number]]),
        }  # fmt: skip
        inputs = Inputs(**{name: np.array(values) for name, values in held.items() if name not in own}, **own)
        frequency = FREQUENCIES[self.frequency]
        windows = Windows.of(frequency, self.horizon)
        return Features(inputs, windows, frequency, self.names, self.categorical, tuple(self.used))

    def of_series(self, rows: Ints) -> Features:
        """Of some series, numbered anew from 0."""
        held, by_series = self.arrays, ("known", "past")
        own: dict[str, Any] = {name: np.array(held[name][:, rows]) for name in (*by_series, "group_of")}
        own |= {name: np.array(held[name][rows]) for name in ("sales", "first", "static")}
        own["states"] = np.array(held["states"][rows] if len(held["states"]) > 1 else held["states"])
        inputs = Inputs(**{name: np.array(held[name]) for name in Inputs._fields if name not in own}, **own)
        frequency = FREQUENCIES[self.frequency]
        windows = Windows.of(frequency, self.horizon)
        return Features(inputs, windows, frequency, self.names, self.categorical, tuple(self.used))

    def censored(self, number: int) -> Ints:
        """The places, among the cells in stock for a part, of a series' own."""
        if "censored_series" not in self.arrays:
            return np.zeros(0, dtype=np.int64)
        return np.flatnonzero(self.arrays["censored_series"] == number)

    def sold(self, number: int) -> Floats:
        """A series' usual sales (T,) with what was sold in the place of demand."""
        row = np.array(self.arrays["sales"][number])
        for place in self.censored(number).tolist():
            column = int(self.arrays["censored_columns"][place])
            sold, demand = (float(self.arrays[f"censored_{name}"][place]) for name in ("sold", "demand"))
            if column >= self.arrays["first"][number]:
                row[column] = row[column] * sold / demand if demand > 0 and row[column] == row[column] else sold
        return row

    def save(self, folder: Path) -> None:
        """Write it into an existing or new folder."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, values in self.arrays.items():
            np.save(folder / f"{name}.npy", values, allow_pickle=False)
        about = {name: value for name, value in vars(self).items() if name not in ("arrays", "places")}
        (folder / "working.json").write_text(json.dumps({**about, "format": FORMAT, "arrays": sorted(self.arrays)}))

    @classmethod
    def load(cls, folder: Path) -> Working:
        """Read what `save` wrote. Raises Malformed when it is incomplete or of another format."""
        try:
            about = json.loads((folder / "working.json").read_text())
            if about.pop("format") != FORMAT:
                raise Malformed(f"{folder}: a working of another format")
            arrays = {
                name: np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False) for name in about["arrays"]
            }
            return cls(**{**about, "arrays": arrays})
        except (OSError, KeyError, TypeError, ValueError) as error:
            raise Malformed(f"{folder}: not a saved working ({error})"[:300]) from error
