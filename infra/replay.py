"""`./almanac replay`: rebuild the demand history from the topic, beside the live one. Through the API, as the operator.

    ./almanac replay sale-recorded                                     everything
    ./almanac replay sale-recorded --from 2026-01-05 --to 2026-02-01   days of `sold_at`, widened to whole weeks
    ./almanac replay sale-recorded --sku A1 B2 --retrain               some products; train the forecasts afterwards
    ./almanac replay sale-recorded --recorded-from 2026-11-20T00:00Z   the weeks that were touched since
    ./almanac replay list                                              the last replays
    ./almanac replay follow ID                                         how far one is, until it ends
    ./almanac replay cancel ID                                         stop one; the history stays as it is

The replay runs in the trainer: this command only watches, and a replay whose process was killed resumes. Exit code 0
when the history is now equal to the topic, 1 when the replay failed or was cancelled, 130 when it was left by Ctrl-C.
"""

import argparse
import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

from infra.launcher import watch
from infra.launcher.client import Client
from infra.launcher.console import say
from infra.launcher.errors import run_program
from infra.launcher.options import data_option

SHOWN = 20
SUMS = ("weeks", "entries", "units", "revenue", "checksum")


def parse(arguments: list[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        "almanac replay",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        parents=[data_option()],
    )
    commands = parser.add_subparsers(dest="command", required=True)
    inner = [data_option(inner=True)]
    start = commands.add_parser("sale-recorded", parents=inner, help="rebuild from this topic")
    start.add_argument("--from", type=_day, metavar="DATE", dest="sold_from", help="first day of `sold_at`")
    start.add_argument("--to", type=_day, metavar="DATE", dest="sold_to", help="last day of `sold_at`")
    start.add_argument("--recorded-from", type=_moment, metavar="TIME", help="what was recorded since, with a zone")
    start.add_argument("--sku", nargs="+", action="extend", metavar="SKU", help="only these products")
    start.add_argument(
        "--trust-log", action="store_true", help="also when it holds fewer entries than were counted (see the docs)"
    )
    start.add_argument("--retrain", action="store_true", help="train the forecasts afterwards")
    follow = commands.add_parser("follow", parents=inner, help="watch a replay until it ends")
    for command in (start, follow):
        command.add_argument("--json", type=Path, metavar="OUT", help="write what came of it")
    commands.add_parser("list", parents=inner, help="the last replays")
    cancel = commands.add_parser("cancel", parents=inner, help="stop a replay")
    for command in (follow, cancel):
        command.add_argument("id")
    return parser.parse_args(arguments)


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day such as 2026-01-05") from None


def _moment(text: str) -> str:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no time such as 2026-11-20T08:00Z") from None
    if moment.tzinfo is None:
        raise argparse.ArgumentTypeError(f"{text!r} names no time zone: add Z for UTC, or +01:00")
    return moment.isoformat()


def main(arguments: list[str]) -> int:
    """Run the command."""
    options = parse(arguments)
    client = Client.connect(options.data.resolve())
    if options.command == "list":
        return _list(client)
    if options.command == "cancel":
        client.post(f"/replays/{options.id}/cancel")
        say("It stops within seconds; the history stays as it is.")
        return 0
    replay_id = options.id if options.command == "follow" else _start(client, options)
    told = watch.job(client, f"/replays/{replay_id}", "Rebuilding the history", summary)
    if options.json:
        options.json.write_text(json.dumps(told, indent=1) + "\n")
    print_comparison(told)
    return 0


def _start(client: Client, options: argparse.Namespace) -> str:
    asked = {
        "from": options.sold_from, "to": options.sold_to, "recorded_from": options.recorded_from,
        "skus": options.sku, "retrain": options.retrain, "trust_log": options.trust_log,
    }  # fmt: skip
    started = client.post("/replays", {name: value for name, value in asked.items() if value})
    say(f"  Replay {started['id']} of {scope_in_words(started['scope'])}")
    return str(started["id"])


def scope_in_words(scope: dict[str, Any]) -> str:
    """What a replay rebuilds, in weeks, as it was understood."""
    parts = []
    if scope["first_week"] or scope["last_week"]:
        parts.append(f"the weeks from {scope['first_week'] or 'the first'} to {scope['last_week'] or 'the last'}")
    if scope["recorded_from"]:
        parts.append(f"what was recorded since {scope['recorded_from']}")
    if scope["skus"]:
        parts.append(f"{len(scope['skus']):,} products")
    return ", ".join(parts) or "everything"


def summary(told: dict[str, Any]) -> str:
    """A replay that has succeeded, in a line."""
    result = told["result"]
    return f"{result['records']:,} records at {result['events_per_second']:,} a second"


def print_comparison(told: dict[str, Any]) -> None:
    """Both sides as they were compared, and what was changed."""
    result = told["result"]
    if not result["live"]["weeks"] and not result["shadow"]["weeks"]:
        say("  Neither the history nor the log has sales in this scope.")
        return
    say(f"  {'':<10} {'live history':>26} {'rebuilt from the log':>26}")
    for name in SUMS:
        live, shadow = str(result["live"][name]), str(result["shadow"][name])
        say(f"  {name:<10} {live:>26} {shadow:>26}{'' if live == shadow else '   DIFFERS'}")
    changes = ", ".join(f"{result[name]:,} weeks {name}" for name in ("changed", "added", "removed"))
    say("  The history was right; nothing was changed." if result["equal"] else f"  The history was mended: {changes}.")
    noted = {
        "duplicates": "repeated entries were counted once",
        "unreadable": "records could not be read and were left out",
        "inbox_repaired": "ids that the history had forgotten are remembered again",
    }
    for name, text in noted.items():
        if result[name]:
            say(f"  {result[name]:,} {text}.")
    if result["run_id"]:
        say(f"  A training was asked for: run {result['run_id']}.")


def _list(client: Client) -> int:
    found = client.get("/replays", limit=SHOWN)["items"]
    for told in found:
        when = told["requested_at"][:19]
        say(f"  {told['id']}  {when}  {told['status']:<10} {told['requested_by']:<10} {scope_in_words(told['scope'])}")
    if not found:
        say("There was no replay yet.")
    return 0


if __name__ == "__main__":
    raise SystemExit(run_program(main))
