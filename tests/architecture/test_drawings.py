"""The ways drawn in docs/architecture.md pass rooms that are there, none twice."""

import re
from pathlib import Path

import pytest

from infra.launcher.paths import ROOT
from tests.architecture import house

TEXT = (ROOT / "docs" / "architecture.md").read_text()
WAYS = TEXT.partition("## Three ways through the house")[2].partition("\n## ")[0]
DRAWN = {part.splitlines()[0]: part.split("```")[1] for part in WAYS.split("\n### ")[1:]}
MODULE = re.compile(rf"\b(?:{'|'.join(house.PACKAGES)})(?:\.[a-z_]+)+")


def module(name: str) -> Path | None:
    """The file or folder of a dotted name."""
    package, *inner = name.split(".")
    path = house.folder(package).joinpath(*inner)
    return next((found for found in (path.with_suffix(".py"), path / "__init__.py") if found.exists()), None)


@pytest.mark.parametrize("way", DRAWN)
def test_every_room_on_a_way_is_there_and_none_is_passed_twice(way: str) -> None:
    passed = [line.split()[0] for line in DRAWN[way].splitlines() if MODULE.match(line.strip())]
    assert len(passed) > 8
    assert [name for name in passed if module(name) is None] == []
    assert len(passed) == len(set(passed))


def test_three_ways_are_drawn_and_every_other_module_that_the_page_names_is_there() -> None:
    assert [way.split(",")[0] for way in DRAWN] == ["A sale", "A forecast", "An order"]
    names = {name for name in MODULE.findall(TEXT) if not name.endswith((".md", ".py"))}
    # A function of a module is named through it.
    assert [name for name in sorted(names) if module(name) is None and module(name.rpartition(".")[0]) is None] == []
