"""What `almanac forecast` is given: taken whatever a file is called, or refused in one line that says what to do."""

import codecs
import gzip
import zipfile
from io import BytesIO
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from forecaster import cli

LINES = "unique_id,ds,sold\nA,2026-01-01,1\n"  # without y: whoever says that it lacks has read the header


def packed(name: str) -> bytes:
    held = BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr(name, LINES)
    return held.getvalue()


def parquet() -> bytes:
    held = BytesIO()
    pq.write_table(pa.table({"unique_id": ["A"], "ds": ["2026-01-01"]}), held)
    return held.getvalue()


def said(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, content: bytes) -> str:
    (tmp_path / name).write_bytes(content)
    out = tmp_path / "out.csv"
    arguments = ["forecast", str(tmp_path / name), "--freq", "D", "--horizon", "2", "--out", str(out), "--quiet"]
    assert cli.main(arguments) == 2
    assert not out.exists()
    (line,) = capsys.readouterr().err.splitlines()
    return line


@pytest.mark.parametrize(("name", "content"), [
    ("h.xlsx", packed("[Content_Types].xml")), ("h.ods", packed("mimetype")), ("h.csv", packed("xl/workbook.xml")),
    ("h.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)),
], ids=["Excel", "OpenDocument", "Excel called CSV", "old Excel"])  # fmt: skip
def test_a_workbook_is_refused_with_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, content: bytes
) -> None:
    assert "save its sheet as CSV" in said(tmp_path, capsys, name, content)


@pytest.mark.parametrize(("name", "content", "does"), [
    ("h.zip", packed("sales.csv"), "unpack it"), ("h.csv.gz", gzip.compress(LINES.encode()), "unpack it"),
    ("h.xls", b"\n<html><table>", "save that as CSV"), ("h.csv", b"", "cannot be read"),
    ("h.csv", LINES.encode("utf-16-be"), "missing"),
], ids=["archive", "gzip", "page", "empty", "UTF-16 unmarked"])  # fmt: skip
def test_what_is_no_table_is_refused_with_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, content: bytes, does: str
) -> None:
    assert does in said(tmp_path, capsys, name, content)


@pytest.mark.parametrize("content", [
    *(LINES.replace(",", sign).encode() for sign in ",;\t|"), codecs.BOM_UTF8 + LINES.encode(), LINES.encode("utf-16"),
    LINES.replace("\n", "\r\n").encode(), b'"unique_id";"ds"\nA;2026-01-01\n', parquet(),
])  # fmt: skip
@pytest.mark.parametrize("name", ["h.csv", "h.txt", "history"])
def test_a_table_is_read_whatever_its_delimiter_its_encoding_and_its_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, content: bytes
) -> None:
    assert said(tmp_path, capsys, name, content) == "forecast: history: column y is missing"
