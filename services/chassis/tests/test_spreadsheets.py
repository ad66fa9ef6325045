"""Files for spreadsheets: whatever a cell holds, it is read back as it was, and none is computed."""

import csv
import io

import pytest
from chassis.database import Database, scalar
from chassis.spreadsheets import csv_cell_sql, csv_line, harmless

HOSTILE = [
    "plain", "", None, "=1+1", "+1", "-2", "@a", "\tx", "\rx", 'a "quoted" word', "a,b", "a\r\nb", "'already",
    '"', ",", "ünïcode", "-", "1-1", " =1",
]  # fmt: skip


def read(line: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(line, newline="")))


@pytest.mark.parametrize("text", [text for text in HOSTILE if text and text[0] in "=+-@\t\r"])
def test_what_begins_like_a_formula_is_text(text: str) -> None:
    assert harmless(text) == f"'{text}"


def test_a_line_is_read_back_cell_by_cell() -> None:
    assert read(csv_line(HOSTILE)) == [[harmless(cell) for cell in HOSTILE]]


def test_the_database_writes_the_same_cells(database: Database) -> None:
    with database.snapshot() as connection:
        for text in HOSTILE:
            source = "(SELECT CAST(:t AS text) AS cell) AS c"
            written = scalar(connection, f"SELECT {csv_cell_sql('cell')} FROM {source}", t=text)
            assert read(f"{written},end") == [[harmless(text), "end"]]
