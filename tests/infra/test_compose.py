"""docker-compose.yml says the same as the launcher's table and the services' own settings.

Proven here: the file's structure and its agreement with the code. Public images cannot be pulled on the development
machines, so that the containers run is not proven by these tests.
"""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from infra.launcher import kafka
from infra.launcher.databases import SERVICES
from infra.launcher.environment import BEHIND_GATEWAY, PROCESSES, Business, Process, Surroundings, variables
from infra.launcher.paths import ROOT

API_PORT, HEALTH_PORT = "8080", "8081"
KEYS = {
    "image", "build", "command", "environment", "volumes", "healthcheck", "depends_on", "restart", "stop_grace_period",
    "init", "read_only", "tmpfs", "cap_drop", "security_opt", "shm_size", "ports",
}  # fmt: skip


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    """The file, with its anchors resolved."""
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return loaded


def expected(process: Process) -> dict[str, str]:
    """What the launcher's table would give this process in the containers."""
    where = Surroundings(
        kafka="kafka:9092",
        group_protocol="consumer",
        ports={p.name: int(API_PORT if p.role == "api" else HEALTH_PORT) for p in PROCESSES},
        database_urls={service: f"postgresql://{service}:PASSWORD@postgres:5432/almanac" for service in SERVICES},
        files=Path("/var/lib/almanac"),
        frontend=Path("/nowhere"),
        admin=("USER", "PASSWORD"),
        command_line_secret="cli-secret",  # noqa: S106 - of nothing
        business=Business(profile="production"),
    )
    return variables(process, where)


@pytest.mark.parametrize("process", PROCESSES, ids=lambda process: process.name)
def test_a_container_gets_the_variables_and_the_command_of_its_local_twin(
    compose: dict[str, Any], process: Process
) -> None:
    service = compose["services"][process.name]
    given = {name: str(value) for name, value in service["environment"].items()}
    # Whom to believe about addresses differs with what stands in front; commands of the launcher are at home here only.
    here = {"FORWARDED_ALLOW_IPS", "ALMANAC_COMMAND_LINE_SECRET"}
    assert set(given) - here == set(expected(process)) - here
    assert service["command"] == [process.service, process.role]
    assert service["image"] == f"almanac-{process.service}"
    port = API_PORT if process.role == "api" else HEALTH_PORT
    assert given["ALMANAC_HTTP_PORT" if process.role == "api" else "ALMANAC_HEALTH_PORT"] == port
    assert service["healthcheck"]["test"] == ["CMD", "python", "-m", "infra.docker.health", port]
    same = {"ALMANAC_ISSUER", "ALMANAC_KAFKA_BOOTSTRAP_SERVERS", "ALMANAC_KAFKA_GROUP_PROTOCOL", "ALMANAC_PROFILE"}
    assert {name: given[name] for name in same} == {name: expected(process)[name] for name in same}


def test_sign_ins_are_counted_by_the_address_that_nginx_saw_not_by_its_own(compose: dict[str, Any]) -> None:
    trusting = {name for name, service in compose["services"].items()
                if (service.get("environment") or {}).get("FORWARDED_ALLOW_IPS") == "*"}  # fmt: skip
    open_to_all = {name for name, service in compose["services"].items() if service.get("ports")}
    assert trusting == {"gateway-api", "auth-api"}
    assert open_to_all == {"nginx"}, "who is reached from outside must not believe what it is told of addresses"


def test_every_address_names_a_container_that_listens_there(compose: dict[str, Any]) -> None:
    gateway = compose["services"]["gateway-api"]["environment"]
    for service in BEHIND_GATEWAY:
        assert gateway[f"ALMANAC_{service.upper()}_URL"] == f"http://{service}-api:{API_PORT}"
    for service in compose["services"].values():
        for value in (service.get("environment") or {}).values():
            for host, port in re.findall(r"(?:http://|@)([a-z-]+):(\d+)", str(value)):
                assert host in compose["services"]
                listens = {"postgres": "5432", "kafka": "9093"}.get(host, API_PORT)
                assert port == listens, value


