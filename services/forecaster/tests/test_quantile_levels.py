"""The engine and the contracts speak of the same quantiles: each declares them once, and this ties the two."""

from contracts import quantiles
from forecaster.engine.quantiles import LEVELS


def test_the_engines_quantiles_are_those_of_the_contracts() -> None:
    assert quantiles.LEVELS == LEVELS
