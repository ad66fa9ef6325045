"""What is pinned is what the services declare, with hashes and without any index's address."""

import re
import tomllib
from pathlib import Path

import pytest

from infra.launcher.paths import REQUIREMENTS, ROOT

PYPROJECTS = sorted((ROOT / "services").glob("*/pyproject.toml"))
LOCKED = sorted([*REQUIREMENTS.glob("*.txt"), *(ROOT / "services").glob("*/requirements.txt")])
SHARED = ("chassis", "contracts")


def names(lines: list[str]) -> set[str]:
    """The packages that requirement lines name."""
    found = (re.match(r"([A-Za-z0-9][A-Za-z0-9._-]*)", line) for line in lines)
    return {re.sub(r"[-_.]+", "-", match[1]).lower() for match in found if match}


def declared(pyproject: Path) -> set[str]:
    """A service's own dependencies."""
    return names(tomllib.loads(pyproject.read_text())["project"]["dependencies"])


def versions(file: Path) -> set[str]:
    """`name==version` of every pinned package."""
    return set(re.findall(r"^([\w.-]+==[^ ;\\]+)", file.read_text(), re.MULTILINE))


@pytest.mark.parametrize("pyproject", PYPROJECTS, ids=lambda file: file.parent.name)
def test_every_dependency_of_a_service_is_pinned_here_and_in_its_image(pyproject: Path) -> None:
    runtime = names((REQUIREMENTS / "runtime.txt").read_text().splitlines())
    assert declared(pyproject) <= runtime, "run `./almanac lock`"
    if pyproject.parent.name not in SHARED:
        needed = declared(pyproject).union(*(declared(ROOT / "services" / name / "pyproject.toml") for name in SHARED))
        assert needed <= names((pyproject.parent / "requirements.txt").read_text().splitlines()), "run `./almanac lock`"


def test_images_and_tests_use_the_versions_of_the_local_run() -> None:
    runtime = versions(REQUIREMENTS / "runtime.txt")
    assert runtime <= versions(REQUIREMENTS / "test.txt")
    for file in (ROOT / "services").glob("*/requirements.txt"):
        assert versions(file) <= runtime, file


@pytest.mark.parametrize("file", LOCKED, ids=lambda file: "/".join(file.parts[-2:]))
def test_every_pinned_package_has_a_hash_and_no_file_names_an_index(file: Path) -> None:
    text = file.read_text()
    packages = re.findall(r"^[\w.-]+==.*?(?=^[\w.-]+==|\Z)", text, re.MULTILINE | re.DOTALL)
    assert packages
    assert all("--hash=sha256:" in package for package in packages)
    assert "://" not in text
    assert "index" not in re.sub(r"^[\w.-]+==.*$", "", text, flags=re.MULTILINE)


def test_the_image_of_a_service_carries_no_others_heavy_packages() -> None:
    heavy = {"scikit-learn", "lightgbm", "numba", "pandas"}
    for service in ("auth", "gateway"):
        assert not heavy & names((ROOT / "services" / service / "requirements.txt").read_text().splitlines())
