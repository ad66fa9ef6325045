"""What the README and the docs point at is there: pages and commands."""

import re
import subprocess
from pathlib import Path

import pytest

from infra.launcher import cli
from infra.launcher.paths import ROOT

LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")
COMMAND = re.compile(r"\./almanac ([a-z][a-z-]*)")
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    missing = [link for link in LINK.findall(page.read_text()) if not (page.parent / link).exists()]
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_that_a_page_names_is_there(page: Path) -> None:
    usage = cli.build_parser().format_help()
    missing = {name for name in COMMAND.findall(page.read_text()) if not re.search(rf"^    {name}\b", usage, re.M)}
    assert missing == set()


def test_decision_records_are_numbered_without_holes_and_each_that_is_named_is_there() -> None:
    records = sorted((ROOT / "docs" / "adr").glob("*.md"))
    numbers = [record.name[:4] for record in records]
    assert numbers == [f"{number:04}" for number in range(1, len(records) + 1)]
    assert [record.name for record in records if not record.read_text().startswith(f"# {record.name[:4]}")] == []
    told = subprocess.run(["git", "grep", "-hoE", r"(ADR |adr/)[0-9]{4}"], cwd=ROOT, capture_output=True, text=True)
    assert {found[-4:] for found in told.stdout.split("\n") if found} <= set(numbers)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_source_file_that_a_page_names_is_there(page: Path) -> None:
    told = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True).stdout.split()
    named = re.findall(r"`(\w[\w./-]*\.(?:py|tsx?|toml|ya?ml))`", page.read_text())
    assert [name for name in named if not any(file == name or file.endswith(f"/{name}") for file in told)] == []
