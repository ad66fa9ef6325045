"""What the README and the docs point at is there: pages and commands."""

import re
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
