"""Quantiles are asked for by their level, and the levels are those that the services agreed on."""

import numpy as np
import pytest
from contracts import quantiles as agreed
from forecaster import engine
from forecaster.engine import quantiles

from services.forecaster.tests.engine.frames import QUICK, weekly


def test_the_engine_tells_the_quantiles_that_the_services_agreed_on() -> None:
    assert quantiles.LEVELS == agreed.LEVELS


def test_a_quantile_is_asked_for_by_its_level() -> None:
    found = engine.forecast(weekly(3, 20), freq="W-FRI", horizon=2, options=QUICK)
    assert found.quantile(0.9).shape == found.mean.shape
    np.testing.assert_array_equal(found.quantile(0.005), found.quantiles.min(axis=-1))
    np.testing.assert_array_equal(found.sum_quantile(0.995), found.sum_quantiles.max(axis=-1))
    with pytest.raises(ValueError, match=r"0\.42 is no quantile level"):
        found.quantile(0.42)
