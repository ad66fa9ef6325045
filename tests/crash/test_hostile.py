"""Hostile messages do no harm: the small form of `python -m tests.crash.hostile`."""

import pytest

from tests.crash import hostile


@pytest.mark.e2e
@pytest.mark.timeout(240)
def test_hostile_messages_harm_neither_valid_ones_nor_the_worker() -> None:
    result = hostile.run(2000, seed=7)
    assert hostile.whole(result), result
    assert result["dead_letters"] + result["rejected"] == 2000