def test_every_process_waits_for_its_own_migration_and_that_for_the_setup(compose: dict[str, Any]) -> None:
    done = {"condition": "service_completed_successfully"}
    services = compose["services"]
    assert services["setup"]["depends_on"] == {name: {"condition": "service_healthy"} for name in ("kafka", "postgres")}
    for service in SERVICES:
        migrate = services[f"{service}-migrate"]
        assert (migrate["command"], migrate["depends_on"]) == ([service, "migrate"], {"setup": done})
        assert migrate["build"]["args"] == {"SERVICE": service}
    for process in PROCESSES:
        if process.service in SERVICES:
            assert services[process.name]["depends_on"] == {f"{process.service}-migrate": done}


def test_the_file_is_well_formed(compose: dict[str, Any]) -> None:
    assert not set(compose) - {"name", "services", "volumes"} - {key for key in compose if key.startswith("x-")}
    for name, service in compose["services"].items():
        assert not set(service) - KEYS, name
        assert set(service.get("depends_on") or {}) <= set(compose["services"])
        for volume in service.get("volumes") or []:
            assert volume.split(":")[0] in compose["volumes"]
        build = service.get("build")
        if build:
            assert (ROOT / build["dockerfile"]).is_file()
    if shutil.which("docker") and subprocess.run(["docker", "compose", "version"], capture_output=True).returncode == 0:
        filled = (ROOT / ".env.example").read_text().replace("=\n", "=x\n")
        command = ["docker", "compose", "--env-file", "/dev/stdin", "config", "--quiet"]
        done = subprocess.run(command, input=filled, text=True, cwd=ROOT, capture_output=True)
        assert done.returncode == 0, done.stderr


def test_no_secret_has_a_default(compose: dict[str, Any]) -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    needed = {name for name, rest in re.findall(r"\$\{(\w+)(:[?-])", text) if rest == ":?"}
    defaulted = {name for name, rest in re.findall(r"\$\{(\w+)(:[?-])", text) if rest == ":-"}
    example = dict(re.findall(r"^(\w+)=(.*)$", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert {name for name, value in example.items() if not value} == needed
    assert set(example) == needed | defaulted
    assert not [name for name in defaulted if "PASSWORD" in name or "USERNAME" in name]
    assert re.search(r"^\.env$", (ROOT / ".gitignore").read_text(), re.MULTILINE), "a filled .env must not be committed"


def test_kafka_has_the_settings_of_the_local_broker(compose: dict[str, Any]) -> None:
    own = {"listeners", "advertised.listeners", "log.dirs"}
    local = dict(line.split("=", 1) for line in kafka.PROPERTIES.splitlines())
    given = {name: str(value) for name, value in compose["services"]["kafka"]["environment"].items()}
    local.pop("controller.quorum.bootstrap.servers")  # the image formats its storage for a fixed quorum instead
    for name, value in local.items():
        variable = "KAFKA_" + name.replace(".", "_").upper()
        assert variable in given, name
        assert name in own or given[variable] == value
    assert compose["services"]["kafka"]["image"] == f"apache/kafka:{kafka.VERSION}"


def test_nginx_hands_the_live_stream_on_unbuffered_and_serves_on_the_published_port(compose: dict[str, Any]) -> None:
    text = (ROOT / "infra" / "nginx" / "default.conf").read_text()
    stream = re.search(r"location = /api/stream \{(.*?)\n    \}", text, re.DOTALL)
    assert stream and "proxy_buffering off;" in stream[1]
    assert set(re.findall(r"http://([a-z-]+:\d+)", text)) == {f"gateway-api:{API_PORT}"}
    listen = re.search(r"listen (\d+);", text)
    assert listen and [port.rpartition(":")[2] for port in compose["services"]["nginx"]["ports"]] == [listen[1]]


def test_only_nginx_is_reachable_from_outside_and_only_on_loopback_unless_said(compose: dict[str, Any]) -> None:
    published = {name: service["ports"] for name, service in compose["services"].items() if "ports" in service}
    assert published == {"nginx": ["${LISTEN:-127.0.0.1:8000}:8080"]}


def test_ci_runs_the_readmes_test_command_and_nothing_else() -> None:
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text())
    runs = [step["run"] for job in workflow["jobs"].values() for step in job["steps"] if "run" in step]
    assert runs == ["bash .ci/run"]
    lines = [line for line in (ROOT / ".ci" / "run").read_text().splitlines() if line and not line.startswith("#")]
    assert lines == ["set -euo pipefail", 'cd "$(dirname "$0")/.."', "exec ./almanac test"]
