"""Kinds of promotions through the service: told by events, in the columns, the forecast, its effects and what if."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import numpy as np
import pandas as pd
import pytest
from chassis.database import Database
from contracts.events import Payload, ProductChanged, PromotionChanged
from forecaster.application import why
from forecaster.application.training.runs import UPDATE
from forecaster.domain import drivers
from forecaster.settings import Settings
from forecaster.storage import snapshot

from services.forecaster.tests.helpers import weekly_sales
from services.forecaster.tests.test_api import app, client
from services.forecaster.tests.test_dataset import build, sales
from services.forecaster.tests.test_effects import of
from services.forecaster.tests.test_planning import get
from services.forecaster.tests.test_training import AS_OF, train
from services.forecaster.tests.test_what_if import (
    AHEAD,
    BEGIN,
    HALF,
    PROMOTION,
    REAL,
    SKUS,
    WEEKS,
    ask,
    quick,
    tell,
    units,
)

__all__ = ["app", "client", "quick"]

LIFTS = {"display": 2.4, "leaflet": 1.5}


def promotion(starts: date, skus: list[str], kind: str, **more: Any) -> PromotionChanged:
    return PromotionChanged(
        promotion_id=uuid4(), name="Week", skus=skus, starts=starts, ends=starts + timedelta(days=6), kind=kind,
        discount=Decimal("0.1"), revision=1, **more,
    )  # fmt: skip


@pytest.fixture
def trained(database: Database, settings: Settings, project: Any) -> None:
    """Two years of sales in which a tenth off lifted by 2.4 with a display and by 1.5 by a leaflet."""
    why._read.cache_clear()
    rng = np.random.default_rng(7)
    promoted = rng.random((len(SKUS), WEEKS)) < 0.12
    kinds = rng.choice(sorted(LIFTS), WEEKS)
    lifts = np.array([LIFTS[kind] for kind in kinds])
    rates = np.linspace(30, 90, len(SKUS))[:, None] * np.where(promoted, lifts, 1)
    told: list[Payload] = []
    for number, sku in enumerate(SKUS):
        project(*weekly_sales(sku, BEGIN.isoformat(), rng.poisson(rates[number]).tolist()))
        told.append(ProductChanged(product_id=uuid4(), sku=sku, name=sku, category=f"C{number % 2}", revision=1))
    for week in np.flatnonzero(promoted.any(axis=0)).tolist():
        skus = [SKUS[n] for n in np.flatnonzero(promoted[:, week])]
        told.append(promotion(BEGIN + timedelta(days=7 * week), skus, str(kinds[week])))
    tell(database, settings, *told)
    run = train(database, settings, REAL)
    assert run["status"] == "succeeded", run["error"]


@pytest.mark.usefixtures("trained")
def test_a_scenario_does_what_its_kind_did_and_so_does_the_next_forecast(
    client: Any, database: Database, settings: Settings
) -> None:
    found = {}
    for kind, lift in LIFTS.items():
        found[kind] = ask(client, promotion=PROMOTION | {"kind": kind, "discount": "0.1"})
        ratio = units(found[kind]) / units(found[kind], "base")
        assert ratio[:, 2].mean() == pytest.approx(lift, rel=0.1)
        assert np.abs(np.delete(ratio, 2, axis=1) - 1).mean() < 0.03
        assert not any("kind" in note for note in found[kind]["notes"])
    unknown = ask(client, promotion=PROMOTION | {"kind": "coupon", "discount": "0.1"})
    assert any("no promotion of this kind yet" in note for note in unknown["notes"])
    ratio = units(unknown) / units(unknown, "base")
    assert LIFTS["leaflet"] < ratio[:, 2].mean() < LIFTS["display"]
    tell(database, settings, planned := promotion(AHEAD, HALF, "leaflet", planned_quantity=Decimal(777)))
    assert train(database, settings, REAL, kind=UPDATE)["status"] == "succeeded"
    shown = np.array([[week["mean"] for week in get(client, f"/forecast/{sku}")["forecast"]] for sku in HALF])
    assert np.abs(shown[:, 2] / units(found["leaflet"])[:, 2] - 1).max() < 0.02
    effect = get(client, f"/forecast/promotions/{planned.promotion_id}")
    assert (effect["known"], effect["planned_quantity"]) == (True, 777)


@pytest.mark.usefixtures("trained")
def test_the_lift_of_each_kind_and_depth_is_told_of_all_a_category_and_a_product(client: Any) -> None:
    found = get(client, "/forecast/effects")
    for kind, lift in LIFTS.items():
        for group in ("", "C0", "C1"):
            measured, asked = of(found, f"promotion: {kind}", group), of(found, f"{kind}, 10% off", group)
            assert (measured["driver"], measured["how"]) == ("promotion", "measured")
            for one in (measured, asked):
                assert one["change"] == pytest.approx(lift - 1, rel=0.15)
            assert measured["low"] < lift - 1 < measured["high"]
    own = get(client, "/forecast/effects", sku=SKUS[3])["effects"]
    assert {"promotion: display", "promotion: leaflet"} <= {one["name"] for one in own}


ROW = {"skus": ["A"], "locations": [], "starts": "2026-02-02", "ends": "2026-02-08", "discount": "0.1"}


@pytest.mark.parametrize("kind", [None, "other", "left out"])
def test_without_kinds_the_engine_is_told_of_none(kind: str | None) -> None:
    """So that a run of before is what it was."""
    row = ROW if kind == "left out" else ROW | {"kind": kind}
    data = build(sales(("A", "2026-01-05", 5), ("A", "2026-02-16", 3)), promotions=[row])
    plain = build(sales(("A", "2026-01-05", 5), ("A", "2026-02-16", 3)), promotions=[ROW])
    pd.testing.assert_frame_equal(data.history, plain.history)
    assert data.future is not None and "promotion_kind" not in {*data.history, *data.future}


def test_a_week_is_of_the_kind_that_runs_longest_in_it_then_of_the_deepest() -> None:
    week = {"starts": "2026-03-02", "ends": "2026-03-08"}
    rows = [
        ROW | {"kind": "leaflet"},
        ROW | week | {"kind": "coupon", "ends": "2026-03-04", "discount": "0.9"}, ROW | week | {"kind": "multibuy"},
        ROW | {"starts": "2026-03-09", "ends": "2026-03-15", "kind": "display", "discount": "0.3"},
        ROW | {"starts": "2026-03-09", "ends": "2026-03-15", "kind": "coupon"},
        ROW | {"skus": ["B"], "starts": "2026-03-16", "ends": "2026-03-22"},
    ]  # fmt: skip
    data = build(sales(("A", "2026-01-05", 5), ("B", "2026-01-05", 3)), promotions=rows)
    assert data.future is not None
    told = {sku: data.future[data.future["unique_id"] == f"main:{sku}"]["promotion_kind"].tolist() for sku in "AB"}
    assert told["A"][:2] == ["multibuy", "display"] and pd.isna(told["A"][2:]).all()
    assert told["B"][2] == "other", "nobody said one, beside others of which somebody did"
    own = data.history[data.history["unique_id"] == "main:A"].set_index("ds")["promotion_kind"]
    assert own["2026-02-02"] == "leaflet" and own.notna().sum() == 1


def test_ten_thousand_promotions_without_kinds_cost_nothing_more() -> None:
    """No column is made, whatever was promoted: the kinds are looked at, not the series."""
    table = drivers.WeekTable([(f"P{number}", "main") for number in range(2000)], BEGIN, 110, 0)
    rows = [ROW | {"skus": [f"P{number % 2000}"]} for number in range(10_000)]
    assert drivers.promotion_kinds(table, rows) is None


def test_what_was_told_before_kinds_were_is_of_no_kind_that_anybody_said(
    database: Database, settings: Settings
) -> None:
    old = promotion(AHEAD, ["A"], "display").model_dump(mode="json", exclude={"kind", "planned_quantity"})
    tell(database, settings, PromotionChanged.model_validate(old), promotion(AHEAD, ["B"], "display"))
    kinds = {row["skus"][0]: row["kind"] for row in snapshot.take(database, AS_OF).inputs["promotions"]}
    assert kinds == {"A": "other", "B": "display"}
