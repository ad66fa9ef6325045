"""The development broker, for machines that do not reach Maven Central, carries the main job too."""

from pathlib import Path

import pytest

from infra.launcher.local import System
from infra.launcher.paths import ROOT

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

SAMPLE = ROOT / "tests" / "journeys" / "sample_data.csv"


def test_sales_imported_over_the_development_broker_reach_every_store(tmp_path: Path) -> None:
    with System("--kafka=dev") as system:
        assert system.run("status", "--json", "--data", str(system.data)).count('"kind": "dev"') == 1
        system.run("import", str(SAMPLE), "--data", str(system.data))
        assert "all are equal" in system.run("verify", "--data", str(system.data))
        assert system.client().get("/sales/totals")["entries"] == 15
