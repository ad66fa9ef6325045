"""Candidates fitted series by series: taken when they help, isolated when they crash."""

from dataclasses import replace

import numpy as np
import pytest
from forecaster import engine
from forecaster.engine.data.panel import Panel
from forecaster.engine.methods import registry
from forecaster.engine.methods.base import Candidate

from services.forecaster.tests.engine.frames import QUICK, weekly

WEEKS = 50  # less than a year: then the backtest's model knows as much of the season as the final one


class Crashing(Candidate):
    """Always fails."""

    name = "crashing"
    seconds = 0.001

    def forecast(self, panel: Panel, series: int, origin: int) -> np.ndarray:
        """See Candidate."""
        raise RuntimeError("it broke")


def test_a_crashing_candidate_costs_that_candidate_only(monkeypatch: pytest.MonkeyPatch) -> None:
    others = registry.candidates(QUICK)[:1]
    monkeypatch.setattr(registry, "candidates", lambda options: [Crashing(), *others])
    found = engine.forecast(weekly(8, WEEKS), freq="W-FRI", horizon=3, options=QUICK)
    told = found.report["candidates"]
    assert "it broke" in told["crashing"]["failed"]
    assert "gain" in told["dynamic optimised Theta"]
    assert np.isfinite(found.mean).all()


def test_a_candidate_that_knows_better_is_taken_and_named(monkeypatch: pytest.MonkeyPatch) -> None:
    # No cycle, no trend, no regressor: weeks go up and down by a draw that the candidate alone can repeat.
    weeks = np.append(np.random.default_rng(6).choice([0.4, 1.6], 60), [0.4, 1.6, 0.4])

    class Knowing(Crashing):
        name = "knowing"

        def forecast(self, panel: Panel, series: int, origin: int) -> np.ndarray:
            level = 1000.0 if panel.ids[series] == "sku003" else 10.0
            return (level * weeks[origin + 1 : origin + 1 + panel.horizon]).astype(np.float32)

    history = weekly(8, WEEKS)
    history["y"] = np.where(history["unique_id"] == "sku003", 1000.0, 10.0) * np.tile(weeks[:WEEKS], 8)
    monkeypatch.setattr(registry, "candidates", lambda options: [Knowing()])
    found = engine.forecast(history, freq="W-FRI", horizon=3, options=replace(QUICK, rounds=1))
    assert "knowing" in found.method[3]
    share = next(iter(found.report["candidates"].values()))["share"]
    assert share > 0
    assert found.mean[3].argmax() == 1


@pytest.mark.parametrize("name", ["random forest per product", "Prophet"])
def test_forest_and_prophet_can_be_tried(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    options = replace(QUICK, candidate_seconds=60.0, optional=(name,))
    asked = registry.candidates(options)
    monkeypatch.setattr(registry, "candidates", lambda options: asked[-1:])  # without those that others test
    found = engine.forecast(weekly(3, WEEKS), freq="W-FRI", horizon=3, options=options)
    assert "gain" in found.report["candidates"][name]


def test_an_optional_candidate_is_tried_only_when_it_is_asked_for() -> None:
    assert "random forest per product" not in [one.name for one in registry.candidates(QUICK)]
    asked = registry.candidates(replace(QUICK, optional=("random forest per product",)))
    assert [one.name for one in asked][-1] == "random forest per product"


def test_no_candidate_is_tried_against_a_backtest_that_had_not_seen_a_year_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "candidates", lambda options: [Crashing()])
    found = engine.forecast(weekly(8, 60), freq="W-FRI", horizon=3, options=QUICK)
    assert list(found.report["candidates"]) == ["none tried"]
