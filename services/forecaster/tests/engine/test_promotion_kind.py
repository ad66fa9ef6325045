"""Promotions of one depth and two kinds do each what its kind did, as far as there is evidence; else what all do."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from forecaster import engine
from forecaster.engine.data.panel import Panel
from forecaster.engine.data.source import Source

from services.forecaster.tests.engine.frames import QUICK

SERIES, WEEKS, AHEAD, PROMOTIONS = 160, 104, 4, 30
DEPTHS = (0.1, 0.2)
EFFORT = replace(QUICK, candidate_seconds=0)


@dataclass(frozen=True)
class Planted:
    """History and plans of two years in which promotions of 7 to 14 days, of some depth and kind, lifted sales; a week
    of each of `ahead` (kind, depth) is planned for all series. A lift varies by a tenth from time to time."""

    history: pd.DataFrame
    plans: pd.DataFrame
    static: pd.DataFrame
    usual: np.ndarray  # (SERIES,)

    @classmethod
    def of(
        cls, lifts: Mapping[str, float], ahead: list[tuple[str, float]], seed: int, *, deeper: float = 0.0,
        often: Mapping[str, int] | None = None, depths: tuple[float, ...] = DEPTHS,
    ) -> "Planted":  # fmt: skip
        """`lifts`: of a tenth off by kind; `deeper`: what each further tenth brings, of what the first does."""
        rng = np.random.default_rng(seed)
        usual, category = rng.gamma(1.2, 12, SERIES) + 1, rng.integers(0, 5, SERIES)
        share, depth, factor = (np.zeros((SERIES, WEEKS + AHEAD)) for _ in range(3))
        kind = np.full(share.shape, "", dtype=object)
        every = [name for name, count in (often or {}).items() for _ in range(count)]
        every += rng.choice(sorted(lifts.keys() - (often or {}).keys()) or [""], PROMOTIONS - len(every)).tolist()
        for name in every:
            rows = np.flatnonzero((category == rng.integers(5)) & (rng.random(SERIES) < 0.6))
            off, first, days = rng.choice(depths), int(rng.integers(14, 7 * WEEKS - 14)), int(rng.choice([7, 10, 14]))
            lift = (1 + (lifts[name] - 1) * (1 + deeper * (off * 10 - 1))) * rng.uniform(0.9, 1.1)
            for week, count in zip(*np.unique(np.arange(first, first + days) // 7, return_counts=True), strict=True):
                share[rows, week], depth[rows, week] = count / 7, off * count / 7
                kind[rows, week], factor[rows, week] = name, (lift - 1) * count / 7
        for step, (name, off) in enumerate(ahead):
            share[:, WEEKS + step], depth[:, WEEKS + step], kind[:, WEEKS + step] = 1.0, off, name
        labels = pd.date_range("2024-01-01", periods=WEEKS + AHEAD, freq="W-MON")
        plans = pd.DataFrame({
            "unique_id": np.repeat([f"s{n:03d}" for n in range(SERIES)], WEEKS + AHEAD), "ds": np.tile(labels, SERIES),
            "promotion": share.reshape(-1), "discount": depth.reshape(-1), "promotion_kind": kind.reshape(-1),
        })  # fmt: skip
        past = plans[plans["ds"] < labels[WEEKS]]
        history = past.assign(y=rng.poisson(usual[:, None] * (1 + factor[:, :WEEKS])).reshape(-1).astype(float))
        static = pd.DataFrame({"unique_id": plans["unique_id"].unique(), "category": [f"c{n}" for n in category]})
        return cls(history, plans, static, usual)

    def without(self, *columns: str) -> "Planted":
        """As if nobody had said some of it."""
        return replace(self, history=self.history.drop(columns=[*columns]), plans=self.plans.drop(columns=[*columns]))

    def panel(self) -> Panel:
        """As the engine learns from it."""
        source = Source(self.history, "W-MON", self.plans, self.static)
        return source.panel(source.last(), AHEAD)

    def forecast(self) -> engine.Forecasts:
        """By a small engine."""
        return engine.forecast(
            self.history, freq="W-MON", horizon=AHEAD, future=self.plans, static=self.static, options=EFFORT
        )


def lifts_of(panel: Panel) -> np.ndarray:
    """What the weeks ahead are of usual ones; the usual product's."""
    assert panel.exposure is not None
    found: np.ndarray = np.median(panel.exposure, axis=0)
    return found


BOTH = [("display", 0.1), ("leaflet", 0.1), ("display", 0.2), ("leaflet", 0.2)]


@pytest.mark.parametrize(("display", "leaflet", "deeper"), [(2.4, 1.5, 0.0), (2.0, 1.5, 0.0), (1.8, 1.4, 1.0)])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_two_kinds_of_one_depth_do_each_what_it_did(display: float, leaflet: float, deeper: float, seed: int) -> None:
    found = Planted.of({"display": display, "leaflet": leaflet}, BOTH, seed, deeper=deeper).panel()
    wanted = [display, leaflet, *(1 + (lift - 1) * (1 + deeper) for lift in (display, leaflet))]
    assert lifts_of(found) == pytest.approx(wanted, rel=0.1)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_kind_that_does_nothing_is_expected_to_do_nothing(seed: int) -> None:
    found = Planted.of({"display": 2.0, "leaflet": 1.0}, BOTH, seed).panel()
    assert lifts_of(found) == pytest.approx([2.0, 1.0, 2.0, 1.0], rel=0.1)


