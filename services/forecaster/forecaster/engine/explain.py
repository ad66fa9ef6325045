"""Why a forecast is what it is: contributions of its drivers that add up to it.

The trees of the pooled model are explained by exact TreeSHAP (Lundberg et al. 2020; LightGBM's pred_contrib), its
features grouped by driver; local methods by what they use; the blend in proportion to its weights; openings and uplifts
by what they multiply. What a past out of stock changed is the difference to the same forecast from sales as they were.
Guarantee: the contributions are of a forecast made again, here, from the working; where it is not the one that was
given, within a thousandth, Malformed is raised: no explanation is better than one of another number.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from forecaster.engine.arrays import Doubles, Floats
from forecaster.engine.contributions import (
    AVAILABILITY,
    BAND,
    CLOSINGS,
    ENDING,
    FLOOR,
    LEVEL,
    LIKE_ITEM,
    ON_SALE,
    SEASON,
    TREND,
    Contributions,
    driver_of,
    driver_of_feature,
)
from forecaster.engine.data.segments import segments
from forecaster.engine.ensemble import own_level
from forecaster.engine.ensemble.blend import BASE, POOLED
from forecaster.engine.features import own_past
from forecaster.engine.features.builder import Features
from forecaster.engine.features.instances import Design, Instances
from forecaster.engine.fitted import Fitted
from forecaster.engine.methods import registry
from forecaster.engine.methods.histories import Histories
from forecaster.engine.methods.pooled import anchor
from forecaster.engine.methods.pooled.losses import LOSSES
from forecaster.engine.options import Malformed
from forecaster.engine.uncertainty import width
from forecaster.engine.working import Working

EXACT = 1e-3  # how far the forecast made again may be from the one that was given
_EVERY = ("level", "trend", "season")  # what a candidate may use
_FLAG = 0.05  # the change of a planned column against its usual, from which a period is one of its kind


@dataclass(frozen=True)
class Explanation:
    """What a forecast's mean is made of."""

    mean: float
    contributions: Contributions


def explain(fitted: Fitted, working: Working, name: str, step: int) -> Explanation:
    """Of a series and step (1..H). Raises KeyError for a series that is not in the working, Malformed as above."""
    number = working.places[name]
    mean, given, blend = (working.cell(stage, number, step) for stage in ("mean", "given", "blend"))
    if not any((mean, given, blend)):
        return Explanation(given, Contributions())
    found = _Cell(fitted, working.features(number), working, step).blended()
    if abs(found.total - blend) > EXACT * max(abs(blend), 1e-3):
        raise Malformed(f"{name}: the forecast made again is {found.total:g}, not {blend:g} as it was given")
    if len(working.censored(number)):
        found = _Cell(fitted, working.features(number, as_sold=True), working, step).blended()
        found.add(AVAILABILITY, "sales while it was out of stock", blend - found.total)
    own = working.cell("own", number, step)
    if own != blend and fitted.taken:
        _with_candidate(found, fitted, working.features(number), own, step)
    found.multiply(_factors(working, number, step))
    left = float(working.arrays["left"][number])
    found.add(ENDING, "a silence longer than any before", (left - 1) * found.total)
    found.add(BAND, "the mean lies in its own band", mean - found.total)
    if (share := float(working.arrays["own_share"][number])) < 1:
        found = found.scaled(share)
        found.add(LIKE_ITEM, "products like it", given - found.total)
    return Explanation(given, found)


def _factors(working: Working, number: int, step: int) -> Iterator[tuple[str, str, float]]:
    if "opening" in working.arrays:
        yield CLOSINGS, "opening", working.cell("opening", number, step)
    if "in_season" in working.arrays:
        yield SEASON, "off season", working.cell("in_season", number, step)
    if "held" in working.arrays:
        yield ON_SALE, "its first day", working.cell("held", number, step)
    for place, name in enumerate(working.uplifts):
        yield driver_of(name), name, float(working.arrays["uplifts"][place, number, step - 1])


def _with_candidate(found: Contributions, fitted: Fitted, features: Features, own: float, step: int) -> None:
    """Mix in the forecast of a candidate, which is known by what it changed."""
    share, name = fitted.taken[0].share, fitted.taken[0].name
    value = (own - (1 - share) * found.total) / share
    mixed = found.scaled(1 - share)
    mixed.join(_local(name, _EVERY, _histories(features), value, step), share)
    found.parts = mixed.parts


def _histories(features: Features) -> Histories:
    inputs, one = features.inputs, np.zeros(1, dtype=np.int64)
    return Histories.of(inputs.sales, inputs.first, one, one + features.last, features.frequency, features.horizon)


def _local(name: str, uses: tuple[str, ...], histories: Histories, value: float, step: int) -> Contributions:
    """A forecast of a method that sees one series alone, by what it uses: the level without its season, the season's
    part, and the rest, which is trend."""
    found = Contributions()
    if "season" not in uses:
        found.add(LEVEL, name, value)
        return found
    level = float(histories.adjusted.smoothed.level[0])
    index = float(histories.adjusted.indices[0, (step - 1) % histories.adjusted.indices.shape[1]])
    plain = value / max(index, 0.05) if "trend" in uses else level
    found.add(LEVEL, name, level)
    found.add(TREND, name, plain - level)
    found.add(SEASON, name, value - plain)
    return found


