"""`./almanac dead-letters`: what could not be applied, and what to do with it. Through the API, as the operator.

    ./almanac dead-letters                                   groups of open letters, and consumers that have stopped
    ./almanac dead-letters list sales [--code C]             the open letters of a service, newest first
    ./almanac dead-letters list sales --status redriven      those that were sent again, or discarded, and by whom
    ./almanac dead-letters show sales 17                     one letter with its headers and value
    ./almanac dead-letters redrive sales --code C            only counts; with --yes it sends them again
    ./almanac dead-letters discard sales --ids 17,18 --yes   close them for good; --code, --topic, --all as above
    ./almanac dead-letters resume sales ledger               let a stopped consumer go on
"""

import argparse
import itertools
import json
from typing import Any

from infra.launcher.client import Client
from infra.launcher.console import say
from infra.launcher.environment import BEHIND_GATEWAY
from infra.launcher.errors import LauncherError, run_program
from infra.launcher.options import data_option


def parse(arguments: list[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        "almanac dead-letters",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        parents=[data_option()],
    )
    commands = parser.add_subparsers(dest="command")
    for name in ("list", "show", "redrive", "discard", "resume"):
        command = commands.add_parser(name, parents=[data_option(inner=True)])
        command.add_argument("service", choices=BEHIND_GATEWAY)
        if name == "show":
            command.add_argument("id", type=int)
        if name == "resume":
            command.add_argument("consumer")
        if name == "list":
            command.add_argument("--limit", type=int, default=20)
            command.add_argument("--code")
            command.add_argument("--status", choices=("open", "redriven", "discarded"), default="open")
        if name in ("redrive", "discard"):
            command.add_argument("--ids", type=_ids, metavar="17,18,19")
            command.add_argument("--consumer")
            command.add_argument("--topic")
            command.add_argument("--code")
            command.add_argument("--all", action="store_true")
            command.add_argument("--yes", action="store_true", help="do it; without, it is only counted")
    return parser.parse_args(arguments)


def _ids(text: str) -> list[int]:
    try:
        return [int(part) for part in text.split(",")]
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no list of letters' numbers such as 17,18") from None


def main(arguments: list[str]) -> int:
    """Run the command."""
    options = parse(arguments)
    client = Client.connect(options.data.resolve())
    if options.command is None:
        return _groups(client)
    path = f"/dead-letters/{options.service}"
    if options.command == "list":
        return _list(client, path, options)
    if options.command == "show":
        say(json.dumps(client.get(f"{path}/{options.id}"), indent=1, ensure_ascii=False))
    elif options.command == "resume":
        told = client.post(f"/consumers/{options.service}/{options.consumer}/resume")
        say(f"{options.consumer} goes on." if told["resumed"] else f"{options.consumer} was not stopped.")
    else:
        _settle(client, path, options)
    return 0


def _groups(client: Client) -> int:
    found = client.get("/dead-letters")
    for item in found["items"]:
        where = f"{item['service']:<11} {item['consumer']:<12} {item['topic']:<18} {item['code']:<18}"
        say(f"  {where} {item['letters']:>8,}")
        say(f"      since {item['first_at']}: {item['example']}")
    if not found["items"]:
        say("No open dead letters.")
    for service in BEHIND_GATEWAY:
        for consumer in client.get(f"/consumers/{service}"):
            if consumer["stopped"]:
                say(f"  {service}: {consumer['name']} has stopped: {consumer['stopped']}")
    for service in found.get("degraded", []):
        say(f"  {service} does not answer")
    return 0


def _list(client: Client, path: str, options: argparse.Namespace) -> int:
    found = client.items(path, limit=100, status=options.status)
    letters = (letter for letter in found if options.code in (None, letter["code"]))
    for letter in itertools.islice(letters, options.limit):
        place = f"{letter['topic']}[{letter['partition']}]@{letter['offset']}"
        settled = f"   ({letter['status']} by {letter['settled_by']})" if letter["settled_by"] else ""
        line = f"{place:<28} {letter['code']}: {letter['message']}{settled}"
        say(f"  {letter['id']:>6}  {letter['stored_at'][:19]}  {line}")
    return 0


def _settle(client: Client, path: str, options: argparse.Namespace) -> None:
    selection: dict[str, Any] = {
        name: getattr(options, name) for name in ("consumer", "topic", "code") if getattr(options, name)
    }
    if options.ids:
        selection["ids"] = options.ids
    if options.all:
        selection["all"] = True
    if not selection:
        raise LauncherError("Say which: --ids, --consumer, --topic, --code, or --all.")
    told = client.post(f"{path}/{options.command}", selection | {"dry_run": not options.yes})
    cut = f"; {told['cut']:,} are too large to be sent again" if told.get("cut") else ""
    done = f"{options.command}: {told['letters']:,} letter{'' if told['letters'] == 1 else 's'}{cut}"
    say(done if options.yes else f"Would {done}. Nothing was changed; add --yes.")


if __name__ == "__main__":
    raise SystemExit(run_program(main))
