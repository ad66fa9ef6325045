"""`./almanac import`: a file of sales by itself, of anything else by its kind; faults are said where they stand."""

from pathlib import Path
from typing import Any

import pytest
from catalog.application.imports.kinds import KINDS

from infra.launcher import imports
from infra.launcher.cli import SHOP_KINDS, build_parser

FAULT = {"line": 3, "column": "sku", "cell": "X9", "code": "unknown_product", "message": "is no known product"}
COUNTS = {"total": 2, "created": 1, "changed": 0, "unchanged": 0, "refused": 1, "reasons": {"unknown_product": 1}}


class RunningShop:
    """Answers as the running system would, and keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def request(self, method: str, path: str, *_: Any) -> dict[str, Any]:
        self.asked.append(f"{method} {path}")
        how = {"format": "csv", "encoding": "utf-8", "delimiter": ";", "mapping": {"sku": "Artikel"}, "missing": []}
        told = {"warnings": ["read so"], "questions": ["1.200?"], "lines": [{"line": 3, "errors": [FAULT]}]}
        return how | COUNTS | told if "preview" in path else {"id": "I1"}

    def get(self, path: str, **_: Any) -> dict[str, Any]:
        self.asked.append(f"GET {path}")
        if path.endswith("/errors"):
            return {"items": [{"line": 3, "errors": [FAULT]}]}
        return {
            "status": "succeeded",
            "total": 2,
            "created": 1,
            "changed": 0,
            "unchanged": 0,
            "refused": 1,
            "reasons": {},
        }


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "stock.csv"
    path.write_text("Artikel;Bestand\n")
    return path


def test_every_kind_that_catalog_takes_can_be_named_and_sales_need_no_name() -> None:
    assert set(SHOP_KINDS) == set(KINDS)
    parse = build_parser().parse_args
    assert (parse(["import", "a.csv"]).kind, parse(["import", "stock", "a.csv"]).kind) == ("sales", "stock")


def test_a_file_is_followed_to_its_end_and_its_faults_are_said(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    api = RunningShop()
    imports.import_file(api, file, None, "stock")  # type: ignore[arg-type]
    assert api.asked[0] == "POST /shop-imports/stock?name=stock.csv"
    said = capsys.readouterr().out
    assert "2 lines: 1 created, 0 changed, 0 unchanged, 1 refused" in said
    assert "line 3, sku 'X9': is no known product (unknown_product)" in said


def test_a_preview_that_leaves_a_question_open_ends_with_one(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert imports.preview_file(RunningShop(), file, None, "stock") == 1  # type: ignore[arg-type]
    said = capsys.readouterr().out
    assert "To be answered in the mapping: 1.200?" in said and "line 3, sku 'X9'" in said and "read so" in said
