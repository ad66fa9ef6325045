"""`./almanac reproduce RUN`: rebuild a run's forecasts from the topic and say whether they are identical, to the bit.

    ./almanac reproduce f158f8e0-6d25-45f3-92b2-303d8ccf58d3    `./almanac status --json` names the last run
    ./almanac reproduce last                                    the newest training that made forecasts

The history is read from the topic up to the offsets that the run saw; its kept inputs, horizon and seed are used
again, by the libraries that are installed now. Exit code 0 when the forecasts are identical, 1 when they are not or
could not be made, 130 when it was left by Ctrl-C.
"""

import argparse
import json
from pathlib import Path
from typing import Any

from infra.launcher import watch
from infra.launcher.client import Client
from infra.launcher.console import say
from infra.launcher.errors import LauncherError, run_program
from infra.launcher.options import data_option


def parse(arguments: list[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        "almanac reproduce",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        parents=[data_option()],
    )
    parser.add_argument("run", metavar="RUN", help="the id of a training, or `last`")
    parser.add_argument("--json", type=Path, metavar="OUT", help="write what came of it")
    return parser.parse_args(arguments)


def main(arguments: list[str]) -> int:
    """Run the command."""
    options = parse(arguments)
    client = Client.connect(options.data.resolve())
    run = _newest_training(client) if options.run == "last" else options.run
    started = client.post(f"/forecast/runs/{run}/reproduce")
    told = watch.job(client, f"/forecast/reproductions/{started['id']}", f"Reproducing run {run}", summary)
    if options.json:
        options.json.write_text(json.dumps(told, indent=1) + "\n")
    return print_verdict(told["result"])


def _newest_training(client: Client) -> str:
    for run in client.items("/forecast/runs", limit=50):
        if run["kind"] == "train" and run["series"] and run["offsets"]:
            return str(run["id"])
    raise LauncherError("No training has made forecasts yet: start one with `./almanac train`.")


def summary(told: dict[str, Any]) -> str:
    """A reproduction that has come to its end, in a line."""
    return f"{told['result']['series']:,} series compared"


def print_verdict(result: dict[str, Any]) -> int:
    """Whether the forecasts are identical, what differs and what may be why; 1 when they are not."""
    for name, versions in sorted(result["other_versions"].items()):
        say(f"  {name}: the run was made with {versions['run']}, now {versions['now'] or 'it is not there'}")
    if not result["other_versions"]:
        say("  The libraries are those of the run.")
    if result["identical"]:
        say("reproduce: all forecasts are identical")
        return 0
    say(f"  {result['different']:,} differ, by at most {result['largest_difference']:g};")
    say(f"  {result['missing_or_new']:,} are on one side only. For example: {', '.join(result['examples'][:5])}")
    say("reproduce: the forecasts are not identical")
    return 1


if __name__ == "__main__":
    raise SystemExit(run_program(main))
