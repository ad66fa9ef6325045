"""Candidates fitted series by series: taken when they help, isolated when they crash."""

from dataclasses import dataclass, replace

import numpy as np
import pytest
from forecaster import engine
from forecaster.engine import extras
from forecaster.engine.panel import Panel

from services.forecaster.tests.engine.frames import QUICK, weekly

WEEKS = 50  # less than a year: then the backtest's model knows as much of the season as the final one


@dataclass
class Crashing:
    """Always fails."""

    name: str = "crashing"
    seconds: float = 0.001
    best_sellers: bool = False

    def forecast(self, panel: Panel, series: int, origin: int) -> np.ndarray:
        """See Costly."""
        raise RuntimeError("it broke")


def test_a_crashing_candidate_costs_that_candidate_only(monkeypatch: pytest.MonkeyPatch) -> None:
    others = extras.candidates(QUICK)[:1]
    monkeypatch.setattr(extras, "candidates", lambda options: [Crashing(), *others])
    found = engine.forecast(weekly(8, WEEKS), freq="W-FRI", horizon=3, options=QUICK)
    told = found.report["candidates"]
    assert "it broke" in told["crashing"]["failed"]
    assert "gain" in told["dynamic optimised Theta"]
    assert np.isfinite(found.mean).all()


def test_a_candidate_that_knows_better_is_taken_and_named(monkeypatch: pytest.MonkeyPatch) -> None:
    # No cycle, no trend, no regressor: weeks go up and down by a draw that the candidate alone can repeat.
    weeks = np.append(np.random.default_rng(6).choice([0.4, 1.6], 60), [0.4, 1.6, 0.4])

    @dataclass
    class Knowing(Crashing):
        name: str = "knowing"

        def forecast(self, panel: Panel, series: int, origin: int) -> np.ndarray:
            level = 1000.0 if panel.ids[series] == "sku003" else 10.0
            return (level * weeks[origin + 1 : origin + 1 + panel.horizon]).astype(np.float32)

    history = weekly(8, WEEKS)
    history["y"] = np.where(history["unique_id"] == "sku003", 1000.0, 10.0) * np.tile(weeks[:WEEKS], 8)
    monkeypatch.setattr(extras, "candidates", lambda options: [Knowing()])
    found = engine.forecast(history, freq="W-FRI", horizon=3, options=replace(QUICK, rounds=1))
    assert "knowing" in found.method[3]
    share = next(iter(found.report["candidates"].values()))["share"]
    assert share > 0
    assert found.mean[3].argmax() == 1


@pytest.mark.parametrize("name", ["forest", "prophet"])
def test_forest_and_prophet_can_be_tried(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if name == "prophet":
        pytest.importorskip("prophet")
    asked = extras.candidates(replace(QUICK, **{name: True}))
    monkeypatch.setattr(extras, "candidates", lambda options: asked[-1:])  # without those that others test
    history = weekly(3, WEEKS)
    options = replace(QUICK, candidate_seconds=60.0, **{name: True})
    found = engine.forecast(history, freq="W-FRI", horizon=3, options=options)
    label = "random forest per product" if name == "forest" else "Prophet"
    assert "gain" in found.report["candidates"][label]


def test_no_candidate_is_tried_against_a_backtest_that_had_not_seen_a_year_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extras, "candidates", lambda options: [Crashing()])
    found = engine.forecast(weekly(8, 60), freq="W-FRI", horizon=3, options=QUICK)
    assert list(found.report["candidates"]) == ["none tried"]
