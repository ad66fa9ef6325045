"""`./almanac import`: a file of sales by itself, of anything else by its kind; faults are said where they stand."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from catalog.application.imports.kinds import KINDS

from infra.launcher import imports
from infra.launcher.cli import SHOP_KINDS, build_parser
from infra.launcher.client import ApiError
from infra.launcher.errors import LauncherError

FAULT = {"line": 3, "column": "sku", "cell": "X9", "code": "unknown_product", "message": "is no known product"}
COUNTS = {"total": 2, "created": 1, "changed": 0, "unchanged": 0, "refused": 1, "reasons": {"unknown_product": 1}}


class RunningShop:
    """Answers as the running system would, and keeps what it was asked."""

    def __init__(self, refuses: dict[str, str] | None = None) -> None:
        self.asked: list[str] = []
        self.refuses = refuses

    def request(self, method: str, path: str, *_: Any) -> dict[str, Any]:
        self.asked.append(f"{method} {path}")
        how = {"format": "csv", "encoding": "utf-8", "delimiter": ";", "mapping": {"sku": "Artikel"}, "missing": []}
        told = {"warnings": ["read so"], "questions": ["03/04?"], "lines": [{"line": 3, "errors": [FAULT]}]}
        answers = [{"value": True, "means": "3 April"}, {"value": False, "means": "4 March"}]
        told["asked"] = [{"setting": "day_first", "message": "03/04?", "answers": answers}]
        if self.refuses and "preview" not in path:
            raise ApiError(422, {"detail": "no", "errors": [self.refuses]}, f"{method} {path}")
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


def test_a_preview_that_leaves_a_question_open_ends_with_one_and_names_the_options_that_answer_it(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert imports.preview_file(RunningShop(), file, None, "stock") == 1  # type: ignore[arg-type]
    said = capsys.readouterr().out
    assert "To be answered first: 03/04?" in said and "line 3, sku 'X9'" in said and "read so" in said
    assert "--day-first: 3 April" in said and "--month-first: 4 March" in said


@pytest.mark.parametrize(("setting", "options"), [
    ("day_first", "--day-first or --month-first"), ("decimal_comma", "--decimal-comma or --decimal-point"),
])  # fmt: skip
def test_an_import_that_has_to_be_asked_first_says_the_question_and_the_options(
    file: Path, setting: str, options: str
) -> None:
    refusal = {"field": f"mapping.{setting}", "code": "ambiguous", "message": "'1.200' may be two"}
    with pytest.raises(LauncherError) as told:
        imports.import_file(RunningShop(refusal), file, None, "stock")  # type: ignore[arg-type]
    assert str(told.value) == f"Nothing was imported: '1.200' may be two. Answer with {options}."
    other = {"field": "mapping", "code": "unmapped", "message": "no column"}
    with pytest.raises(ApiError):
        imports.import_file(RunningShop(other), file, None, "stock")  # type: ignore[arg-type]


def test_an_option_answers_in_the_mapping_and_beside_one_that_is_given(file: Path, tmp_path: Path) -> None:
    parse = build_parser().parse_args
    options = parse(["import", "stock", str(file), "--month-first", "--decimal-comma"])
    said = {"day_first": options.day_first, "decimal_comma": options.decimal_comma, "unknown_codes": None}
    given = tmp_path / "mapping.json"
    given.write_text('{"day": "2026-11-01"}')
    for mapping, sent in ((None, {}), (given, {"day": "2026-11-01"})):
        api = RunningShop()
        imports.import_file(api, file, mapping, "stock", said)  # type: ignore[arg-type]
        asked = parse_qs(urlsplit(api.asked[0].removeprefix("POST ")).query)
        assert json.loads(asked["mapping"][0]) == {**sent, "day_first": False, "decimal_comma": True}
    with pytest.raises(SystemExit):
        parse(["import", "a.csv", "--day-first", "--month-first"])
