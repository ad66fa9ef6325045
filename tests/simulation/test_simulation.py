"""A few hundred seeds keep every promise; every planted fault is found; a seed always does the same."""

import os
import subprocess
import sys

import pytest

from tests.simulation.bugs import BUGS, caught_at
from tests.simulation.run import run_seed, silence


@pytest.fixture(autouse=True, scope="module")
def _silence() -> None:
    silence()


@pytest.mark.parametrize("first", range(0, 300, 50))
def test_no_seed_breaks_a_promise(first: int) -> None:
    for seed in range(first, first + 50):
        outcome = run_seed(seed)
        assert outcome.violation is None, f"python -m tests.simulation --seed {seed}: {outcome.violation}"
        assert outcome.steps > 100


def test_the_seeds_are_hard_enough_to_mean_something() -> None:
    outcomes = [run_seed(seed) for seed in range(40)]
    assert sum(outcome.crashes for outcome in outcomes) > 100
    assert sum(outcome.pauses for outcome in outcomes) > 40
    assert sum(outcome.replays for outcome in outcomes) > 40


@pytest.mark.parametrize("bug", BUGS)
def test_a_planted_fault_is_found(bug: str) -> None:
    seeds = caught_at(BUGS[bug], 200)
    assert seeds is not None and seeds < 200


def test_a_seed_replays_exactly_in_another_process() -> None:
    told = []
    for hash_seed in ("1", "2"):
        command = [sys.executable, "-m", "tests.simulation", "--seed", "11"]
        environment = os.environ | {"PYTHONHASHSEED": hash_seed}
        told.append(subprocess.run(command, capture_output=True, text=True, check=True, env=environment).stdout)
    assert told[0] == told[1] and "violation=None" in told[0]
