"""A small file that writes out to a large one, of whatever kind, is refused before it is, or read in little memory."""

import contextlib
import io
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest
from chassis.reading import bounds, tables
from chassis.reading.bounds import MOST_CELL, MOST_COLUMNS, UnreadableFile
from pyarrow import parquet

from services.chassis.tests import bombs

ROOT = Path(__file__).parents[3]
MOST_MIB = 160  # that a process may grow by: all it has read ahead, and a batch
READ = {"one_word_a_million_times": 1_000_000}  # of these nothing is too large

needs_proc = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="peaks are read from /proc")


@needs_proc
@pytest.mark.parametrize("kind", bombs.KINDS)
def test_a_bomb_takes_little_memory_and_says_what_it_is(kind: str, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(bombs.KINDS[kind]())
    command = [sys.executable, "-m", "services.chassis.tests.bombs", str(file)]
    environment = {"PYTHONPATH": ":".join(map(str, (ROOT, ROOT / "services/chassis", ROOT / "services/contracts")))}
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    grown, lines, said = done.stdout.strip().split("\t")
    assert (int(lines), said == "read") == (READ.get(kind, 0), kind in READ), said
    assert int(grown) < MOST_MIB


def read(content: bytes) -> int:
    file, line = io.BytesIO(content), 0
    for line, _ in tables.rows(file, tables.layout(file)):  # noqa: B007
        pass
    return line


def test_lines_are_read_up_to_the_last_that_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "MOST_LINES", 1000)
    assert read(b"a,b\n" + b"1,1\n" * 1000) == 1000
    with pytest.raises(UnreadableFile, match="more than 1,000 lines"):
        read(b"a,b\n" + b"1,1\n" * 1001)


def test_columns_and_cells_are_read_up_to_the_largest_that_may_be() -> None:
    names = ",".join(f"c{place}" for place in range(MOST_COLUMNS))
    assert read(f"{names}\n{','.join('1' * MOST_COLUMNS)}\n".encode()) == 1
    with pytest.raises(UnreadableFile, match="1,001 columns"):
        read(f"{names},more\n1\n".encode())
    assert read(b"a,b\n1," + b"x" * MOST_CELL + b"\n") == 1
    with pytest.raises(UnreadableFile, match="field larger"):
        read(b"a,b\n1," + b"x" * (MOST_CELL + 1) + b"\n")


@pytest.mark.parametrize("options", [
    {}, {"compression": "gzip"}, {"use_dictionary": False}, {"data_page_version": "2.0"}, {"row_group_size": 700},
    {"data_page_size": 500, "use_dictionary": False}, {"version": "1.0"},
    {"write_page_index": True, "row_group_size": 99},
], ids=str)  # fmt: skip
def test_ordinary_parquet_is_read_cell_by_cell_however_it_was_written(options: dict[str, object]) -> None:
    words = [None if place % 7 == 0 else f"sku {place % 50} ü" for place in range(5_000)]
    table = pa.table({"sku": words, "quantity": [place / 4 for place in range(5_000)], "n": range(5_000)})
    out = io.BytesIO()
    parquet.write_table(table, out, **options)
    found = list(tables.rows(out, tables.layout(out)))
    expected = [{"sku": word or "", "quantity": repr(place / 4), "n": str(place)} for place, word in enumerate(words)]
    assert found == list(enumerate(expected, 1))


def test_a_parquet_file_that_is_cut_off_or_changed_anywhere_is_read_or_refused_and_nothing_worse() -> None:
    out = io.BytesIO()
    parquet.write_table(pa.table({"sku": ["A", "B", None] * 100, "n": range(300)}), out, compression="none")
    whole = out.getvalue()
    for place in range(4, len(whole), 3):
        for broken in (whole[:place], whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :]):
            with contextlib.suppress(UnreadableFile):
                read(broken)


def test_a_cell_that_is_no_text_or_no_day_harms_no_other() -> None:
    broken = pa.StringArray.from_buffers(2, pa.array([0, 1, 2], pa.int32()).buffers()[1], pa.py_buffer(b"A\xff"))
    days = pa.array([0, 2**31 - 1], pa.int32()).cast(pa.date32())
    out = io.BytesIO()
    parquet.write_table(pa.table({"sku": broken, "day": days}), out)
    found = [row for _, row in tables.rows(out, tables.layout(out))]
    assert [row["sku"] for row in found] == ["A", "\ufffd"]
    assert found[0]["day"] == "1970-01-01" and found[1]["day"]
