"""`bench accuracy --without-drivers`: the same set without what is told of its periods, and what that is worth."""

import numpy as np
import pandas as pd
import pytest

from tests.bench import drivers, measure
from tests.bench.sets import Case

DAYS = pd.date_range("2026-01-05", periods=6, freq="W-MON")
FRAME = pd.DataFrame({"unique_id": "a", "ds": DAYS, "y": 1.0, "holiday": [0, 0, 0, 0, 1, 0], "weather": 9.0})
CASE = Case("made", FRAME, FRAME[["unique_id", "ds", "holiday"]], None, "W-MON", 52, 3, [DAYS[2]], occasion="holiday")


def test_the_set_without_drivers_has_its_sales_and_no_plan() -> None:
    found = drivers.without(CASE)
    assert list(found.history.columns) == ["unique_id", "ds", "y"] and found.future is None
    assert found.cutoffs == CASE.cutoffs


def test_the_periods_of_an_occasion_are_scored_apart() -> None:
    seen = measure.truth(FRAME, DAYS[2], 3)
    where = drivers.occasions(CASE, seen)
    assert where.tolist() == [[False, True, False]]
    mean = np.array([[9.0, 1.5, 9.0]])
    assert drivers.on_occasions(seen, mean, np.ones((1, 3, 11)), where)["wape_occasion"] == pytest.approx(0.5)


def test_the_gain_is_told_over_all_cutoffs_and_from_the_least_to_the_most() -> None:
    found = drivers.gains([{"wape": 0.1}, {"wape": 0.2}], [{"wape": 0.2}, {"wape": 0.2}])
    assert found == {"wape_gain": 0.25, "wape_gain_least": 0.0, "wape_gain_most": 0.5}
