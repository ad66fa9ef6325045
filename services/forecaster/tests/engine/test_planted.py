"""Bands of kinds that stand in one panel, against their true distributions: each kind's band is its own.

The bounds are those of the goal. A kind has so many series that chance moves its share held by less than half of what
the bounds leave: 120 series x 8 weeks, of which those of a series count as two for what they share.
"""

import numpy as np
import pytest
from forecaster.engine.quantiles import at

from tests.bench import planted

EFFORT = {"rows": 30_000, "work": 60_000, "bags": 1, "rounds": 60, "candidate_seconds": 0.0, "threads": 2}


def test_each_kind_of_a_mixed_panel_has_a_band_of_its_own() -> None:
    """What mostly sells nothing has half of the panel, the other kinds an eighth each."""
    made = planted.panel("intermittent", 0.5, 960, 7)
    for of, row in planted.judge(made, planted.forecast(made, **EFFORT)).items():
        assert 0.75 < row["held"] < 0.85, (of, row)
        assert row["width"] < 1.3, (of, row)


@pytest.mark.parametrize("others", ["negative binomial", "lognormal"])
def test_one_among_many_has_a_band_of_its_own(others: str) -> None:
    """A single steady seller, three times: eight weeks of one series show no share, but its law does."""
    width, held = [], []
    for seed in (1, 2, 3):
        made = planted.one_among("poisson", others, 60, seed)
        bands, true = planted.forecast(made, **EFFORT)[:1], made.quantiles[:1]
        low, high = at(bands, 0.1), at(bands, 0.9)
        width.append((high - low).mean() / (at(true, 0.9) - at(true, 0.1)).mean())
        share = [np.interp(end, true[0, 0], planted.LEVELS) for end in (high + 0.5, low - 0.5)]
        held.append((share[0] - share[1]).mean())
    assert np.mean(width) < 1.3, width
    assert np.mean(held) > 0.75, held


def test_usual_and_promoted_weeks_have_each_a_band_of_their_own() -> None:
    made = planted.promoted(240, 7)
    for of, row in planted.judge(made, planted.forecast(made, **EFFORT)).items():
        assert 0.75 < row["held"] < 0.87, (of, row)
        assert row["width"] < 1.3, (of, row)