@dataclass(frozen=True)
class _Cell:
    """A series' forecast of one step, made again with its contributions."""

    fitted: Fitted
    features: Features
    working: Working
    step: int

    def blended(self) -> Contributions:
        """The blend of methods, drawn to the own level."""
        fitted, features = self.fitted, self.features
        one = np.zeros(1, dtype=np.int64)
        last = one + features.last
        histories = _histories(features)
        local = registry.forecast_all(histories)
        design = features.design(Instances(one, last, one + self.step))
        segment = int(
            segments(features.inputs.sales, features.inputs.first, one, last, features.frequency.level_window)[0]
        )
        blend = fitted.ensemble.blends[segment, int(self.step > fitted.ensemble.halfway)]
        model = self._pooled(design) if fitted.ensemble.uses_pooled and fitted.pooled is not None else None
        weights = {name: weight for name, weight in blend.parts.items() if name != POOLED or model is not None}
        if sum(weights.values()) <= 0:
            weights = {BASE: 1.0}
        found = Contributions()
        for name, weight in weights.items():
            part = model if name == POOLED and model is not None else self._method(name, histories, local)
            found.join(part, weight / sum(weights.values()))
        _not_below_zero(found)
        return self._drawn(found, local, design)

    def _method(self, name: str, histories: Histories, local: dict[str, Floats]) -> Contributions:
        value = float(local[name][0, self.step - 1])
        if np.isnan(value):
            return self._method(BASE, histories, local)
        methods = {method.name: method for method in registry.local_methods()}
        if name in methods:
            return _local(name, methods[name].uses, histories, value, self.step)
        parts = next(one.parts for one in registry.combinations() if one.name == name)
        found = Contributions()
        for part in parts:
            found.join(_local(part, methods[part].uses, histories, float(local[part][0, self.step - 1]), self.step),
                       1 / len(parts))  # fmt: skip
        return found

    def _drawn(self, found: Contributions, local: dict[str, Floats], design: Design) -> Contributions:
        """Nearer to the series' own level, as its kind is."""
        deviation = design.x[:, self.fitted.deviation]
        total = np.array([found.total], dtype=np.float32)
        share = float(self.fitted.levels.share(width.variability(total, deviation, design.scale))[0])
        if not share:
            return found
        levels = [float(local[name][0, self.step - 1]) for name in own_level.LEVELS]
        known = [value for value in levels if not np.isnan(value)]
        drawn = found.scaled(1 - share * len(known) / len(levels))
        drawn.add(LEVEL, "own level", share * sum(known) / len(levels))
        return drawn

    def _pooled(self, design: Design) -> Contributions:
        """The pooled model's forecast: its losses' and the anchored model's, tree by tree."""
        fitted, scale, found = self.fitted, float(design.scale[0]), Contributions()
        pooled, drivers = fitted.pooled, self._drivers(design)
        assert pooled is not None
        share = fitted.ensemble.anchored if pooled.anchored else 0.0
        for number, booster in enumerate(pooled.boosters):
            weight = (1 - share) * fitted.ensemble.mix[number % len(LOSSES)] * len(LOSSES) / len(pooled.boosters)
            shap = np.asarray(booster.predict(design.x, pred_contrib=True, num_threads=1))[0]
            found.join(self._grouped(shap, drivers, Contributions()), weight * scale)
        start = float(anchor.start(self.features, design)[0]) if pooled.anchored else 0.0
        for booster in pooled.anchored if share else []:
            shap = np.asarray(booster.predict(design.x, pred_contrib=True, num_threads=1))[0]
            begun = _start(self.features, design, start)
            found.join(self._grouped(shap, drivers, begun), share * scale / len(pooled.anchored))
        found.multiply([(LEVEL, "the recent level of all sales", self.working.total)])
        return found

    def _grouped(self, shap: Doubles, drivers: list[str], begun: Contributions) -> Contributions:
        """SHAP values by driver, and what the forecast begins from; the last value is what is expected of any row."""
        for driver, name, value in zip(drivers, self.features.names, shap[:-1].tolist(), strict=True):
            begun.add(driver, name, value)
        begun.add(LEVEL, "what all products sell", float(shap[-1]))
        _not_below_zero(begun)
        return begun

    def _drivers(self, design: Design) -> list[str]:
        row, names, inputs = design.x[0], self.features.names, self.features.inputs
        flags = zip(self.working.known, [*inputs.known_flags, *inputs.known_common_flags], strict=True)
        away = {
            column: abs(float(row[names.index(f"{column} against usual")])) for column, flag in flags
            if flag and driver_of(column) not in (AVAILABILITY, CLOSINGS)
        }  # fmt: skip
        strongest = max(away, key=lambda column: np.nan_to_num(away[column]), default=None)
        planned = strongest if strongest is not None and np.nan_to_num(away[strongest]) > _FLAG else None
        columns = sorted({name for name in names if f"{name} against usual" in names}
                         | {name.removesuffix(" recent") for name in names if name.endswith(" recent")},
                         key=len, reverse=True)  # fmt: skip
        return [driver_of_feature(name, columns, planned) for name in names]


def _start(features: Features, design: Design, start: float) -> Contributions:
    """What an anchored model starts from: the level, and what last year's value with half its growth is off it."""
    level = float(np.nan_to_num(features.column(design, own_past.FAST_AVERAGE)[0], nan=1.0))
    found = Contributions()
    found.add(LEVEL, own_past.FAST_AVERAGE, level)
    found.add(SEASON, "last year with half its growth", start - level)
    return found


def _not_below_zero(found: Contributions) -> None:
    if found.total < 0:
        found.add(FLOOR, FLOOR, -found.total)
