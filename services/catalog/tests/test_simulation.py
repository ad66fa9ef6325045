"""The replay keeps the books and does not look ahead; the policy gives the service it was asked for."""

import numpy as np
import pytest
from catalog.domain.demand import LEVELS, LeadTime, protected
from catalog.domain.simulation import cycles, replay


def run(demand: list[float], up_to: float, lead: int = 1, pack: float = 1.0) -> object:
    weeks = len(demand)
    level = np.full((1, weeks), up_to)
    return replay(np.array([demand]), level, level, lead, np.array([pack]), np.ones(1), np.ones(1))


def test_a_replay_worked_by_hand() -> None:
    # 10 on the shelf. Week 1 sells 4 (6 left), orders nothing. Week 2 orders 4, sells 6, loses 1 (0 left).
    # Week 3 orders 6, gets 4, sells 4, loses 1.
    outcome = run([4, 7, 5], 10)
    assert vars(outcome) == {
        "fill_rate": pytest.approx(14 / 16), "stock_value": pytest.approx(2.0), "lost_units": 2.0, "lost_sales": 2.0,
        "orders": 2,
    }  # fmt: skip


def test_what_is_sold_later_changes_nothing_before() -> None:
    quiet, loud = run([4, 7, 5, 0], 10), run([4, 7, 5, 90], 10)
    assert loud.lost_units - quiet.lost_units == 90 - 6  # type: ignore[attr-defined]


@pytest.mark.parametrize("level", [0.90, 0.95, 0.98])
@pytest.mark.parametrize("kind", ["smooth", "skewed", "intermittent"])
def test_cycle_service_is_within_two_points_of_what_was_asked_for(kind: str, level: float) -> None:
    leads, weights = np.array([1, 2, 4]), np.array([0.3, 0.5, 0.2])
    lead = LeadTime((7.0, 14.0, 28.0), (0.3, 0.5, 0.2), "receipts")
    reached = []
    for seed in range(30):
        rng = np.random.default_rng(seed)
        draw = {
            "smooth": lambda size, r=rng: np.round(r.normal(100, 20, size)),
            "skewed": lambda size, r=rng: np.round(r.gamma(0.8, 80, size)),
            "intermittent": lambda size, r=rng: np.where(r.random(size) < 0.25, np.ceil(r.lognormal(3, 0.9, size)), 0),
        }[kind]
        sums = np.quantile(np.cumsum(draw((4000, 5)), axis=1), LEVELS, axis=0).T
        up_to = np.ceil(protected(sums, lead, 7.0).quantile(level))
        reached.append(cycles(draw(2000), leads, weights, up_to, seed)[0])
    assert abs(np.mean(reached) - level) < 0.02
