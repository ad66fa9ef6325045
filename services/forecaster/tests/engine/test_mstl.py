"""MSTL as an optional candidate: it is tried when its name is asked for, and it follows a weekly season."""

from dataclasses import replace

import numpy as np
import pandas as pd
from forecaster.engine.data.source import Source
from forecaster.engine.methods import registry

from services.forecaster.tests.engine.frames import QUICK


def test_mstl_is_found_by_its_name_and_follows_a_weekly_season() -> None:
    (mstl,) = (one for one in registry.candidates(replace(QUICK, optional=("MSTL",))) if one.name == "MSTL")
    week = np.array([10, 12, 14, 16, 30, 50, 5.0])
    days = pd.date_range("2024-01-01", periods=70)
    history = pd.DataFrame({"unique_id": "a", "ds": days, "y": np.tile(week, 10)})
    source = Source(history, "D", None, None)
    found = mstl.forecast(source.panel(source.last(), 7), 0, 69)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, week, atol=1.0)
