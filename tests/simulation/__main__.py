"""`python -m tests.simulation --seeds 10000` or `--seed N`; `--bugs` shows in how many seeds each planted bug is found.

Exits 1 with the failing seed when a promise is broken; the same seed breaks it again.
"""

import argparse
import json
import os
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from tests.simulation.bugs import BUGS, caught_at
from tests.simulation.run import SeedOutcome, run_seed, silence


def main() -> int:
    """Run what was asked for; the exit code."""
    options = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    options.add_argument("--seeds", type=int, default=300, help="how many")
    options.add_argument("--from", dest="first", type=int, default=0, help="the first seed")
    options.add_argument("--seed", type=int, help="this seed only")
    options.add_argument("--bug", choices=sorted(BUGS), help="with this fault planted")
    options.add_argument("--bugs", action="store_true", help="how many seeds it takes to find each planted fault")
    options.add_argument("--json", type=Path, help="write the result there")
    given = options.parse_args()
    silence()
    if given.bugs:
        found = {name: caught_at(parts, 200) for name, parts in BUGS.items()}
        for name, seeds in found.items():
            print(f"{name}: {'found in seed ' + str(seeds) if seeds else 'NOT FOUND in 200 seeds'}")
        return 0 if all(found.values()) else 1
    if given.seed is not None:
        outcome = run_seed(given.seed, BUGS.get(given.bug or ""))
        print(outcome)
        return 1 if outcome.violation else 0
    return _many(range(given.first, given.first + given.seeds), given.json)


def _many(seeds: range, report: Path | None) -> int:
    began, outcomes = time.monotonic(), list[SeedOutcome]()
    with ProcessPoolExecutor(os.cpu_count(), initializer=silence) as pool:
        for outcome in pool.map(run_seed, seeds, chunksize=25):
            outcomes.append(outcome)
            if outcome.violation:
                print(f"seed {outcome.seed}: {outcome.violation}")
                print(f"  again: python -m tests.simulation --seed {outcome.seed}")
            if len(outcomes) % 1000 == 0:
                print(f"{len(outcomes)} seeds, {time.monotonic() - began:.0f} s", flush=True)
    result = {
        "seeds": len(outcomes), "violations": sum(outcome.violation is not None for outcome in outcomes),
        "steps": sum(outcome.steps for outcome in outcomes), "crashes": sum(outcome.crashes for outcome in outcomes),
        "pauses": sum(outcome.pauses for outcome in outcomes), "replays": sum(outcome.replays for outcome in outcomes),
        "seconds": round(time.monotonic() - began, 1),
    }  # fmt: skip
    print(json.dumps(result))
    if report:
        report.write_text(json.dumps(result) + "\n")
    return 1 if result["violations"] else 0


if __name__ == "__main__":
    raise SystemExit(main())
