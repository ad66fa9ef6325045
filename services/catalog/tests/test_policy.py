"""The policy's rules: packs, budgets, lead times, and service that is what was asked for."""

from datetime import date

import numpy as np
import pytest
from catalog.domain.demand import LEVELS, LeadTime, expected, lead_time, over_weeks, protected
from catalog.domain.policy import Position, Terms, WantedLine, decide, decide_all, whole_packs, within_budget
from catalog.domain.segments import classify
from hypothesis import given, settings
from hypothesis import strategies as st

DAY = date(2026, 11, 1)


def sums_of(draws: np.ndarray) -> np.ndarray:
    """The quantiles of running sums of (sample, week) demand."""
    return np.quantile(np.cumsum(draws, axis=1), LEVELS, axis=0).T


def poisson(rate: float, weeks: int = 8) -> np.ndarray:
    return sums_of(np.random.default_rng(1).poisson(rate, (20_000, weeks)).astype(float))


@given(st.floats(-100, 1e5), st.floats(0, 1000), st.integers(1, 144))
def test_an_order_is_nothing_or_covers_the_need_in_whole_packs_of_at_least_the_moq(
    need: float, moq: float, pack: int
) -> None:
    quantity = whole_packs(need, moq, pack)
    if need <= 0:
        assert quantity == 0
    elif quantity:
        assert quantity >= max(need, moq) - 1e-6
        assert quantity % pack == 0
        assert quantity - pack < max(need, moq)


@settings(deadline=None, max_examples=50)
@given(st.floats(1, 40), st.floats(0, 10), st.floats(0.5, 0.98))
def test_uncertain_lead_times_never_lower_the_safety_stock(days: float, spread: float, level: float) -> None:
    sums = np.outer(np.arange(1, 9), np.linspace(2, 20, 11))
    spread = min(spread, days / 2)
    terms = Terms(service_level=level)
    certain = decide(sums, LeadTime((days,), (1.0,), "stated"), terms, Position(0), DAY)
    varying = decide(sums, lead_time([], days, spread), terms, Position(0), DAY)
    assert varying.safety_stock >= certain.safety_stock - 1e-6 * certain.order_up_to - abs(
        varying.expected_demand - certain.expected_demand
    )


def test_lead_times_are_learned_from_five_receipts_and_stated_below() -> None:
    assert lead_time([10, 12, 14, 9], 21).source == "stated"
    learned = lead_time([10, 12, 14, 9, 10], 21)
    assert (learned.source, learned.mean) == ("receipts", pytest.approx(11))


@settings(deadline=None, max_examples=50)
@given(st.floats(0.02, 30), st.floats(0, 60), st.floats(0, 10))
def test_what_is_expected_is_what_the_forecast_expects(rate: float, days: float, spread: float) -> None:
    """Also of a slow seller, whose whole-number quantiles have a mean up to twice the forecast's."""
    lead, means = lead_time([], days, min(spread, days / 2)), np.full((1, 8), rate)
    assert expected(means, lead, 7.0)[0] == pytest.approx(rate * (lead.mean + 7) / 7)
    [made] = decide_all(poisson(rate)[None], lead, [Terms()], [Position(0)], [DAY], means)
    assert made.expected_demand == pytest.approx(rate * (lead.mean + 7) / 7)
    assert made.safety_stock == pytest.approx(max(0, made.order_up_to - made.expected_demand))


def test_quantiles_of_sums_are_read_between_weeks_and_levels_without_adding_weeks() -> None:
    sums = poisson(10)
    assert over_weeks(sums, 2.0) == pytest.approx(sums[1])
    assert sums[3][8] < over_weeks(sums, 4.5)[8] < sums[4][8]
    assert protected(sums, LeadTime((14.0,), (1.0,), "stated"), 14).quantile(0.9) < 4 * sums[0][8]


def test_the_order_nets_stock_orders_and_reservations() -> None:
    lead = LeadTime((7.0,), (1.0,), "stated")
    empty = decide(poisson(10), lead, Terms(), Position(0), DAY)
    netted = decide(poisson(10), lead, Terms(), Position(8, on_order=6, reserved=3), DAY)
    assert empty.quantity - netted.quantity == 11
    assert decide(poisson(10), lead, Terms(), Position(500), DAY).quantity == 0


def test_what_would_spoil_is_not_ordered() -> None:
    lead = LeadTime((7.0,), (1.0,), "stated")
    short = decide(poisson(10), lead, Terms(shelf_life_days=7, multiple=2), Position(0), DAY)
    assert (short.quantity, short.reason) == (10, "limited by shelf life")
    none = decide(poisson(10), lead, Terms(shelf_life_days=7, moq=24, multiple=24), Position(0), DAY)
    assert (none.quantity, none.reason) == (0, "would spoil before it is sold")


@settings(deadline=None)
@given(st.floats(0, 500), st.lists(st.tuples(st.integers(1, 9), st.integers(1, 12), st.integers(0, 20)), max_size=6))
def test_a_budget_is_kept_and_every_line_is_nothing_or_an_order_the_supplier_takes(
    budget: float, lines: list[tuple[int, int, int]]
) -> None:
    demand = protected(poisson(10, 4), LeadTime((7.0,), (1.0,), "stated"), 7)
    candidates = [
        WantedLine(
            str(place),
            whole_packs(25, moq, pack),
            demand,
            0,
            Terms(unit_cost=cost, price=cost * 2, moq=moq, multiple=pack),
        )
        for place, (cost, pack, moq) in enumerate(lines)
    ]
    bought = within_budget(candidates, budget)
    assert sum(bought[c.key] * c.terms.unit_cost for c in candidates) <= budget + 1e-6
    for candidate in candidates:
        units = bought[candidate.key]
        assert units == 0 or (units >= candidate.terms.moq and units % candidate.terms.multiple == 0)
        assert units <= candidate.wanted


def test_money_goes_first_where_the_next_case_earns_most() -> None:
    demand = protected(poisson(10, 4), LeadTime((7.0,), (1.0,), "stated"), 7)
    rich = WantedLine("rich", 20, demand, 0, Terms(unit_cost=1, price=3))
    poor = WantedLine("poor", 20, demand, 0, Terms(unit_cost=1, price=1.5))
    assert within_budget([poor, rich], 10) == {"poor": 0, "rich": 10}
    full = WantedLine("full", 20, demand, 40, Terms(unit_cost=1, price=3))
    assert within_budget([poor, full], 10) == {"poor": 10, "full": 0}


def test_a_budget_decides_thousands_of_cases_as_it_decides_one() -> None:
    demand = protected(poisson(4000, 4), LeadTime((7.0,), (1.0,), "stated"), 7)
    terms = Terms(unit_cost=1, price=3, multiple=2)
    for budget, units in ((4001.0, 4000), (1e9, 9000)):
        assert within_budget([WantedLine("a", 9000, demand, 0, terms)], budget) == {"a": units}


def test_segments_follow_revenue_and_evenness() -> None:
    found = classify([800, 150, 50, 0], np.array([[5, 5, 5], [1, 9, 2], [0, 0, 9], [0, 0, 0]]))
    assert [segment.name for segment in found] == ["AX", "BY", "CZ", "CZ"]
