"""`./almanac lock`: compiles requirements/*.in and the services' dependencies into hash-pinned files.

No index address is ever written. `test.txt` holds all of `runtime.txt`, and the optional files are constrained by it,
so that whatever is installed together agrees. Each service's container image gets only what that service needs.
"""

import subprocess
import tempfile
from pathlib import Path

from infra.launcher.bootstrap import find_uv
from infra.launcher.console import step
from infra.launcher.errors import LauncherError
from infra.launcher.paths import REQUIREMENTS, ROOT

SHARED_BY_SERVICES = ("chassis", "contracts")
OPTIONAL = ("maven", "java", "node", "kafka-dev", "postgres-wheel", "bench", "dask", "lstm")


def run(*, upgrade: bool = False) -> int:
    """Recompiles every file; with `upgrade` to the newest versions that the bounds allow."""
    pyprojects = sorted((ROOT / "services").glob("*/pyproject.toml"))
    runtime, test = REQUIREMENTS / "runtime.txt", REQUIREMENTS / "test.txt"
    _compile([REQUIREMENTS / "bootstrap.in"], REQUIREMENTS / "bootstrap.txt", upgrade=upgrade)
    _compile([*pyprojects, REQUIREMENTS / "runtime.in"], runtime, upgrade=upgrade)
    _compile([*pyprojects, REQUIREMENTS / "runtime.in", REQUIREMENTS / "test.in"], test, [runtime], upgrade=upgrade)
    for name in OPTIONAL:
        _compile([REQUIREMENTS / f"{name}.in"], REQUIREMENTS / f"{name}.txt", [test], upgrade=upgrade)
    shared = [ROOT / "services" / name / "pyproject.toml" for name in SHARED_BY_SERVICES]
    for pyproject in pyprojects:
        if pyproject not in shared:
            _compile([pyproject, *shared], pyproject.parent / "requirements.txt", [runtime], upgrade=upgrade)
    return 0


def _compile(sources: list[Path], target: Path, constraints: list[Path] | None = None, *, upgrade: bool) -> None:
    command = [str(find_uv()), "pip", "compile", "--quiet", "--universal", "--python-version", "3.11"]
    command += ["--generate-hashes", "--no-emit-index-url", "--no-header", "--no-annotate"]
    command += [str(source) for source in sources]
    for constraint in constraints or []:
        command += ["--constraints", str(constraint)]
    with step(f"Locking {target.relative_to(ROOT)}"), tempfile.TemporaryDirectory() as scratch:
        fresh = Path(scratch) / target.name
        if target.exists() and not upgrade:
            fresh.write_bytes(target.read_bytes())  # uv keeps the versions it finds in its output file
        done = subprocess.run([*command, "--output-file", str(fresh)], capture_output=True, text=True, cwd=ROOT)
        if done.returncode:
            raise LauncherError(f"Locking {target.name} failed:\n{done.stderr.strip()}")
        target.write_bytes(fresh.read_bytes())
