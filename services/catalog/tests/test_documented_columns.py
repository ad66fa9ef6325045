"""The columns that docs/imports.md names may head a file: who copies them from there is understood."""

import re
from pathlib import Path

import pytest
from catalog.application.imports.kinds import KINDS
from chassis.reading.headers import found

DOCS = Path(__file__).parents[3] / "docs" / "imports.md"


def documented() -> dict[str, list[str]]:
    """The columns of each kind, as its row of the table names them."""
    rows = re.findall(r"^\| `(\w+)` \| ([^|]+) \|", DOCS.read_text(), re.M)
    return {
        kind: re.split(r", | or ", re.sub(r"\([^)]*\)|\*\*", "", columns).strip())
        for kind, columns in rows
        if kind in KINDS
    }


def test_every_kind_has_its_columns_documented() -> None:
    assert documented().keys() == KINDS.keys()


@pytest.mark.parametrize("kind", KINDS)
def test_each_documented_column_is_found_by_its_name(kind: str) -> None:
    headers = [name.strip() for name in documented()[kind]]
    columns = found({}, headers, {each.target: each.words for each in KINDS[kind].columns})
    assert set(headers) - set(columns.values()) == set()
