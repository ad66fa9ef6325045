"""The environment table says what the services' own settings and commands say."""

import argparse
import dataclasses
import importlib
import inspect
import re
import subprocess
from dataclasses import asdict
from pathlib import Path
from types import ModuleType

import pytest
from chassis.settings import CommonSettings

from infra.demo import KINDS, STORES, WHOLESALER
from infra.launcher import cli, running, up
from infra.launcher.databases import SERVICES
from infra.launcher.environment import (
    DECIDED,
    DEMO,
    DEMOS,
    PROCESSES,
    UVICORN,
    Business,
    Process,
    Surroundings,
    business_of_the_caller,
    is_demo,
    variables,
)
from infra.launcher.errors import LauncherError
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
        command_line_secret="cli-secret",  # noqa: S106 - of nothing
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
    given = {name: value for name, value in variables(process, surroundings(tmp_path)).items() if name != UVICORN}
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
    monkeypatch.setenv("ALMANAC_TIMEZONE", "Asia/Tokyo")
    monkeypatch.setenv("ALMANAC_CURRENCY", "JPY")
    monkeypatch.delenv("ALMANAC_WEEK_START", raising=False)
    assert business_of_the_caller() == Business("local", "Asia/Tokyo", "monday", "JPY")


def test_what_the_data_were_made_with_stays_unless_the_caller_says_something_else_which_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = Business("local", "Asia/Tokyo", "sunday", "JPY", 5)
    for name in ("TIMEZONE", "WEEK_START", "CURRENCY", "TRAIN_HOUR"):
        monkeypatch.delenv(f"ALMANAC_{name}", raising=False)
    assert business_of_the_caller(asdict(made)) == made
    for name, same, other in (
        ("TIMEZONE", "Asia/Tokyo", "UTC"), ("WEEK_START", "Sunday", "monday"), ("CURRENCY", "JPY", "EUR"),
        ("TRAIN_HOUR", "5", "2"),
    ):  # fmt: skip
        with monkeypatch.context() as patch:
            patch.setenv(f"ALMANAC_{name}", same)
            assert business_of_the_caller(asdict(made)) == made
            patch.setenv(f"ALMANAC_{name}", other)
            option = f"--{name.lower().replace('_', '-')}"
            with pytest.raises(LauncherError, match=rf"almanac settings {option} {other}") as said:
                business_of_the_caller(asdict(made))
            assert "\n" not in str(said.value)


def test_the_callers_settings_reach_the_services_and_what_the_launcher_decides_stays_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = surroundings(tmp_path)
    decided = {name for process in PROCESSES for name in variables(process, where)}
    kept = {"ALMANAC_TIMEZONE", "ALMANAC_WEEK_START", "ALMANAC_CURRENCY", "ALMANAC_TRAIN_HOUR"}
    assert decided - DECIDED == kept
    monkeypatch.setenv("ALMANAC_HORIZON", "5")
    for name in DECIDED:
        monkeypatch.setenv(name, "somebody else's")
    for process in PROCESSES:
        given = running.process_environment(process, where)
        assert given["ALMANAC_HORIZON"] == "5"
        assert "somebody else's" not in given.values()


