"""The API's description that the dashboard's client is generated from says what the services do."""

import subprocess

from infra.launcher.paths import PYTHON, ROOT


def test_the_committed_api_description_is_the_services_own() -> None:
    command = [str(PYTHON), str(ROOT / "frontend" / "scripts" / "openapi.py"), "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
