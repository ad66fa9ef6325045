"""The demo's file: every line is a sale, a return, or refused with a reason, as docs/demo-data.md says."""

import re
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest
from chassis.reading import tables
from sales.application.survey import notation
from sales.domain.lines import LineError
from sales.domain.mapping import Mapping

ROOT = Path(__file__).parents[3]
FILE = ROOT / "infra/demo/online_retail.parquet"
MAPPING = ROOT / "infra/demo/online_retail.json"
PAGE = ROOT / "docs/demo-data.md"


def documented() -> dict[str, int]:
    """Lines by class, from the page's tables."""
    rows = re.findall(r"^\| ([\d,]+) \| `?([a-z_]+)`? \|", PAGE.read_text(), re.MULTILINE)
    return {name: int(lines.replace(",", "")) for lines, name in rows}


@pytest.mark.timeout(300)
def test_every_line_of_the_file_is_what_the_page_says() -> None:
    lines: Counter[str] = Counter()
    units = amount = Decimal(0)
    ids = set()
    with FILE.open("rb") as file:
        found = notation(file, Mapping.model_validate_json(MAPPING.read_text()))
        reader = found.reader(shift_weeks=52)
        for line, row in tables.rows(file, found.layout):
            sale = reader.read(line, row)
            if isinstance(sale, LineError):
                lines[sale.code] += 1
                continue
            id_, content = sale
            assert content.quantity is not None and content.unit_price is not None
            ids.add(id_)
            lines[content.kind] += 1
            signed = abs(content.quantity) if content.kind == "sale" else -abs(content.quantity)
            units, amount = units + signed, amount + signed * content.unit_price
    assert lines == documented()
    assert len(ids) == lines["sale"] + lines["return"] == 366_784
    assert (units, amount) == (Decimal(3_739_708), Decimal("6855929.7230"))
    assert f"**{units:,}** | **{amount:,}**" in PAGE.read_text()
