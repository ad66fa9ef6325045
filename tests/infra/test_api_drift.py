"""What the dashboard's client is generated from says what the services do, and what is generated follows it."""

import subprocess

import pytest

from infra.launcher.paths import PYTHON, ROOT


@pytest.mark.parametrize("script", ["openapi.py", "topics.py"])
def test_what_the_dashboard_is_generated_from_is_the_services_own(script: str) -> None:
    command = [str(PYTHON), str(ROOT / "frontend" / "scripts" / script), "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
