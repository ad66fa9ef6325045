"""Forecasts are stored and published with six and four significant digits: more would be noise, and bytes."""

import numpy as np
from numpy.typing import NDArray


def significant(values: NDArray[np.floating], digits: int) -> NDArray[np.float64]:
    """Round to significant digits."""
    exact = np.asarray(values, dtype=np.float64)
    size = np.floor(np.log10(np.where(exact == 0, 1.0, np.abs(exact))))
    factor = 10.0 ** (digits - 1 - size)
    rounded: NDArray[np.float64] = np.where(exact == 0, 0.0, np.round(exact * factor) / factor)
    return rounded


def stored(values: NDArray[np.floating]) -> NDArray[np.float32]:
    """As a run keeps them."""
    return significant(values, 6).astype(np.float32)


def published(values: NDArray[np.floating]) -> list[float]:
    """As events carry them."""
    return published_rows(values.reshape(1, -1))[0]


def published_rows(values: NDArray[np.floating]) -> list[list[float]]:
    """As events carry them, row by row; rounded together."""
    return [[round(value, 6) for value in row] for row in significant(values, 4).tolist()]