@pytest.mark.parametrize(
    ("name", "value"),
    [("TIMEZONE", "Mars/Olympus"), ("TRAIN_HOUR", "25"), ("CURRENCY", "euro"), ("WEEK_START", "someday")],
)
def test_a_bad_setting_is_one_line_before_anything_starts(
    name: str, value: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(f"ALMANAC_{name}", value)
    assert cli.main(["up", "--data", str(tmp_path / "new")], inside=True) == 1
    said = capsys.readouterr().err
    assert (said.count("\n"), f"ALMANAC_{name}={value}: " in said) == (1, True)
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("folder", ["/proc/nothing/here", "file/below", "n" * 300])
def test_a_folder_that_cannot_be_is_one_line(
    folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.chdir(tmp_path)
    for command in (["up"], ["up", "--detach"]):
        assert cli.main([*command, "--data", folder], inside=True) == 1
        said = capsys.readouterr().err
        assert (said.count("\n"), "name another folder with --data DIR" in said) == (1, True)


@pytest.mark.parametrize("port", ["70000", "-1", "http"])
def test_a_port_that_is_none_is_refused_by_the_command_line(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as refused:
        cli.main(["up", f"--port={port}"], inside=True)
    assert (refused.value.code, "is no port" in capsys.readouterr().err) == (2, True)


def documented() -> list[str]:
    """Every setting that the documents and the help name."""
    texts = [file.read_text() for file in (*(ROOT / "docs").glob("*.md"), ROOT / "README.md")] + [cli.ENVIRONMENT]
    found = {name for text in texts for name in re.findall(r"ALMANAC_[A-Z_]+[A-Z]", text)}
    # The launcher's own, and what it finds out itself: where its Kafka is.
    return sorted(found - {"ALMANAC_MAVEN_URL", "ALMANAC_KAFKA_BOOTSTRAP_SERVERS"})


@pytest.mark.parametrize("name", documented())
def test_every_documented_setting_reaches_each_process_that_takes_it(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    values = {
        "ALMANAC_TIMEZONE": "Asia/Tokyo", "ALMANAC_WEEK_START": "sunday", "ALMANAC_CURRENCY": "JPY",
        "ALMANAC_LOG_LEVEL": "DEBUG", "ALMANAC_DASK_ADDRESS": "tcp://127.0.0.1:9", "ALMANAC_KAFKA_MIN_INSYNC": "2",
        "ALMANAC_KAFKA_SECURITY_PROTOCOL": "SSL", "ALMANAC_KAFKA_SASL_MECHANISM": "PLAIN",
        "ALMANAC_KAFKA_PASSWORD": "**********",  # as it is shown
        "ALMANAC_MAIL_FROM": "a@shop.example", "ALMANAC_DIGEST_TO": "b@shop.example", "ALMANAC_DIGEST_LANGUAGE": "fr",
        "ALMANAC_SMTP_URL": "smtp://127.0.0.1:25", "ALMANAC_WEATHER_URL": "http://127.0.0.1/v1/forecast",
    }  # fmt: skip
    shown = dict.fromkeys(("ALMANAC_SMTP_URL", "ALMANAC_WEATHER_URL"), "**********")
    # What others ask for, that they be of any use.
    monkeypatch.setenv("ALMANAC_KAFKA_REPLICAS", "3")
    for needed in ("ALMANAC_SMTP_URL", "ALMANAC_MAIL_FROM"):
        monkeypatch.setenv(needed, values[needed])
    monkeypatch.setenv(name, values.get(name, "3"))
    where = dataclasses.replace(surroundings(tmp_path), business=business_of_the_caller())
    takers = 0
    for process in PROCESSES:
        settings = settings_class(importlib.import_module(f"{process.service}.settings"))
        field = name.removeprefix(PREFIX).lower()
        if field in settings.model_fields:
            takers += 1
            for variable, value in running.process_environment(process, where).items():
                monkeypatch.setenv(variable, value)
            assert str(getattr(settings(), field)) == shown.get(name, values.get(name, "3"))
    assert takers, "a setting that no process takes"


@pytest.mark.parametrize("kind", KINDS)
def test_every_demo_says_that_it_is_one_and_the_services_know_it(kind: str) -> None:
    profile = DEMOS[kind].profile
    assert is_demo(profile) and CommonSettings(profile=profile).profile == profile
    assert not any(is_demo(own) for own in ("local", "production"))


def test_the_data_of_one_demo_are_not_taken_for_another_s() -> None:
    before = {"demo": True, "business": asdict(DEMOS[STORES])}
    options = argparse.Namespace(demo=STORES)
    assert up._business(options, before) == DEMOS[STORES]
    assert up._business(argparse.Namespace(demo=None), before) == DEMOS[STORES]
    with pytest.raises(LauncherError, match="another demo"):
        up._business(argparse.Namespace(demo=WHOLESALER), before)
