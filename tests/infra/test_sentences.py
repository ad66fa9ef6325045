"""Each sentence that a service makes for readers is in the dashboard's languages: none is shown in English to them."""

import ast
import importlib.util
import json
import re
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from contracts.sentences import Amount, sentence, texts_of
from forecaster.domain.anomalies import FACTORS, off_by
from pydantic_core import PydanticKnownError

from infra.launcher.paths import ROOT

MADE_BY = ("sentence", "said", "Sentence")


def _texts(file: Path) -> set[str]:
    """Texts that a module makes sentences of: those with places, those given alone, those of its tables of words."""
    tree = ast.parse(file.read_text())
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in MADE_BY and node.args:
            found |= {each.value for each in ast.walk(node.args[0]) if _is_text(each)}
        if isinstance(node, ast.Dict | ast.IfExp):
            values = node.values if isinstance(node, ast.Dict) else [node.body, node.orelse]
            found |= {each.value for each in values if _is_text(each) and "{0}" in each.value}
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in ("_MORE", "_LESS"):
            found |= {each.value for each in node.value.values if _is_text(each)}  # type: ignore[attr-defined]
    return {text for text in found if " " in text or "{0}" in text}


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


MODULES = [
    file for file in (ROOT / "services").rglob("*.py")
    if "tests" not in file.parts and "from contracts.sentences import" in file.read_text()
]  # fmt: skip


@pytest.mark.parametrize("language", ["de", "fr"])
def test_every_sentence_of_a_service_is_known_in_each_language(language: str) -> None:
    known = json.loads((ROOT / "frontend" / "src" / "texts" / f"{language}.json").read_text())
    factors = {found for factor in FACTORS for found in (off_by(factor, 1), off_by(1, factor)) if found}
    told = {text for file in MODULES for text in _texts(file)} | factors
    assert len(told) > 40, "the sentences are not found any more"
    assert sorted(told - known.keys()) == []


def test_a_sentence_is_english_as_a_whole_and_in_parts_for_others() -> None:
    inner = sentence("the source {0}", "till {1}")
    whole = sentence("No sales of {0} since {1}, {2} usually come by now", inner, "Monday", Amount(12.4))
    assert whole.english() == "No sales of the source till {1} since Monday, 12 usually come by now"
    assert whole.document()["values"] == [
        {"text": "the source {0}", "values": ["till {1}"]}, "Monday", {"number": 12.4, "digits": 0, "signed": False}
    ]  # fmt: skip
    assert texts_of(whole.document()) == [whole.text, inner.text]


@pytest.fixture(scope="module")
def spoken() -> ModuleType:
    """frontend/scripts/spoken.py."""
    spec = importlib.util.spec_from_file_location("spoken", ROOT / "frontend" / "scripts" / "spoken.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("language", ["de", "fr"])
def test_every_sentence_that_is_said_as_a_whole_is_known_in_each_language(spoken: ModuleType, language: str) -> None:
    said, known = spoken.texts(), spoken.catalogue(language)
    assert len(said) > 500, "the sentences are not found any more"
    assert {text: file for text, file in said.items() if text not in known} == {}
    assert sorted(known.keys() - said.keys()) == [], "nothing says these any more"


MADE = """
def act(order, sku, why):
    \"\"\"A docstring is read by nobody but us.\"\"\"
    log.info("order was not there", order=order)
    connection.execute("SELECT nothing FROM order")
    if order:
        raise Conflict(f"The order is {order['status']}; only an approved one is {why}.", code="not_approved")
    message = f"{sku[:40]!r} is not bought here"
    raise invalid("sku", message, "not_bought")
"""


def test_a_sentence_is_found_where_it_is_made_with_what_fills_it_as_places(spoken: ModuleType) -> None:
    found = set(spoken.said(ast.parse(MADE), within=False, models=False))
    assert found == {"The order is {0}; only an approved one is {1}.", "{0} is not bought here"}


@pytest.mark.parametrize("kind, context", [
    ("missing", {}), ("string_too_long", {"max_length": 3}), ("string_too_short", {"min_length": 2}),
    ("greater_than_equal", {"ge": 0}), ("less_than", {"lt": 5}), ("int_parsing", {}), ("float_parsing", {}),
    ("bool_parsing", {}), ("string_type", {}), ("list_type", {}), ("extra_forbidden", {}), ("finite_number", {}),
    ("decimal_max_places", {"decimal_places": 2}), ("decimal_parsing", {}), ("uuid_parsing", {"error": "x"}),
    ("string_pattern_mismatch", {"pattern": "^a$"}), ("literal_error", {"expected": "'a' or 'b'"}),
    ("too_long", {"field_type": "List", "max_length": 3, "actual_length": 4}),
    ("date_from_datetime_parsing", {"error": "x"}),
])  # fmt: skip
def test_what_pydantic_says_of_a_field_is_known_too(spoken: ModuleType, kind: Any, context: dict[str, Any]) -> None:
    message = PydanticKnownError(kind, context).message()
    known = [re.escape(text) for text in spoken.catalogue("de")]
    assert any(re.fullmatch(re.sub(r"\\\{\d\\\}", ".+", text), message) for text in known), message
