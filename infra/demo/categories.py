"""The wholesaler's categories, derived from the products' names: the first rule one of whose words stands in the name.

The sales file knows no categories. The rules are `categories.json`, in order; a word is a whole word, or several in a
row, whatever its case. What no rule names is "Other giftware".
"""

import json
import re
from collections.abc import Callable
from pathlib import Path

RULES = Path(__file__).parent / "categories.json"
OTHER = "Other giftware"


def rule() -> Callable[[str], str]:
    """From a product's name to its category."""
    rules = [(category, _any_of(words)) for category, words in json.loads(RULES.read_text())]

    def category_of(name: str) -> str:
        return next((category for category, pattern in rules if pattern.search(name)), OTHER)

    return category_of


def _any_of(words: list[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w'/-])(?:{'|'.join(map(re.escape, words))})(?![\w'-])", re.IGNORECASE)
