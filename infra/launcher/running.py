"""What the processes of a data folder's system are given, from what its state.json says.

`up` starts them with it; other commands act on a process's behalf with the same.
"""

import importlib
import os
from pathlib import Path
from typing import Any

from chassis.settings import CommonSettings
from pydantic import ValidationError

from infra.launcher import databases, environment, frontend, state
from infra.launcher.client import COMMAND_LINE_SECRET, credentials
from infra.launcher.environment import DECIDED, PROCESSES, Business, Process, Surroundings
from infra.launcher.errors import LauncherError


def check_settings() -> None:
    """Raises with one line when a setting of the caller is none that the services take."""
    for service in sorted({process.service for process in PROCESSES}):
        settings = importlib.import_module(f"{service}.settings").Settings
        try:
            settings(database_url="postgresql://127.0.0.1")
        except ValidationError as fault:
            for error in fault.errors():
                name = f"ALMANAC_{str(error['loc'][0]).upper()}"
                if name in os.environ and name not in DECIDED:
                    raise LauncherError(f"{name}={os.environ[name]}: {error['msg']}") from None


def check_values(values: dict[str, Any]) -> None:
    """Raises with one line when one of these settings is none that the services take."""
    try:
        CommonSettings(**values)
    except ValidationError as fault:
        error = fault.errors()[0]
        raise LauncherError(f"{error['loc'][0]}={values[str(error['loc'][0])]}: {error['msg']}") from None


def passwords(data: Path) -> dict[str, str]:
    """Each service's own password for PostgreSQL."""
    return {service: state.secret(data, f"database-{service}") for service in databases.SERVICES}


def surroundings(data: Path, content: dict[str, Any]) -> Surroundings:
    """Where everything is; `content` is the state, with Kafka, PostgreSQL and ports chosen."""
    address = content["postgres"]["address"]
    words = passwords(data)
    return Surroundings(
        kafka=content["kafka"]["bootstrap"],
        group_protocol=content["kafka"]["group_protocol"],
        ports=content["ports"],
        database_urls={service: databases.service_dsn(address, service, word) for service, word in words.items()},
        files=data / "files",
        frontend=frontend.BUILT,
        admin=credentials(data, demo=bool(content.get("demo"))),
        command_line_secret=state.secret(data, COMMAND_LINE_SECRET),
        business=Business(**content["business"]),
    )


def environment_of(data: Path, name: str) -> dict[str, str]:
    """The environment of a process of the running system."""
    process = next(process for process in PROCESSES if process.name == name)
    return process_environment(process, surroundings(data, state.load(data)))


def process_environment(process: Process, where: Surroundings) -> dict[str, str]:
    """What a process is started with: the caller's environment and settings, but what the launcher decides."""
    inherited = {name: value for name, value in os.environ.items() if name not in DECIDED}
    inherited.pop("PYTHONDONTWRITEBYTECODE", None)  # compiled modules make the next start twice as fast
    return inherited | {"PYTHONUNBUFFERED": "1"} | environment.variables(process, where)
