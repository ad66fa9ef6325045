"""A real broker that asks for credentials, with the rights that docs/operations.md gives: who may do what there."""

import re
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from chassis.event_log import Outgoing
from chassis.kafka import KafkaProducer, KafkaTopics
from chassis.kafka_access import connection
from chassis.settings import CommonSettings
from confluent_kafka import Consumer, KafkaException, Producer
from confluent_kafka.admin import (
    AclBinding,
    AclOperation,
    AclPermissionType,
    AdminClient,
    ResourcePatternType,
    ResourceType,
)
from contracts import topics
from pydantic import ValidationError

from infra.launcher import kafka, maven, processes
from infra.launcher.paths import ROOT

PAGE = (ROOT / "docs" / "operations.md").read_text()
RIGHTS = re.findall(r"^kafka-acls\.sh .* --add (.*)$", PAGE, re.MULTILINE)
PASSWORDS = {"almanac": "almanac-secret", "till": "till-secret", "broker": "broker-secret"}


def secured(settings: Path) -> None:
    """The local broker's settings, but that it asks who one is, and that ours may do everything."""
    users = " ".join(f'user_{name}="{password}"' for name, password in PASSWORDS.items())
    said = settings.read_text().replace("PLAINTEXT://127", "SASL_PLAINTEXT://127")
    said = said.replace("PLAINTEXT:PLAINTEXT\n", "SASL_PLAINTEXT:SASL_PLAINTEXT\n")
    settings.write_text(
        f"{said}inter.broker.listener.name=SASL_PLAINTEXT\nsasl.mechanism.inter.broker.protocol=PLAIN\n"
        "sasl.enabled.mechanisms=PLAIN\n"
        "listener.name.sasl_plaintext.plain.sasl.jaas.config="
        "org.apache.kafka.common.security.plain.PlainLoginModule required"
        f' username="broker" password="{PASSWORDS["broker"]}" {users};\n'
        "authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer\n"
        "super.users=User:ANONYMOUS;User:broker;User:almanac\n"  # nobody but the controller is anonymous
    )


@pytest.fixture(scope="module")
def environment() -> Iterator[pytest.MonkeyPatch]:
    """What our processes are given."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ALMANAC_KAFKA_SECURITY_PROTOCOL", "SASL_PLAINTEXT")
        patch.setenv("ALMANAC_KAFKA_SASL_MECHANISM", "PLAIN")
        patch.setenv("ALMANAC_KAFKA_USERNAME", "almanac")
        patch.setenv("ALMANAC_KAFKA_PASSWORD", PASSWORDS["almanac"])
        yield patch


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory, environment: pytest.MonkeyPatch) -> Iterator[str]:
    """Its address, once our topics are made and the till's rights given."""
    folder = Path(tmp_path_factory.mktemp("kafka"))
    port = processes.free_port()
    try:
        chosen = kafka.real(folder, port, processes.free_port([port]), "a test")
    except maven.OutOfReach as fault:
        pytest.skip(f"needs Apache Kafka: {fault}")
    assert chosen.unit is not None
    secured(folder / "server.properties")
    with (folder / "log").open("wb") as log:
        running = subprocess.Popen(chosen.unit.argv, cwd=folder, stdout=log, stderr=log, env=chosen.unit.env)
    try:
        deadline = time.monotonic() + 60
        while not kafka.answers(chosen.bootstrap, 1.0):
            assert running.poll() is None and time.monotonic() < deadline, (folder / "log").read_text()[-3000:]
        KafkaTopics(chosen.bootstrap).create([topics.SALE_SUBMITTED, topics.SALE_RECORDED])
        give_rights(AdminClient(connection(chosen.bootstrap)))
        yield chosen.bootstrap
    finally:
        running.terminate()
        running.wait(30)


def give_rights(admin: AdminClient) -> None:
    """Those of the page."""
    assert RIGHTS, "the page gives none"
    for right in RIGHTS:
        who, topic = re.search(r"--allow-principal (\S+)", right), re.search(r"--topic (\S+)", right)
        assert who and topic
        for operation in re.findall(r"--operation (\S+)", right):
            binding = AclBinding(
                ResourceType.TOPIC, topic[1], ResourcePatternType.LITERAL, who[1], "*",
                AclOperation[operation.upper()], AclPermissionType.ALLOW,
            )  # fmt: skip
            for done in admin.create_acls([binding]).values():
                done.result(timeout=20)


def client_of(broker: str, name: str) -> dict[str, Any]:
    return {"bootstrap.servers": broker, "security.protocol": "SASL_PLAINTEXT", "sasl.mechanism": "PLAIN",
            "sasl.username": name, "sasl.password": PASSWORDS.get(name, "wrong"), "log_level": 0}  # fmt: skip


def written(config: dict[str, Any], topic: str) -> str | None:
    """What the broker says to a record; None: it is in."""
    told: list[str | None] = []
    producer = Producer(config | {"message.timeout.ms": 30_000, "enable.idempotence": True})
    producer.produce(topic, b"{}", b"k", on_delivery=lambda fault, _: told.append(fault and fault.name()))
    assert producer.flush(40) == 0, "no answer"
    return told[0]


def test_a_till_writes_what_it_claims_and_nothing_else_and_reads_nothing(broker: str) -> None:
    till = client_of(broker, "till")
    deadline = time.monotonic() + 30
    while said := written(till, topics.SALE_SUBMITTED.name):  # rights are there a moment after they were given
        assert said == "TOPIC_AUTHORIZATION_FAILED" and time.monotonic() < deadline
    assert written(till, topics.SALE_RECORDED.name) == "TOPIC_AUTHORIZATION_FAILED"
    consumer = Consumer(till | {"group.id": "till", "auto.offset.reset": "earliest"})
    consumer.subscribe([topics.SALE_SUBMITTED.name])
    message = None
    while message is None:
        message = consumer.poll(10)
    consumer.close()
    fault = message.error()
    assert fault is not None and "AUTHORIZATION" in fault.name()


@pytest.mark.parametrize("name", ["nobody", None])
def test_who_has_no_credentials_is_not_let_in(broker: str, name: str | None) -> None:
    config = client_of(broker, name) if name else {"bootstrap.servers": broker, "log_level": 0}
    with pytest.raises(KafkaException):
        AdminClient(config).list_topics(timeout=5)


def test_ours_write_with_the_credentials_of_the_environment(broker: str) -> None:
    producer, told = KafkaProducer(broker, "ours"), list[Any]()
    record = Outgoing(topics.SALE_RECORDED.name, b"k", [], b"{}", 0)
    producer.send([record], lambda _, fault: told.append(fault))
    assert told == [None]


def test_credentials_that_are_not_whole_are_refused_at_the_start(
    environment: pytest.MonkeyPatch,
) -> None:
    with environment.context() as patch:
        patch.delenv("ALMANAC_KAFKA_PASSWORD")
        with pytest.raises(ValidationError, match="needs kafka_username and kafka_password"):
            CommonSettings()
    assert "almanac-secret" not in repr(CommonSettings())
