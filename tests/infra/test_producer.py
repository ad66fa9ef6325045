"""The producer that integrators copy: what it publishes is what the ledger accepts, with ids that survive a retry."""

import subprocess
import uuid
from decimal import Decimal
from pathlib import Path

import pytest
from chassis.kafka import KafkaReader, KafkaTopics
from contracts.envelope import decode
from contracts.events import SaleSubmitted
from contracts.keys import series_key
from contracts.topics import SALE_SUBMITTED
from hypothesis import given
from hypothesis import strategies as st

from infra import producer
from infra.launcher.paths import PYTHON, ROOT

LINES = (
    "sku,quantity,unit_price,sold_at,location\n" + "lamp-1,2,9.90,2026-01-05T10:00:00Z,north:1\n" * 2 + "LAMP-2,1,,,\n"
)


@given(st.text(min_size=1, max_size=20), st.text(min_size=1, max_size=20))
def test_its_key_is_the_key_of_the_contracts(sku: str, location: str) -> None:
    assert producer.series_key(sku, location) == series_key(sku.strip().upper(), location)


def test_equal_lines_are_two_sales_and_the_same_two_the_next_time(tmp_path: Path) -> None:
    file = tmp_path / "sales.csv"
    file.write_text(LINES)
    first = [sale_id for sale_id, _ in producer.from_file(file)]
    assert len(set(first)) == 3
    assert [sale_id for sale_id, _ in producer.from_file(file)] == first


def test_a_file_without_a_needed_column_is_refused(tmp_path: Path) -> None:
    (tmp_path / "bad.csv").write_text("sku,amount\nA,1\n")
    with pytest.raises(SystemExit, match="no column quantity"):
        list(producer.from_file(tmp_path / "bad.csv"))


def test_what_the_command_publishes_decodes_as_the_contract_says(kafka: str, tmp_path: Path) -> None:
    topics = KafkaTopics(kafka)
    topics.create([SALE_SUBMITTED])
    source = f"till-{uuid.uuid4()}"
    (tmp_path / "sales.csv").write_text(LINES)
    command = [str(PYTHON), "-m", "infra.producer", "--bootstrap", kafka, "--file", str(tmp_path / "sales.csv")]
    done = subprocess.run([*command, "--source", source], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (done.returncode, "3 sales delivered" in done.stdout) == (0, True), done.stderr

    reader = KafkaReader(kafka, dict.fromkeys(topics.partitions(SALE_SUBMITTED.name), 0))
    found: list[SaleSubmitted] = []
    while len(found) < 3:
        for record in reader.poll(100, 5.0):
            event = decode(record.headers, record.value)
            if event.source == source:
                assert isinstance(event.payload, SaleSubmitted)
                assert record.key == event.payload.key.encode()
                found.append(event.payload)
    reader.close()
    assert (
        sorted((sale.sku, sale.location, sale.quantity, sale.unit_price) for sale in found if sale.unit_price)
        == [("LAMP-1", "north:1", Decimal(2), Decimal("9.90"))] * 2
    )
