"""Numbers written many at once are those that are written one by one."""

import numpy as np
from forecaster.api import shapes
from forecaster.application.planning import table
from forecaster.domain import rounding
from forecaster.domain.rounding import stored
from forecaster.storage import forecasts, numbers


def many() -> np.ndarray:
    draw = np.random.default_rng(5)
    sizes = 10.0 ** draw.uniform(-6, 8, 4000)
    ties = np.arange(64) / 16  # exact halves of a thousandth among them
    return np.concatenate([sizes, np.round(sizes), ties, [0.0, 1.0, 10.0, 1e6, 123456.0, 1e-7]]).astype(np.float32)


def test_json_shows_the_shortest_number_that_is_the_stored_one() -> None:
    values = many()
    assert shapes.numbers(values) == [float(str(value)) for value in values]
    grid = values[:4000].reshape(100, 40)
    assert shapes.numbers(grid[:, ::2]) == [[float(str(value)) for value in row[::2]] for row in grid]


def test_the_table_has_three_decimals_and_no_zeros_behind_them() -> None:
    values = many()
    assert table._written(values) == [f"{float(value):.3f}".rstrip("0").rstrip(".") for value in values]


def test_text_of_the_database_is_the_stored_number_to_the_bit() -> None:
    values = stored(many())
    parts = [values[:7], values[:0], values[7:8], values[8:]]
    read = numbers.read([",".join(map(str, part)) for part in parts] + [None])
    assert all((mine == part).all() for mine, part in zip(read, [*parts, values[:0]], strict=True))


def test_a_run_is_stored_to_the_bit_and_published_as_each_row_by_itself() -> None:
    values = stored(many()[:4048].reshape(368, 11))
    text = forecasts._array(values)
    assert (np.array(text[1:-1].split(","), dtype=np.float32) == values.reshape(-1)).all()
    assert rounding.published_rows(values) == [rounding.published(row) for row in values]
