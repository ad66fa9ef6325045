"""Products that begin, end and replace each other: whose history is whose, and what is said of it."""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest
from forecaster.domain import dataset as datasets
from forecaster.domain import launches
from forecaster.domain.dataset import Dataset
from forecaster.domain.forecasts import EngineAnswer, assemble

LAST = date(2026, 3, 1)  # a Sunday
WEEKS = pd.date_range(end="2026-02-23", periods=40, freq="W-MON")


def sold(**levels: float | list[float]) -> pd.DataFrame:
    """Weekly sales at main by product: a number is every week's, a list that of the last weeks."""
    parts = []
    for sku, level in levels.items():
        units = [level] * len(WEEKS) if isinstance(level, int | float) else level
        parts.append(pd.DataFrame({"sku": sku, "location": "main", "week": WEEKS[-len(units) :], "units": units}))
    return pd.concat(parts, ignore_index=True)


def product(sku: str, **more: Any) -> dict[str, Any]:
    empty = dict.fromkeys(("category", "price", "archived_on", "on_sale_from", "on_sale_until", "like_sku",
                           "like_multiplier", "replaces_sku"))  # fmt: skip
    return {"sku": sku, "name": f"Product {sku}", "attributes": {}, **empty, **more}


def build(frame: pd.DataFrame, *products: dict[str, Any]) -> Dataset:
    return datasets.build(frame, {"products": products}, as_of=LAST, first_weekday=0, horizon=4)


def forecasts(data: Dataset) -> dict[str, Any]:
    ids = [one.unique_id for one in data.series]
    shape = (len(ids), 4, 11)
    labels = ["test"] * len(ids)
    answer = EngineAnswer(ids, np.ones(shape[:2]), np.ones(shape), np.ones(shape), labels, labels)
    return {one.sku: one for one in assemble(data, answer).forecasts}


def beginner(data: Dataset, sku: str) -> launches.Beginner:
    return next(one for one in data.beginners if one.sku == sku)


def test_a_product_that_has_not_sold_starts_from_its_like_item() -> None:
    data = build(sold(OLD=20), product("OLD"), product("NEW", like_sku="OLD", like_multiplier="1.5"))
    one = beginner(data, "NEW")
    assert (one.peers, one.times, one.begins) == ((("main:OLD", 1.0, 20.0),), 1.5, date(2026, 3, 2))
    assert "chosen OLD sells times 1.5" in one.why
    assert "NEW" in forecasts(data)


def test_without_a_like_item_those_most_alike_are_its_peers() -> None:
    teas = [product(f"T{n}", name=f"Green tea {n}", category="tea", price="5") for n in range(3)]
    pans = [product(f"P{n}", name=f"Steel pan {n}", category="pan", price="50") for n in range(12)]
    data = build(
        sold(**{one["sku"]: 20 for one in teas}, **{one["sku"]: 2 for one in pans}), *teas, *pans,
        product("NEW", name="Green tea mint", category="tea", price="6", on_sale_from="2026-03-09"),
    )  # fmt: skip
    one = beginner(data, "NEW")
    weight = {peer: share for peer, share, _ in one.peers}
    of_tea = sum(share for peer, share in weight.items() if peer.startswith("main:T"))
    assert of_tea > 0.95 * sum(weight.values())
    assert one.begins == date(2026, 3, 9)


def test_attributes_choose_peers_where_there_is_no_category() -> None:
    near, far = product("A", attributes={"supplier": "Oak"}), product("B", attributes={"supplier": "Elm"})
    data = build(sold(A=9, B=1), near | {"name": "x"}, far | {"name": "y"},
                 product("N", on_sale_from="2026-03-02", attributes={"supplier": "Oak"}))  # fmt: skip
    assert [peer for peer, _, _ in beginner(data, "N").peers] == ["main:A"]


@pytest.mark.parametrize(
    "more",
    [{}, {"on_sale_from": "2025-01-01"}, {"like_sku": "OLD", "on_sale_until": "2026-02-01"},
     {"like_sku": "OLD", "archived_on": "2026-02-01"}],
)  # fmt: skip
def test_a_product_that_nothing_is_told_of_or_that_is_over_does_not_begin(more: dict[str, Any]) -> None:
    assert build(sold(OLD=20), product("OLD"), product("NEW", **more)).beginners == []


