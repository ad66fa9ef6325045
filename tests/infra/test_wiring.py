"""docs/architecture.md says where a service is wired: those files, and no others, know all services by name."""

import re
import subprocess

from infra.launcher.paths import ROOT
from tests.architecture import house

MAP = (ROOT / "docs" / "architecture.md").read_text().partition("### Where a service is wired")[2].partition("\n## ")[0]
NAMED = {name for row in MAP.splitlines() if row.startswith("| `") for name in re.findall(r"`([^`]+)`", row)}
APART = r"docs/|frontend/|requirements/|(services/\w+/)?tests/|.*\.md$"  # they describe, are made, or compare


def names_all(text: str) -> bool:
    """Whether it says the name of every service, as a word or as that of a variable."""
    return all(re.search(rf"(?<![a-z]){name}(?![a-z])", text, re.IGNORECASE) for name in house.SERVICES)


def test_every_file_of_the_map_is_there_for_every_service() -> None:
    per_service = [name.replace("<service>", service) for name in NAMED for service in house.SERVICES]
    assert [name for name in per_service if not (ROOT / name).is_file()] == []


def test_every_file_that_knows_all_services_is_on_the_map() -> None:
    told = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    code = [name for name in told if not re.match(APART, name)]
    knowing = {name for name in code if names_all((ROOT / name).read_text("utf-8", "replace"))}
    on_the_map = {name for name in NAMED if "<" not in name and not re.match(APART, name)}
    assert knowing == on_the_map
