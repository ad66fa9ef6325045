"""Every screen learns that it is stale: what can be fetched is named by a topic, or left out with a reason."""

import json

import pytest
from contracts.topics import TOPICS
from gateway.domain.resources import NOT_LIVE, STALE, covers

from infra.launcher.paths import ROOT

# Records that only ask, whose outcome has a topic of its own, and one that is shown as it is.
TELL_OF_NO_CHANGE = {"sale-submitted", "catalog-submitted", "training-progressed"}


@pytest.fixture(scope="module")
def fetched() -> set[str]:
    """Every path that can be fetched, as resources are named."""
    paths = json.loads((ROOT / "frontend" / "openapi.json").read_text())["paths"]
    return {path.removeprefix("/api/") for path, operations in paths.items() if "get" in operations}


def test_everything_that_can_be_fetched_is_made_stale_by_some_topic_or_is_left_out_for_a_reason(
    fetched: set[str],
) -> None:
    live = {resource for resources in STALE.values() for resource in resources}
    assert [path for path in sorted(fetched) if not any(covers(name, path) for name in {*live, *NOT_LIVE})] == []


def test_every_resource_that_is_named_can_be_fetched(fetched: set[str]) -> None:
    named = {resource for resources in STALE.values() for resource in resources} | NOT_LIVE.keys()
    assert [name for name in sorted(named) if not any(covers(name, path) for path in fetched)] == []


def test_what_is_left_out_is_named_by_no_topic_and_has_its_reason() -> None:
    assert [name for name in NOT_LIVE if any(name in resources for resources in STALE.values())] == []
    assert all(NOT_LIVE.values())


def test_a_topic_makes_something_stale_unless_its_records_only_ask() -> None:
    assert TOPICS.keys() - STALE.keys() == TELL_OF_NO_CHANGE


def test_no_topic_names_a_resource_twice_or_below_another_one() -> None:
    twice = [
        (topic, one, other)
        for topic, resources in STALE.items()
        for place, one in enumerate(resources)
        for other in resources[place + 1 :]
        if covers(one, other) or covers(other, one)
    ]
    assert twice == []


@pytest.mark.parametrize(
    ("resource", "path", "covered"),
    [("forecast", "forecast/runs", True), ("forecast/runs", "forecast/runs/{run_id}", True),
     ("forecast/runs", "forecast", False), ("orders", "orders.csv", False), ("stock", "stock", True)],
)  # fmt: skip
def test_a_resource_covers_itself_and_what_is_below(resource: str, path: str, covered: bool) -> None:
    assert covers(resource, path) is covered
