"""`python -m tests.architecture [SERVICE …]`: every finding of the rules, for whoever moves a room."""

import sys

from tests.architecture import house, rules
from tests.architecture.test_walls import APPLIES


def main(services: list[str]) -> int:
    """Print the findings; 1 when there is one."""
    found = [line for service in services or house.SERVICES for rule in APPLIES for line in rule.findings(service)]
    found += [f"circle: {' → '.join(loop)}" for loop in rules.circles()]
    found += rules.homonyms(house.shared_files())
    found += [line for file in house.all_files() for line in rules.length(file)]
    print("\n".join(found) or "Nothing found.")
    return int(bool(found))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