def test_a_product_begins_until_it_has_sold_for_a_quarter() -> None:
    like = product("NEW", like_sku="OLD")
    assert beginner(build(sold(OLD=20, NEW=[5.0] * 6), like), "NEW").begins == WEEKS[-6].date()
    assert build(sold(OLD=20, NEW=[5.0] * 20), like).beginners == []


def test_a_successor_has_its_predecessors_history_and_takes_its_place_on_its_day() -> None:
    data = build(sold(OLD=20), product("OLD"), product("NEW", replaces_sku="OLD", on_sale_from="2026-03-16"))
    own = data.history[data.history["unique_id"] == "main:NEW"]
    assert own["y"].tolist() == [20.0] * 40
    assert data.starts == {"main:NEW": date(2026, 3, 16)}
    found = forecasts(data)
    assert found["OLD"].mean.tolist() == [1, 1, 0, 0]
    assert "on sale until 2026-03-15, then replaced by NEW" in found["OLD"].reason
    assert "it has the history of OLD, which it replaces; on sale from 2026-03-16" in found["NEW"].reason


def test_once_it_sells_the_chain_is_one_and_the_predecessor_is_over() -> None:
    frame = sold(OLD=[20.0] * 38 + [3.0, 1.0], NEW=[17.0, 19.0])
    data = build(frame, product("OLD"), product("NEW", replaces_sku="OLD"))
    assert data.history["y"].tolist() == [20.0] * 40
    assert set(data.history["unique_id"]) == {"main:NEW"}
    found = forecasts(data)
    assert found["OLD"].mean.sum() == 0
    assert "replaced by NEW" in found["OLD"].reason


def test_three_in_a_row_are_one_chain_and_a_circle_is_none() -> None:
    third = product("C", replaces_sku="B", on_sale_from="2026-02-02")
    data = build(sold(A=[5.0] * 40, B=[7.0] * 10), product("B", replaces_sku="A", on_sale_from="2025-12-22"), third)
    assert data.history[data.history["unique_id"] == "main:C"]["y"].tolist() == [5.0] * 30 + [12.0] * 10
    assert [one.sku for one in data.series] == ["C"]
    circle = [product("A", replaces_sku="B"), product("B", replaces_sku="A")]
    assert launches.replaced(circle) == {}


def test_a_successor_without_a_day_waits_until_it_sells() -> None:
    found = forecasts(build(sold(OLD=20), product("OLD"), product("NEW", replaces_sku="OLD")))
    assert found["OLD"].mean.tolist() == [1, 1, 1, 1]
    assert found["NEW"].mean.sum() == 0
    assert "until this one has a first day" in found["NEW"].reason


def test_a_known_product_that_comes_back_is_held_until_its_day() -> None:
    data = build(sold(A=20, B=20), product("A", on_sale_from="2026-03-11"), product("B", on_sale_from="2024-01-01"))
    assert data.starts == {"main:A": date(2026, 3, 11)}


def test_those_that_began_within_the_year_are_told_of_as_they_would_have_been_then() -> None:
    """EARLY began in week 23 of 40, when OLD sold 30 and not yet 10; LATE nine weeks ago; OLD with the data."""
    frame = sold(OLD=[30.0] * 30 + [10.0] * 10, EARLY=[7.0] * 18, LATE=[5.0] * 9)
    kind = {"category": "tea", "price": "5"}
    products = [product(sku, **kind) for sku in ("OLD", "EARLY", "LATE")]
    data = build(frame, *products, product("NEW", **kind, on_sale_from="2026-03-09"))
    (one,) = data.launched
    assert (one.sku, one.begins) == ("EARLY", WEEKS[-18].date())
    assert [(peer, level) for peer, _, level in one.peers] == [("main:OLD", 30.0)]
    assert build(frame, *products).launched == []


def test_a_price_far_off_makes_a_peer_count_little() -> None:
    teas = [product(f"T{price}", category="tea", price=str(price)) for price in (5, 50)]
    data = build(sold(T5=10, T50=2), *teas, product("NEW", category="tea", price="6", on_sale_from="2026-03-09"))
    near, far = (share for _, share, _ in beginner(data, "NEW").peers)
    assert near > 10 * far > 0
