"""How every client of ours reaches Kafka: the address, and the credentials that the environment names."""

from typing import Any

from chassis.settings import KafkaAccess


def connection(bootstrap: str) -> dict[str, Any]:
    """The settings of librdkafka that every client begins with."""
    access = KafkaAccess()
    found: dict[str, Any] = {"bootstrap.servers": bootstrap, "security.protocol": access.kafka_security_protocol}
    if "SASL" in access.kafka_security_protocol:
        found |= {
            "sasl.mechanism": access.kafka_sasl_mechanism, "sasl.username": access.kafka_username,
            "sasl.password": access.kafka_password.get_secret_value(),
        }  # fmt: skip
    if access.kafka_ca_file is not None:
        found["ssl.ca.location"] = str(access.kafka_ca_file)
    return found
