"""The run that is live is what updates go on from, and what states tell of, however it came to be live."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from chassis.database import Database
from forecaster.application.planning.releases import promote_run, roll_back
from forecaster.application.training import engine_port
from forecaster.application.training.models import KEPT
from forecaster.settings import Settings

from services.forecaster.tests.helpers import flat_engine
from services.forecaster.tests.test_releases import engine_with_error, history
from services.forecaster.tests.test_training import ask, run_next, shown, train

__all__ = ["history"]

During = Callable[[], object]


def says(level: float, error: float = 0.2) -> Any:
    """An engine that forecasts `level` everywhere and has models that do so too."""

    def engine(dataset: Any, **more: Any) -> Any:
        answer = engine_with_error(error)(dataset, **more)
        answer.mean, answer.fitted = np.full(answer.mean.shape, level), level
        return answer

    return engine


@pytest.fixture
def during(monkeypatch: pytest.MonkeyPatch) -> list[During]:
    """Models that are a number in a file; what is put into the list happens while an update is made."""
    happens: list[During] = []

    def save(answer: Any, folder: Path, about: dict[str, Any]) -> bool:
        folder.mkdir()
        (folder / "level").write_text(f"{answer.fitted} {about['run']}")
        return True

    def update(dataset: Any, models: Path, **more: Any) -> Any:
        for action in happens:
            action()
        answer = flat_engine(dataset, **more)
        assert answer is not None
        answer.mean = np.full(answer.mean.shape, float((models / "level").read_text().split()[0]))
        return answer

    monkeypatch.setattr(engine_port, "save", save)
    monkeypatch.setattr(engine_port, "update", update)
    return happens


def updated(database: Database, settings: Settings) -> dict[str, Any]:
    def no_training(*_: Any, **__: Any) -> None:
        raise AssertionError("an update with models is no training")

    run = train(database, settings, no_training, kind="update")
    assert run["status"] == "succeeded", run["error"]
    return run


@pytest.mark.usefixtures("history", "during")
def test_after_a_rollback_an_update_goes_on_from_the_run_that_is_live(database: Database, settings: Settings) -> None:
    first, second = train(database, settings, says(10)), train(database, settings, says(20))
    assert updated(database, settings)["models_of"] == second["id"]
    assert roll_back(database, "anna", settings.zone)["id"] == second["id"]  # from the update to its training
    assert roll_back(database, "anna", settings.zone)["id"] == first["id"]
    update = updated(database, settings)
    assert (update["models_of"], update["live"]) == (first["id"], True)
    assert updated(database, settings)["models_of"] == first["id"], "an update of an update is of the same models"


@pytest.mark.usefixtures("history", "during")
def test_a_run_promoted_by_hand_has_succeeded_is_live_and_is_what_an_update_goes_on_from(
    database: Database, settings: Settings
) -> None:
    good, worse = train(database, settings, says(10)), train(database, settings, says(20, error=0.5))
    assert (good["status"], worse["status"], worse["live"]) == ("succeeded", "not-promoted", False)
    assert updated(database, settings)["models_of"] == good["id"]
    run = promote_run(database, worse["id"], "anna", settings.zone)
    assert (run["status"], run["live"], run["error"]) == ("succeeded", True, None)
    assert shown(database, good["id"])["live"] is False
    assert updated(database, settings)["models_of"] == worse["id"]


@pytest.mark.usefixtures("history")
def test_an_update_whose_models_were_taken_back_meanwhile_is_not_promoted(
    database: Database, settings: Settings, during: list[During]
) -> None:
    first, second = train(database, settings, says(10)), train(database, settings, says(20))
    during.append(lambda: roll_back(database, "anna", settings.zone))
    run_id = ask(database, settings, kind="update")
    run_next(database, settings)
    run = shown(database, run_id)
    assert (run["status"], run["models_of"], run["live"]) == ("not-promoted", second["id"], False)
    assert shown(database, first["id"])["live"] is True


@pytest.mark.usefixtures("history", "during")
def test_the_models_of_what_is_live_are_kept_however_many_runs_are_kept_back(
    database: Database, settings: Settings
) -> None:
    live = train(database, settings, says(10))
    for _ in range(KEPT + 1):
        assert train(database, settings, says(20, error=0.9))["status"] == "not-promoted"
    assert updated(database, settings)["models_of"] == live["id"]
