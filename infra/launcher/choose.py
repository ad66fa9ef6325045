"""Picks Kafka and PostgreSQL: the first that works, said in one line. What the user named is never downgraded."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from infra.launcher import kafka, postgres
from infra.launcher.errors import LauncherError
from infra.launcher.kafka import Broker
from infra.launcher.maven import OutOfReach
from infra.launcher.postgres import Server


@dataclass(frozen=True)
class KafkaWish:
    """`choice` is auto, real, dev or a bootstrap address; `before` what this data folder was made with."""

    choice: str = "auto"
    before: str | None = None


def choose_kafka(wish: KafkaWish, folder: Path, ports: Mapping[str, int]) -> Broker:
    """The Kafka to use."""
    given = os.environ.get("KAFKA_BOOTSTRAP_SERVERS")
    port, controller = ports["kafka"], ports["kafka-controller"]
    if wish.choice == "auto" and given:
        return kafka.external(given, "KAFKA_BOOTSTRAP_SERVERS is set")
    if wish.choice == "real":
        return kafka.real(folder / "kafka", port, controller, "--kafka=real")
    if wish.choice == "dev":
        return kafka.development(folder / "kafka-dev", port, "--kafka=dev")
    if wish.choice != "auto":
        return kafka.external(wish.choice, "--kafka")
    try:
        return kafka.real(folder / "kafka", port, controller, "the default")
    except OutOfReach as fault:
        if wish.before == "real":
            raise LauncherError(
                f"{fault} This data folder holds real Kafka's events; try again with a network."
            ) from fault
        return kafka.development(folder / "kafka-dev", port, f"because {fault}")


def choose_postgres(choice: str, folder: Path, port: int, password: str, *, fast: bool = False) -> Server:
    """The PostgreSQL to use; `choice` is auto, maven, wheel, system or an address."""
    given = os.environ.get("DATABASE_URL")
    home = folder / "postgres"
    if choice == "auto" and given:
        return postgres.external(given, "DATABASE_URL")
    if choice in postgres.BINARIES:
        return postgres.local(choice, home, port, password, f"--postgres={choice}", fast=fast)
    if choice != "auto":
        if not choice.startswith(("postgresql://", "postgres://")):
            raise LauncherError(f"--postgres={choice} is none of auto, maven, wheel, system or postgresql://…")
        return postgres.external(choice, "--postgres")
    why = "the default"
    for kind in ("maven", "wheel"):
        try:
            return postgres.local(kind, home, port, password, why, fast=fast)
        except LauncherError as fault:
            if kind == "maven" and not isinstance(fault, OutOfReach):
                raise
            why = f"because {fault}"
    return postgres.local("system", home, port, password, why, fast=fast)