def test_the_forecast_has_each_kind_in_its_week() -> None:
    made = Planted.of({"display": 2.2, "leaflet": 1.5}, BOTH, 5)
    found = made.forecast()
    ratio = np.median(found.mean / made.usual[:, None], axis=0)
    assert ratio == pytest.approx([2.2, 1.5, 2.2, 1.5], rel=0.1)
    assert "discount: leaflet" in found.reason[0] or "promotion: leaflet" in found.reason[0]


@pytest.mark.parametrize("seed", range(8))
def test_where_kinds_do_not_matter_none_is_told_from_another(seed: int) -> None:
    made = Planted.of({"display": 1.8, "leaflet": 1.8, "coupon": 1.8}, BOTH, seed)
    found, without = made.panel(), made.without("promotion_kind").panel()
    assert lifts_of(found) == pytest.approx(lifts_of(without), rel=0.04)


def test_where_kinds_do_not_matter_the_forecast_is_the_one_without_them() -> None:
    made = Planted.of({"display": 1.8, "leaflet": 1.8}, BOTH, 4)
    found, without = made.forecast(), made.without("promotion_kind").forecast()
    assert np.abs(found.mean / without.mean - 1).max() < 0.02


@pytest.mark.parametrize("said", ["nothing", "one kind"])
def test_without_kinds_to_tell_apart_nothing_is_otherwise_to_the_last_bit(said: str) -> None:
    made = Planted.of({"display": 1.8}, [("display", 0.1)], 3)
    plain = made.without("promotion_kind").forecast()
    if said == "nothing":
        for frame in (made.history, made.plans):
            frame["promotion_kind"] = ""
    found = made.forecast()
    for name in ("mean", "quantiles", "sum_quantiles"):
        np.testing.assert_array_equal(getattr(found, name), getattr(plain, name))
    assert found.reason == plain.reason


@pytest.mark.parametrize("seed", range(4))
def test_a_kind_seen_twice_is_shrunk_to_all_kinds(seed: int) -> None:
    """Of a coupon that did 4 times twice, less is expected than that, and more than all kinds do."""
    lifts = {"display": 1.9, "leaflet": 1.6, "coupon": 4.0}
    made = Planted.of(lifts, [("coupon", 0.1), ("display", 0.1), ("leaflet", 0.1)], seed, often={"coupon": 2})
    noisy = Planted.of(lifts, [("coupon", 0.1)], seed, often={"coupon": 2, "display": 3})
    told, plain = lifts_of(made.panel()), lifts_of(made.without("promotion_kind").panel())
    assert plain[0] * 1.1 < told[0] < 4.0
    assert told[1:3] == pytest.approx([1.9, 1.6], rel=0.12)
    assert noisy.panel().exposure is not None


@pytest.mark.parametrize("differ", [True, False])
def test_a_kind_never_seen_says_so_and_does_what_all_do_with_a_wider_band(differ: bool) -> None:
    lifts = {"display": 2.2, "leaflet": 1.6} if differ else {"display": 1.9}
    made = Planted.of(lifts, [("display", 0.1), ("coupon", 0.1)], 2)
    panel = made.panel()
    assert panel.doubt is not None
    doubt = np.sqrt(np.median(panel.doubt, axis=0))
    assert doubt[1] > 0.1 and doubt[1] > 1.5 * doubt[0]
    assert lifts_of(panel)[1] == pytest.approx(1.9, rel=0.12)
    found = made.forecast()
    assert "no coupon was seen so far" in found.reason[0]
    assert "no display" not in found.reason[0]
    width: Any = (found.quantile(0.9) - found.quantile(0.1)) / found.mean
    assert np.median(width[:, 1] / width[:, 0]) > 1.1


def test_categories_differ_beside_kinds() -> None:
    """What kinds do is measured before what categories do, and neither is taken for the other."""
    made = Planted.of({"display": 2.2, "leaflet": 1.5}, BOTH, 7)
    y, own = made.history["y"].to_numpy(), made.history["unique_id"].map(made.static.set_index("unique_id")["category"])
    on = (made.history["promotion"] > 0).to_numpy() & (own == "c0").to_numpy()
    made.history["y"] = np.where(on, np.rint(y * 1.6), y)
    panel = made.panel()
    assert panel.exposure is not None
    first = (made.static["category"] == "c0").to_numpy()
    assert np.median(panel.exposure[first][:, :2], axis=0) == pytest.approx([2.2 * 1.6, 1.5 * 1.6], rel=0.15)
    assert np.median(panel.exposure[~first][:, :2], axis=0) == pytest.approx([2.2, 1.5], rel=0.12)
