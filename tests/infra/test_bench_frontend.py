"""What `bench frontend` reports: which goals were missed, and routes by their kind whatever they name."""

import pytest

from tests.bench import frontend

MET = dict.fromkeys(frontend.GOALS, 0) | {"api_p95_ms": {"/api/orders": 150.0}}


def test_a_figure_or_a_route_above_its_goal_is_missed() -> None:
    assert frontend.missed(MET) == []
    assert frontend.missed(MET | {"cls": 0.1, "api_p95_ms": {"/api/orders": 150.1}}) == ["cls", "/api/orders"]


@pytest.mark.parametrize(
    ("path", "route"),
    [
        ("/api/forecast/85123A", "/api/forecast/{}"),
        ("/api/forecast/runs/46c45c1b-c91d-427e-a32e-ac7c981f541e/diff", "/api/forecast/runs/{}/diff"),
        ("/api/forecast/summary", "/api/forecast/summary"),
        ("/api/orders", "/api/orders"),
    ],
)
def test_addresses_of_one_route_are_counted_together(path: str, route: str) -> None:
    assert frontend.NAMED.sub("/{}", path) == route
