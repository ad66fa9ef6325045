"""The environment table says what the services' own settings and commands say."""

import importlib
import inspect
import subprocess
from pathlib import Path
from types import ModuleType

import pytest
from chassis.settings import CommonSettings

from infra.launcher.databases import SERVICES
from infra.launcher.environment import DEMO, PROCESSES, Business, Process, Surroundings, variables
from infra.launcher.paths import PYTHON, ROOT

PREFIX = "ALMANAC_"


def surroundings(tmp_path: Path) -> Surroundings:
    """Values that every service must accept."""
    return Surroundings(
        kafka="127.0.0.1:9092",
        group_protocol="consumer",
        ports={process.name: 20_000 + number for number, process in enumerate(PROCESSES)},
        database_urls={service: f"postgresql://{service}:x@127.0.0.1:5432/almanac" for service in SERVICES},
        files=tmp_path,
        frontend=tmp_path,
        admin=("operator", "a long enough password"),
        business=DEMO,
    )


def settings_class(module: ModuleType) -> type[CommonSettings]:
    """The service's own settings: the class in its module that stands lowest."""
    found = [c for _, c in inspect.getmembers(module, inspect.isclass) if issubclass(c, CommonSettings)]
    return max(found, key=lambda c: len(c.__mro__))


@pytest.mark.parametrize("process", PROCESSES, ids=lambda process: process.name)
def test_every_variable_is_a_setting_and_every_needed_setting_is_given(
    process: Process, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_class(importlib.import_module(f"{process.service}.settings"))
    given = variables(process, surroundings(tmp_path))
    names = {PREFIX + name.upper() for name in settings.model_fields}
    assert set(given) <= names
    needed = {PREFIX + name.upper() for name, field in settings.model_fields.items() if field.is_required()}
    assert needed <= set(given)
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    assert settings().model_dump(), "the values themselves are accepted"


@pytest.mark.parametrize("service", sorted({process.service for process in PROCESSES}))
def test_every_role_is_one_that_the_service_knows(service: str) -> None:
    done = subprocess.run([str(PYTHON), "-m", service], cwd=ROOT, capture_output=True, text=True, timeout=60)
    known = set(done.stderr.strip().rpartition(" ")[2].split("|"))
    roles = {process.role for process in PROCESSES if process.service == service}
    assert roles | ({"migrate"} if service in SERVICES else set()) <= known, done.stderr


def test_the_callers_business_reaches_the_services(monkeypatch: pytest.MonkeyPatch) -> None:
    from infra.launcher.environment import business_of_the_caller

    monkeypatch.setenv("ALMANAC_TIMEZONE", "Asia/Tokyo")
    monkeypatch.setenv("ALMANAC_CURRENCY", "JPY")
    monkeypatch.delenv("ALMANAC_WEEK_START", raising=False)
    assert business_of_the_caller() == Business("local", "Asia/Tokyo", "monday", "JPY")
