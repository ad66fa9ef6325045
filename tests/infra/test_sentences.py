"""Each sentence that a service makes for readers is in the dashboard's languages: none is shown in English to them."""

import ast
import json
from pathlib import Path

import pytest
from contracts.sentences import Amount, sentence, texts_of
from forecaster.domain.anomalies import FACTORS, off_by

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
