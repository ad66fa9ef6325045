"""What a till with a fault publishes: claims whose quantities are words, each of which becomes a dead letter."""

import json

import pytest
from chassis.event_log import Outgoing
from chassis.kafka import KafkaProducer
from contracts.topics import SALE_SUBMITTED


def submit_unreadable(kafka: str, *quantities: str) -> None:
    """Publish a claim of each quantity in the name of `till`."""
    headers = {"ce_specversion": "1.0", "ce_type": "sale-submitted", "ce_source": "till", "ce_id": "1"}
    raw = [(name, value.encode()) for name, value in headers.items()]
    values = [json.dumps({"sku": "LAMP", "quantity": quantity}).encode() for quantity in quantities]
    KafkaProducer(kafka).send(
        [Outgoing(SALE_SUBMITTED.name, b"main:LAMP", raw, value, 0) for value in values],
        lambda _, error: None if error is None else pytest.fail(str(error)),
    )
