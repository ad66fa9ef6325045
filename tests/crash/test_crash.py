"""The two-minute form of `./almanac crash-test`: nothing lost, nothing twice, and the careless consumer is caught."""

import json
from pathlib import Path

import pytest

from tests.crash.__main__ import main


@pytest.mark.e2e
@pytest.mark.timeout(900)
def test_kills_lose_nothing_and_double_nothing_and_a_careless_consumer_is_caught(tmp_path: Path) -> None:
    report = tmp_path / "crash.json"
    counts = ["--kills", "12", "--kafka-kills", "1", "--postgres-kills", "1", "--pauses", "1"]
    code = main([*counts, "--rate", "400", "--naive", "--json", str(report)])
    found = json.loads(report.read_text())
    assert (found["lost"], found["duplicates"], float(found["sum_difference"])) == (0, 0, 0), found
    assert found["http_500"] == 0 and found["never_back"] == [], found
    assert found["kills"] >= 10 and found["acknowledged"] > 1000, found
    assert found["naive"]["lost"] or found["naive"]["duplicates"], "the check cannot tell a careless consumer"
    assert code == 0
