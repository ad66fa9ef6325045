"""`./almanac import --undo`, `--failed`, `--mend` and `./almanac codes`: what a person does of an ended import."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from infra.launcher import codes, commands, mending
from infra.launcher.cli import build_parser
from infra.launcher.client import ApiError
from infra.launcher.errors import LauncherError

FAILED = [
    {"line": 2, "code": "bad_number", "column": "quantity", "message": "'x' is not a number",
     "cells": {"sku": "A", "quantity": "x"}, "mended": None},
    {"line": 7, "code": "missing", "column": "sku", "message": "is empty",
     "cells": {"sku": "", "quantity": "3"}, "mended": {"sku": "B?"}},
]  # fmt: skip
ENDED = {"status": "succeeded", "message": None}
SALES = {"undone": 5, "withdrawn": 1, "kept": 2, "undo": ENDED, "mend": ENDED, "total": 9, "recorded": 8, "rejected": 1}
SHOP = {"undone": {"lines": 3, "kept": {"it was changed since": 1}}, "created": 3, "refused": 0, "total": 3}


class Running:
    """Answers as the running system would, and keeps what it was told."""

    def __init__(self, home: str) -> None:
        self.home, self.told = home, list[tuple[str, Any]]()

    def get(self, path: str, **_: Any) -> dict[str, Any]:
        if not path.startswith(self.home + "/"):
            raise ApiError(404, {}, path)
        return SALES if self.home == "/imports" else SHOP

    def post(self, path: str, body: Any = None) -> dict[str, Any]:
        self.told.append((path, body))
        decided = {"code": "X", "decision": "mapped", "sku": "S", "recorded": 4, "rejected": 0, "waiting": 0}
        faults = [{"line": 7, "column": "sku", "code": "bad_value", "message": "too long"}]
        return decided if "code" in path else self.get(path) | {"faults": faults if body and len(body) else []}

    def items(self, path: str, **_: Any) -> Iterator[dict[str, Any]]:
        yield from FAILED if path.endswith("/errors") else []


def test_an_import_of_either_kind_is_taken_back(capsys: pytest.CaptureFixture[str]) -> None:
    for home, said in (("/imports", "5 sales voided"), ("/shop-imports", "1 stay: it was changed since")):
        client = Running(home)
        mending.undo(client, "I1")  # type: ignore[arg-type]
        assert client.told == [(f"{home}/I1/undo", None)]
        assert said in capsys.readouterr().out
    with pytest.raises(LauncherError, match="no import"):
        mending.undo(Running("/elsewhere"), "I1")  # type: ignore[arg-type]


def test_failed_lines_are_written_corrected_and_sent_back_with_what_was_changed_alone(tmp_path: Path) -> None:
    client, file = Running("/imports"), tmp_path / "failed.csv"
    mending.write_failed(client, "I1", file)  # type: ignore[arg-type]
    rows = list(csv.DictReader(file.open(encoding="utf-8-sig", newline="")))
    assert [(row["line"], row["sku"], row["quantity"]) for row in rows] == [("2", "A", "x"), ("7", "B?", "3")]
    assert rows[0]["what is wrong"] == "quantity: 'x' is not a number (bad_number)"
    file.write_text(file.read_text().replace(",x", ",12"))
    assert mending.mend(client, "I1", file) == 1  # type: ignore[arg-type]
    assert client.told == [("/imports/I1/mend", {"lines": [{"line": 2, "cells": {"quantity": "12"}}]})]


@pytest.mark.parametrize("text", ["sku,quantity\nA,1\n", "line,sku\n3,A\n", "line,sku\n2,A\n"])
def test_a_csv_that_corrects_no_failed_line_is_refused_and_nothing_is_sent(tmp_path: Path, text: str) -> None:
    client, file = Running("/imports"), tmp_path / "wrong.csv"
    file.write_text(text)
    with pytest.raises(LauncherError):
        mending.mend(client, "I1", file)  # type: ignore[arg-type]
    assert client.told == []


def test_a_spreadsheets_semicolons_are_read(tmp_path: Path) -> None:
    client, file = Running("/imports"), tmp_path / "excel.csv"
    file.write_text("line;what is wrong;sku;quantity\r\n2;x;A;5\r\n", encoding="utf-8-sig")
    mending.mend(client, "I1", file)  # type: ignore[arg-type]
    assert client.told[0][1] == {"lines": [{"line": 2, "cells": {"quantity": "5"}}]}


def test_codes_are_decided_by_command(capsys: pytest.CaptureFixture[str]) -> None:
    parse = build_parser().parse_args
    client = Running("/imports")
    for said, path, body in (
        (["map", "X", "S"], "/sales/unknown-codes/map", {"code": "X", "sku": "S"}),
        (["make", "X", "--name", "Tea"], "/sales/unknown-codes/make", {"code": "X", "name": "Tea"}),
        (["dismiss", "X"], "/sales/unknown-codes/dismiss", {"code": "X"}),
        (["forget", "X"], "/sales/code-decisions/revoke", {"code": "X"}),
    ):
        options = parse(["codes", *said])
        assert codes.wrong(options) is None
        codes.run(client, options)  # type: ignore[arg-type]
        assert client.told[-1] == (path, body)
    codes.run(client, parse(["codes"]))  # type: ignore[arg-type]
    assert "No sale waits" in capsys.readouterr().out
    assert [codes.wrong(parse(["codes", *said])) for said in (["map", "X"], ["make"], ["list", "X"])] == [
        "map CODE SKU", "make CODE", "list",
    ]  # fmt: skip


def test_import_takes_a_file_or_what_is_to_be_done_of_an_import() -> None:
    parse = build_parser().parse_args
    given = parse(["import", "--undo", "I1"])
    assert (given.undo, given.file, given.kind) == ("I1", None, "sales")
    given = parse(["import", "--mend", "I1", "fixed.csv"])
    assert (given.mend, given.file) == ("I1", Path("fixed.csv"))
    with pytest.raises(LauncherError, match="Which file"):
        commands.import_file(parse(["import"]))
    with pytest.raises(SystemExit):
        parse(["import", "spoons", "a.csv"])
