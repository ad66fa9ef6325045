"""The engine and the contracts speak of the same quantiles: each declares them once, and this ties the two."""

import numpy as np
from contracts import quantiles
from forecaster.api import shapes
from forecaster.engine.quantiles import LEVELS, TOLD, at


def test_the_engines_quantiles_are_those_of_the_contracts() -> None:
    assert quantiles.LEVELS == LEVELS


def test_the_deciles_are_the_same_in_the_file_on_the_wire_and_over_http() -> None:
    rows = np.random.default_rng(1).gamma(2, 3, (20, len(LEVELS))).astype(np.float32)
    rows = np.sort(np.concatenate([rows, np.floor(rows)]), axis=1)
    assert quantiles.TOLD == TOLD
    shown = shapes.quantiles(rows)
    for row, over_http in zip(rows, shown, strict=True):
        in_file = [float(at(row, level)) for level in TOLD]
        np.testing.assert_allclose(quantiles.told([float(value) for value in row]), in_file, rtol=1e-5)
        np.testing.assert_allclose([over_http[f"{level:g}"] for level in TOLD], in_file, rtol=1e-5)
        assert in_file == sorted(in_file)
