"""Every process of Almanac and the environment it is given: the one table.

The launcher starts from it, and a test compares docker-compose.yml and the services' settings with it.
"""

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from infra.demo import LARGE, SMALL_STORES, STORES, WHOLESALER
from infra.launcher.databases import SERVICES
from infra.launcher.errors import LauncherError


@dataclass(frozen=True)
class Process:
    """A process of a service: `python -m SERVICE ROLE`."""

    service: str
    role: str

    @property
    def name(self) -> str:
        """As `status` and `logs` call it."""
        return f"{self.service}-{self.role}"


PROCESSES = (
    *(Process(service, role) for service in SERVICES for role in ("api", "worker")),
    Process("forecaster", "trainer"),
    Process("gateway", "api"),
)
BASE = ("kafka", "postgres")
BEHIND_GATEWAY = ("auth", "catalog", "sales", "forecaster")


@dataclass(frozen=True)
class Business:
    """What differs between installations."""

    profile: str = "local"
    timezone: str = "UTC"
    week_start: str = "monday"
    currency: str = "EUR"
    train_hour: int = 2


KEPT = ("timezone", "week_start", "currency", "train_hour")  # with the data (chassis.business)


def said_by_the_caller() -> dict[str, Any]:
    """What the user set with ALMANAC_TIMEZONE, ALMANAC_WEEK_START, ALMANAC_CURRENCY and ALMANAC_TRAIN_HOUR."""
    given = {name: os.environ.get(f"ALMANAC_{name.upper()}") for name in KEPT}
    return {name: _read(name, value) for name, value in given.items() if value}


def forget(name: str) -> None:
    """Whatever the caller said of a kept setting counts no more in this process and those that it starts."""
    os.environ.pop(f"ALMANAC_{name.upper()}", None)


def _read(name: str, value: str) -> Any:
    return int(value) if name == "train_hour" else value.lower() if name == "week_start" else value


def business_of_the_caller(before: dict[str, Any] | None = None) -> Business:
    """The business as the data were made, or, of new data, as the user says. Raises where both say something else."""
    said = said_by_the_caller()
    if before:
        made = Business(**before)
        other = {name: value for name, value in said.items() if getattr(made, name) != value}
        if other:
            told = ", ".join(f"{name}={getattr(made, name)} (you say {value})" for name, value in other.items())
            options = " ".join(f"--{name.replace('_', '-')} {value}" for name, value in other.items())
            raise LauncherError(
                f"The data were made with {told}: unset it, or change the data with `./almanac settings {options}`."
            )
        return made
    return Business(**said)


DEMO = Business("demo", "Europe/London", "monday", "GBP")
STORES_DEMO = replace(DEMO, profile="demo-stores")
DEMOS = {WHOLESALER: DEMO, STORES: STORES_DEMO, SMALL_STORES: STORES_DEMO, LARGE: STORES_DEMO}


def is_demo(profile: str) -> bool:
    """Whether the data are a demo's, which has a sign-in that everybody knows."""
    return any(profile == demo.profile for demo in DEMOS.values())


@dataclass(frozen=True)
class Surroundings:
    """Where everything is. `ports` has a port for every process; `database_urls` one address a service."""

    kafka: str
    group_protocol: str
    ports: dict[str, int]
    database_urls: dict[str, str]
    files: Path
    frontend: Path
    admin: tuple[str, str]
    command_line_secret: str
    business: Business
    host: str = "127.0.0.1"

    def url(self, service: str) -> str:
        """The address of a service's API."""
        return f"http://{self.host}:{self.ports[f'{service}-api']}"


# Set by the launcher for every process, whatever the caller's environment says.
UVICORN = "FORWARDED_ALLOW_IPS"
DECIDED = {UVICORN} | {
    f"ALMANAC_{name}"
    for name in (
        "PROFILE", "KAFKA_BOOTSTRAP_SERVERS", "KAFKA_GROUP_PROTOCOL", "ISSUER", "JWKS_URL", "HTTP_HOST", "HTTP_PORT",
        "HEALTH_PORT", "DATABASE_URL", "FILES_DIR", "BOOTSTRAP_ADMIN_USERNAME", "BOOTSTRAP_ADMIN_PASSWORD",
        "COMMAND_LINE_SECRET", "FRONTEND_DIR", *(f"{service.upper()}_URL" for service in BEHIND_GATEWAY),
    )
}  # fmt: skip


def variables(process: Process, where: Surroundings) -> dict[str, str]:
    """The ALMANAC_ variables of one process."""
    given = {
        "ALMANAC_PROFILE": where.business.profile,
        "ALMANAC_TIMEZONE": where.business.timezone,
        "ALMANAC_WEEK_START": where.business.week_start,
        "ALMANAC_CURRENCY": where.business.currency,
        "ALMANAC_TRAIN_HOUR": str(where.business.train_hour),
        "ALMANAC_KAFKA_BOOTSTRAP_SERVERS": where.kafka,
        "ALMANAC_KAFKA_GROUP_PROTOCOL": where.group_protocol,
        "ALMANAC_ISSUER": "almanac",
        "ALMANAC_JWKS_URL": f"{where.url('auth')}/.well-known/jwks.json",
    }
    port = str(where.ports[process.name])
    if process.role == "api":
        given |= {"ALMANAC_HTTP_HOST": where.host, "ALMANAC_HTTP_PORT": port}
    else:
        given |= {"ALMANAC_HTTP_HOST": where.host, "ALMANAC_HEALTH_PORT": port}
    if process.service in where.database_urls:
        given["ALMANAC_DATABASE_URL"] = where.database_urls[process.service]
        given["ALMANAC_FILES_DIR"] = str(where.files / process.service)
    if process.service == "auth":
        given["ALMANAC_BOOTSTRAP_ADMIN_USERNAME"], given["ALMANAC_BOOTSTRAP_ADMIN_PASSWORD"] = where.admin
        given["ALMANAC_COMMAND_LINE_SECRET"] = where.command_line_secret
    if process.service == "gateway":
        given |= {f"ALMANAC_{service.upper()}_URL": where.url(service) for service in BEHIND_GATEWAY}
        given["ALMANAC_FRONTEND_DIR"] = str(where.frontend)
        # Nothing stands before it here, so nobody is believed who says for whom they ask: uvicorn would, of loopback.
        given[UVICORN] = ""
    return given
