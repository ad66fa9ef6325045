"""Kits sell their components: what is expected of them, what was sold through them; nothing is counted twice."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import NAMESPACE_OID, uuid5

import numpy as np
import pytest
from chassis.database import Database, rows
from contracts.events import Bill, KitComponent, ProductChanged
from contracts.quantiles import LEVELS, index
from forecaster.application.training import engine_port
from forecaster.domain import kits
from forecaster.domain.causes import explained
from forecaster.domain.forecasts import Forecast
from forecaster.domain.through_kits import as_itself, in_kits, with_kits
from forecaster.settings import Settings
from forecaster.storage import catalog, live, runs
from hypothesis import given, settings
from hypothesis import strategies as st

from services.forecaster.tests.engine.frames import QUICK
from services.forecaster.tests.helpers import weekly_sales
from services.forecaster.tests.test_api import app, client
from services.forecaster.tests.test_planning import get
from services.forecaster.tests.test_training import AS_OF, train
from services.forecaster.tests.test_what_if import tell

__all__ = ["app", "client"]

FIRST = AS_OF + timedelta(days=1)  # a Monday, of the first forecast week
WEEKS = [FIRST + timedelta(days=7 * step) for step in range(13)]
EVER = date(2020, 1, 6)


def bill(day: date = EVER, packed: bool = False, **parts: str | int) -> Bill:
    components = [KitComponent(sku=sku, quantity=Decimal(quantity)) for sku, quantity in parts.items()]
    return Bill(valid_from=day, pre_packed=packed, components=components)


def kit(sku: str, *bills: Bill, revision: int = 1, **more: Any) -> ProductChanged:
    id_ = uuid5(NAMESPACE_OID, sku)
    return ProductChanged(product_id=id_, sku=sku, name=sku, bills=list(bills), revision=revision, **more)


def forecast(sku: str, mean: float | list[float], location: str = "main", weeks: int = 13) -> Forecast:
    means = np.full(weeks, mean, dtype=np.float32) if isinstance(mean, int | float) else np.array(mean, np.float32)
    spread = np.linspace(0.5, 1.5, len(LEVELS), dtype=np.float32)
    return Forecast(sku, location, means, means[:, None] * spread, np.cumsum(means)[:, None] * spread, "m", "r")


def parts(*products: ProductChanged) -> list[kits.KitPart]:
    return kits.read([part for one in products for part in kits.parts_of(one.sku, one.bills)])


def test_a_bill_counts_from_its_day_to_the_next_and_a_week_in_which_it_changes_by_its_days() -> None:
    wednesday = WEEKS[2] + timedelta(days=2)
    box = kit("BOX", bill(A=2), bill(wednesday, A=1), bill(WEEKS[5], True, A=1), bill(WEEKS[8]))
    found = {one.sku: one for one in with_kits([forecast("A", 10), forecast("BOX", 7)], parts(box), WEEKS)}
    through = found["A"].in_kits["BOX"].tolist()
    assert through == [14, 14, 2 * 14 / 7 + 5 * 7 / 7, 7, 7, *[0.0] * 8]
    assert found["A"].mean.tolist() == [10 + units for units in through]
    assert "with what is expected of BOX, which it is in" in found["A"].reason
    assert found["BOX"].mean.tolist() == [7.0] * 13  # as many kits


def test_what_sells_in_kits_alone_has_a_forecast_of_them_and_no_kit_sells_elsewhere() -> None:
    found = with_kits([forecast("BOX", 8, "shop"), forecast("A", 3)], parts(kit("BOX", bill(RIBBON="0.5"))), WEEKS)
    by_series = {(one.sku, one.location): one for one in found}
    ribbon = by_series["RIBBON", "shop"]
    assert (ribbon.method, ribbon.mean.tolist(), ribbon.active) == ("through kits", [4.0] * 13, True)
    assert ("RIBBON", "main") not in by_series
    assert by_series["A", "main"].in_kits == {}


def test_the_band_of_a_component_is_of_the_sum_not_the_sum_of_bands() -> None:
    found = with_kits([forecast("A", 100), forecast("BOX", 50)], parts(kit("BOX", bill(A=2))), WEEKS)[0]
    wide = found.quantiles[0, index(0.9)] - found.quantiles[0, index(0.1)]
    one = 100 * (LEVELS[index(0.9)] - LEVELS[index(0.1)])
    assert one < wide < 2 * one
    assert (np.diff(found.quantiles, axis=1) >= 0).all() and (np.diff(found.sum_quantiles, axis=0) >= 0).all()


SKUS = [f"A{number}" for number in range(5)]
BILLS = st.lists(
    st.builds(
        lambda week, packed, of: bill(FIRST + timedelta(days=7 * week), packed, **of),
        st.integers(-3, 10), st.booleans(), st.dictionaries(st.sampled_from(SKUS), st.integers(1, 9), max_size=4),
    ),
    max_size=4, unique_by=lambda one: one.valid_from,
)  # fmt: skip


@settings(deadline=None)
@given(st.lists(BILLS, max_size=4), st.lists(st.integers(0, 50), min_size=13, max_size=13), st.integers(0, 40))
def test_no_unit_is_lost_made_or_counted_twice(bills: list[list[Bill]], sold: list[int], own: int) -> None:
    boxes = [kit(f"K{number}", *of) for number, of in enumerate(bills)]
    before = [*(forecast(sku, own) for sku in SKUS[:3]), *(forecast(box.sku, sold) for box in boxes)]
    after = with_kits(before, parts(*boxes), WEEKS)
    wanted = np.zeros(13)
    for box in boxes:
        for step, week in enumerate(WEEKS):
            begun = [one for one in box.bills if one.valid_from <= week]
            now = max(begun, key=lambda one: one.valid_from, default=None)
            if now and not now.pre_packed:
                wanted[step] += sold[step] * sum(int(one.quantity) for one in now.components)
    total = sum(one.mean.astype(np.float64) for one in after) - sum(one.mean for one in before)
    assert total == pytest.approx(wanted, rel=1e-4, abs=1e-6)
    assert sum(map(in_kits, after)) == pytest.approx(wanted, rel=1e-4, abs=1e-6)
    itself = sum(as_itself(one, one).mean.astype(np.float64) for one in after)
    assert itself == pytest.approx(sum(one.mean for one in before), rel=1e-4, abs=1e-3)


def told(database: Database) -> list[tuple[Any, ...]]:
    with database.snapshot() as connection:
        return [tuple(row.values()) for row in catalog.training_inputs(connection, AS_OF, ["kits"])["kits"]]


def test_the_newest_state_of_a_kit_is_kept_whatever_comes_again(database: Database, settings: Settings) -> None:
    old = kit("BOX", bill(A=2), bill(WEEKS[0], B=1))
    tell(database, settings, old)
    ends = WEEKS[0] - timedelta(days=1)
    first = [("BOX", "A", 2, EVER, ends), ("BOX", "B", 1, WEEKS[0], None)]
    assert told(database) == first
    tell(database, settings, kit("BOX", bill(A=3), revision=2))
    tell(database, settings, old)
    assert told(database) == [("BOX", "A", 3, EVER, None)]
    tell(database, settings, kit("BOX", revision=3))
    assert told(database) == []


def sold_through(database: Database, sku: str) -> dict[date, float]:
    with database.snapshot() as connection:
        found = rows(
            connection, "SELECT week, units::float8 AS units FROM kit_week WHERE sku = :sku ORDER BY 1", sku=sku
        )
    return {row["week"]: row["units"] for row in found}


def test_what_was_sold_through_kits_is_history_of_the_component_and_the_ledgers_stays(
    database: Database, settings: Settings, project: Callable[..., None], client: Callable[..., Any]
) -> None:
    begin = AS_OF - timedelta(days=34)
    project(*weekly_sales("BOX", str(begin), [2, 3, 1, 4, 5]), *weekly_sales("A", str(begin), [10, 10, 10, 10]))
    from_third = begin - timedelta(days=begin.weekday()) + timedelta(days=14)
    tell(database, settings, kit("BOX", bill(from_third, A=2)))
    assert list(sold_through(database, "A").values()) == [2, 8, 10]
    train(database, settings)
    shown = get(client, "/forecast/A")["history"]
    assert [(week["units"], week["in_kits"], week["demand"]) for week in shown] == [
        (10, 0, 10), (10, 0, 10), (10, 2, 12), (10, 8, 18), (0, 10, 10),
    ]  # fmt: skip
    line = next(one for one in get(client, "/forecast/summary")["items"] if one["sku"] == "A")
    assert line["last_weeks"][-5:] == [10, 10, 12, 18, 10]
    assert get(client, "/forecast/history/totals")["units"] == "55.000"


def test_a_sum_counts_what_is_sold_as_itself(
    database: Database, settings: Settings, project: Callable[..., None], client: Callable[..., Any]
) -> None:
    begin = AS_OF - timedelta(days=34)
    project(*weekly_sales("BOX", str(begin), [4] * 5), *weekly_sales("A", str(begin), [10] * 5))
    tell(database, settings, kit("BOX", bill(A=3)))
    train(database, settings)
    assert get(client, "/forecast/A")["forecast"][0]["mean"] == 22
    whole = client("POST", "/forecast/totals", json={"by": "sku"}).json()
    assert whole["forecast"][0]["mean"] == pytest.approx(14)
    assert {part["key"]: part["next4"] for part in whole["parts"]} == {"A": 40, "BOX": 16}
    assert whole["history"][0]["units"] == 14


def test_a_forecast_with_kits_is_scored_against_all_that_was_sold_of_it(
    database: Database, settings: Settings, project: Callable[..., None]
) -> None:
    begin = AS_OF - timedelta(days=34)
    project(*weekly_sales("BOX", str(begin), [4] * 6), *weekly_sales("A", str(begin), [10] * 6))
    tell(database, settings, kit("BOX", bill(A=3)))
    train(database, settings)
    from forecaster.storage import accuracy, running

    with database.snapshot() as connection:
        week = accuracy.of_series(connection, "A", "main", FIRST, FIRST, 1)[0]
        beyond = running.beyond(connection, FIRST, 0.1)
    assert (week["actual"], week["model"]) == (22, 22)
    assert beyond == []
    project(*weekly_sales("BOX", str(FIRST), [40]))
    with database.snapshot() as connection:
        odd = {row["sku"]: row["actual"] for row in running.beyond(connection, FIRST, 0.1)}
    assert odd == {"A": 142, "BOX": 44}


def test_a_promotion_of_a_kit_explains_its_components_odd_week() -> None:
    odd = [{"sku": sku, "location": "main", "week": FIRST, "actual": 90, "expected": 10} for sku in ("A", "B")]
    inputs: dict[str, Any] = dict.fromkeys(("events", "locations", "stock", "exclusions"), ())
    inputs["kits"] = kits.parts_of("BOX", [bill(A=2)])
    inputs["promotions"] = [{"skus": ["BOX"], "locations": [], "starts": FIRST, "ends": FIRST, "discount": None}]
    assert explained(odd, inputs) == ["promotion", None]


def test_a_later_edit_of_a_kit_changes_no_run_that_was_made(
    database: Database, settings: Settings, project: Callable[..., None]
) -> None:
    project(*weekly_sales("BOX", "2026-01-05", [4] * 5), *weekly_sales("A", "2026-01-05", [10] * 5))
    tell(database, settings, kit("BOX", bill(A=3)))
    first = train(database, settings)
    tell(database, settings, kit("BOX", bill(A=1), revision=2))
    with database.snapshot() as connection:
        row = live.one(connection, "A", "main")
        kept = runs.unpack(runs.inputs(connection, first["id"]))["kits"]
    assert row is not None and row["mean"][0] == 22 and row["in_kits"] == {"BOX": [12.0] * 13}
    assert [part["quantity"] for part in kept] == ["3.000"]
    train(database, settings, as_of=AS_OF + timedelta(days=1))
    with database.snapshot() as connection:
        assert live.one(connection, "A", "main")["mean"][0] == 14  # type: ignore[index]


LEVELS_OF = {f"P{number:02d}": 20.0 + 5 * number for number in range(12)}
PLANTED = {"A": 40.0, "B": 20.0, "BOX": 15.0, "ENDED": 30.0, "GONE": 25.0, **LEVELS_OF}


def test_the_real_engine_finds_own_sales_and_those_through_kits_and_none_of_a_kit_that_ended(
    database: Database, settings: Settings, project: Callable[..., None], client: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(engine_port, "_options", lambda *_: QUICK)
    random, begin = np.random.default_rng(5), AS_OF - timedelta(days=7 * 80 - 1)
    for sku, level in PLANTED.items():
        project(*weekly_sales(sku, str(begin), random.poisson(level, 80).tolist()))
    tell(
        database, settings,
        kit("BOX", bill(A=2, B=1, RIBBON="0.5")),
        kit("ENDED", bill(A=3), bill(AS_OF - timedelta(days=60))),
        kit("GONE", bill(B=4), on_sale_until=AS_OF - timedelta(days=1)),
    )  # fmt: skip
    train(database, settings, partial(engine_port.forecast, measured=False))

    def mean(sku: str) -> float:
        return float(np.mean([week["mean"] for week in get(client, f"/forecast/{sku}")["forecast"]]))

    assert mean("A") == pytest.approx(40 + 2 * 15, rel=0.1)
    assert mean("B") == pytest.approx(20 + 15, rel=0.1)
    assert mean("RIBBON") == pytest.approx(7.5, rel=0.1)
    assert mean("BOX") == pytest.approx(15, rel=0.1)
    why = get(client, "/forecast/A/why")
    through = next(one for one in why["contributions"] if one["driver"] == "kits")
    assert through["units"] == pytest.approx(30, rel=0.2) and through["details"][0]["name"] == "BOX"
    assert sum(one["units"] for one in why["contributions"]) == pytest.approx(why["expected"], rel=1e-3)
    assert "sold in BOX" in why["sentence"]
    alone = get(client, "/forecast/RIBBON/why")
    assert [one["driver"] for one in alone["contributions"]] == ["kits"]
