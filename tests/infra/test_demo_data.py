"""What the demo adds to the wholesaler's sales: categories as the page says, promotions ahead that are named."""

import json
import re
from collections import Counter, defaultdict
from datetime import date, timedelta

import pyarrow.parquet as parquet
import pytest

from infra.demo import categories, promotions
from infra.launcher.demo import FILE, MAPPING
from infra.launcher.paths import ROOT

PAGE = (ROOT / "docs" / "demo-data.md").read_text()


def names() -> dict[str, str]:
    """Each recorded product's most frequent description."""
    refused = [re.compile(rule["matches"]) for rule in json.loads(MAPPING.read_text())["rules"] if "matches" in rule]
    said: dict[str, Counter[str]] = defaultdict(Counter)
    for line in parquet.read_table(FILE).to_pylist():
        sku, sold = line["StockCode"].upper(), line["Quantity"] > 0 or line["InvoiceNo"].startswith("C")
        if sold and line["UnitPrice"] > 0 and line["Description"] and not any(rule.fullmatch(sku) for rule in refused):
            said[sku][line["Description"]] += 1
    return {sku: found.most_common(1)[0][0] for sku, found in said.items()}


def test_the_categories_of_the_wholesaler_s_products_are_those_of_the_page() -> None:
    category_of = categories.rule()
    found = Counter(map(category_of, names().values()))
    told = re.findall(r"^\| ([\d,]+) \| ([A-Z][\w&, ]+) \|", PAGE.partition("## Categories")[2], re.MULTILINE)
    assert dict(found) == {name: int(count.replace(",", "")) for count, name in told}
    assert found[categories.OTHER] < 0.1 * sum(found.values())


@pytest.mark.parametrize(
    ("name", "category"),
    [
        ("SET 10 CARDS CHRISTMAS ROBIN 17095", "Christmas & Easter"),
        ("retrospot tea towel", "Kitchen & dining"),
        ("KEYRING OF NOTHING", categories.OTHER),
        ("PENNY SWEETS", categories.OTHER),  # no pen: a word is a whole word
        ("", categories.OTHER),
    ],
)
def test_the_first_rule_whose_whole_word_stands_in_the_name_decides(name: str, category: str) -> None:
    assert categories.rule()(name) == category


def test_planned_promotions_lie_ahead_and_say_that_they_are_generated() -> None:
    found = {"X": "Christmas & Easter", "T": "Kitchen & dining"}
    for today in (date(2026, 11, 23) + timedelta(days=day) for day in range(7)):
        planned = list(promotions.planned(today, found))
        assert [each["skus"] for each in planned] == [["T"], ["X"]]  # of gardens there is nothing
        for each in planned:
            starts, ends = date.fromisoformat(each["starts"]), date.fromisoformat(each["ends"])
            assert today < starts < ends and starts.weekday() == 0
            assert each["name"].endswith("(generated)") and 0 < float(each["discount"]) < 1
