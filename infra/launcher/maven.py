"""Jars from Maven Central by exact coordinates, each checked against the SHA-256 that the project ships.

Guarantee: a folder in the cache is complete and its sums are right, or it does not exist: everything is fetched into
a temporary folder, checked, then renamed. Nothing resolves dependencies; the list of parts is the whole class path.
"""

import errno
import hashlib
import importlib
import os
import shutil
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from infra.launcher import bootstrap
from infra.launcher.console import Step, step
from infra.launcher.errors import LauncherError
from infra.launcher.paths import PARTS, PYTHON, cache_dir

AT_ONCE = 8


class OutOfReach(LauncherError):
    """Maven Central (or the mirror that was named) gave no answer."""


@dataclass(frozen=True)
class Part:
    """One jar."""

    group: str
    artifact: str
    version: str
    sha256: str

    @property
    def file_name(self) -> str:
        """The jar's usual name."""
        return f"{self.artifact}-{self.version}.jar"


def read_parts(name: str) -> list[Part]:
    """A shipped list of parts: `group:artifact:version sha256` a line."""
    parts = []
    for line in (PARTS / name).read_text().splitlines():
        if line.strip() and not line.startswith("#"):
            coordinates, sha256 = line.split()
            group, artifact, version = coordinates.split(":")
            parts.append(Part(group, artifact, version, sha256))
    return parts


def complete(folder: Path, parts: list[Part]) -> bool:
    """Whether the folder holds every part with the right sum."""
    return all(_sum_is_right(folder / part.file_name, part) for part in parts)


def fetch(parts: list[Part], folder: Path, title: str) -> Path:
    """Puts the parts into `folder`, whole and checked; a folder with a damaged part is fetched anew."""
    if folder.exists() and complete(folder, parts):
        return folder
    bootstrap.ensure("maven")
    importlib.invalidate_caches()  # it may have been installed a moment ago, under this running process
    folder.parent.mkdir(parents=True, exist_ok=True)
    with step(f"Fetching {title}") as progress, tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        staged = Path(scratch) / folder.name
        staged.mkdir(mode=0o755)
        repository = Path(scratch) / "repository"
        with ThreadPoolExecutor(AT_ONCE) as pool:
            jobs = [pool.submit(_fetch_one, part, repository, staged) for part in parts]
            try:
                for number, job in enumerate(jobs, 1):
                    job.result()
                    progress.note = f"{number} of {len(parts)} files"
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise
        _put_in_place(staged, folder, progress)
    return folder


def _put_in_place(staged: Path, folder: Path, progress: Step) -> None:
    if folder.exists():
        shutil.rmtree(folder)
    try:
        staged.rename(folder)
    except OSError:
        if not folder.exists():  # else another command was faster, with the same checked files
            raise
    size = sum(file.stat().st_size for file in folder.iterdir())
    progress.result = f"{size / 1e6:.0f} MB, sums checked"


def _fetch_one(part: Part, repository: Path, folder: Path) -> None:
    mirror = os.environ.get("ALMANAC_MAVEN_URL")
    maven = importlib.import_module("jgo.maven")
    context = maven.MavenContext(repo_cache=repository, remote_repos={"mirror": mirror} if mirror else None)
    project = context.project(part.group, part.artifact)
    try:
        file = Path(project.at_version(part.version).artifact(packaging="jar").resolve())
    except OSError as fault:
        if fault.errno == errno.ENOSPC:
            raise
        raise OutOfReach(f"Maven Central is out of reach ({type(fault).__name__}).") from fault
    except Exception as fault:
        raise OutOfReach(f"{part.artifact} {part.version} could not be had from Maven Central ({fault}).") from fault
    if not _sum_is_right(file, part):
        raise LauncherError(
            f"{part.file_name} as downloaded has another SHA-256 than the project expects: "
            "the download was damaged or tampered with. Try again; if it persists, look at the mirror or proxy."
        )
    shutil.copyfile(file, folder / part.file_name)


def _sum_is_right(file: Path, part: Part) -> bool:
    if not file.exists():
        return False
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest() == part.sha256


def cached(name: str) -> Path:
    """The cache's folder of that name."""
    return cache_dir() / name


def python_package_path(expression: str, module: str) -> Path:
    """Evaluates an expression about an installed package in a fresh interpreter of the environment.

    A package that was installed a moment ago is not seen by the running process for certain.
    """
    code = f"import {module}; print({expression})"
    told = subprocess.run([str(PYTHON), "-P", "-c", code], capture_output=True, text=True)
    if told.returncode:
        raise LauncherError(f"The Python package {module} does not work here: {told.stderr.strip().splitlines()[-1]}")
    return Path(told.stdout.strip())
