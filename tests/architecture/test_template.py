"""Every service with a schema is put together in the same way, so that who knows one knows all."""

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from chassis.service import Service
from chassis.settings import ServiceSettings

from tests.architecture import house

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", house.SERVICES)
def test_a_service_has_the_template(name: str) -> None:
    app, settings = import_module(f"{name}.app"), import_module(f"{name}.settings").Settings
    root = app.ROOT
    assert isinstance(root, Service) and issubclass(settings, ServiceSettings)
    assert (root.name, root.settings, root.migrations) == (name, settings, app.MIGRATIONS)
    assert root.build_api is app.build_api and root.workers["worker"] is app.build_worker
    assert {f"build_{role}" for role in root.workers} <= set(vars(app)), (
        "a process is built by the function of its name"
    )


def test_the_entry_points_are_the_same_but_for_the_name() -> None:
    texts = {
        (ROOT / "services" / name / name / "__main__.py").read_text().partition('"""\n\n')[2].replace(name, "SERVICE")
        for name in house.SERVICES
    }
    assert len(texts) == 1


@pytest.mark.parametrize("name", house.SERVICES)
def test_the_composition_root_imports_no_http_framework_and_no_data_frames(name: str) -> None:
    program = (
        f"import sys, {name}.app; print(sorted(set(sys.modules) &"
        " {'fastapi', 'uvicorn', 'pandas', 'polars', 'numpy', 'confluent_kafka', 'alembic'}))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"
