"""What is typed wrong is refused where it is read, with what is to be written instead, and cheaply."""

from datetime import UTC, datetime

import pytest
from contracts.scenario import Scenario, ScenarioScope
from contracts.types import Day, Instant
from pydantic import TypeAdapter, ValidationError

MANY = 100_000


@pytest.mark.parametrize("field", [Day, Instant])
@pytest.mark.parametrize("given", [20260301, "20260301", "1767225600", " 1767225600000 ", 0.5, "-1", True])
def test_a_number_is_no_day_and_no_moment(field: object, given: object) -> None:
    with pytest.raises(ValidationError, match="must be written out, as 2026-03-01"):
        TypeAdapter(field).validate_python(given)


@pytest.mark.parametrize(("given", "means"), [
    ("2026-01-01T00:00:00+23:59", datetime(2025, 12, 31, 0, 1, tzinfo=UTC)),
    ("2026-01-01T00:00:00-23:59", datetime(2026, 1, 1, 23, 59, tzinfo=UTC)),
    ("2026-01-01T12:00:00.5Z", datetime(2026, 1, 1, 12, 0, 0, 500_000, tzinfo=UTC)),
])  # fmt: skip
def test_a_moment_of_any_legal_offset_is_one_that_a_database_takes(given: str, means: datetime) -> None:
    found = TypeAdapter(Instant).validate_python(given)
    assert (found, found.tzinfo) == (means, UTC)


@pytest.mark.parametrize("given", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_moment_beyond_the_calendar_is_refused(given: str) -> None:
    with pytest.raises(ValidationError, match="outside the years"):
        TypeAdapter(Instant).validate_python(given)


@pytest.mark.parametrize(("model", "given"), [
    (ScenarioScope, {"skus": [{}] * MANY}), (ScenarioScope, {"skus": ["a"], "locations": [1] * MANY}),
    (ScenarioScope, {f"k{number}": 1 for number in range(MANY)}), (Scenario, {f"k{n}": 1 for n in range(MANY)}),
])  # fmt: skip
def test_of_very_many_faults_one_is_told(model: type[Scenario] | type[ScenarioScope], given: object) -> None:
    with pytest.raises(ValidationError) as told:
        model.model_validate(given)
    assert told.value.error_count() <= 2
