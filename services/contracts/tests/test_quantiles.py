"""A quantile is asked for by its level."""

import pytest
from contracts import quantiles


def test_a_quantile_is_found_by_its_level() -> None:
    row = [level * 100 for level in quantiles.LEVELS]
    assert quantiles.at(row, 0.5) == 50
    assert quantiles.LEVELS[quantiles.index(0.975)] == 0.975


def test_the_levels_are_sorted_and_mirrored_about_the_median() -> None:
    assert list(quantiles.LEVELS) == sorted(quantiles.LEVELS)
    assert [round(1 - level, 6) for level in reversed(quantiles.LEVELS)] == list(quantiles.LEVELS)


@pytest.mark.parametrize("level", [0.51, 5, -1, float("nan")])
def test_a_level_that_there_is_not_is_an_error(level: float) -> None:
    with pytest.raises(ValueError, match="level"):
        quantiles.index(level)


def test_a_row_of_other_length_is_an_error() -> None:
    with pytest.raises(ValueError, match="11 values, not 2"):
        quantiles.at([1.0, 2.0], 0.5)


def test_the_nine_deciles_are_told_between_the_levels() -> None:
    row = [level * 100 for level in quantiles.LEVELS]
    assert quantiles.told(row) == pytest.approx([level * 100 for level in quantiles.TOLD])
    assert set(quantiles.DECILES) | set(quantiles.LEVELS) == set(quantiles.TOLD)
    counts = [0, 0, 1, 1, 2, 3, 5, 6, 7, 9, 12]
    assert quantiles.told(counts) == [0, 0, 1, 1, 1, 2, 2, 3, 3, 4, 5, 5, 6, 6, 7, 9, 12]
