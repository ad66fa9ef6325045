"""`./almanac republish`: make topics again from what the services keep. Through the API, as the operator.

    ./almanac republish sale-recorded        the ledger's topic; what lay in it before is removed at the end
    ./almanac republish product-changed …    one or more of the others
    ./almanac republish all                  every topic that can be made again: after Kafka's data was lost
    ./almanac republish topics               which these are, and whose
    ./almanac republish list                 the last ones
    ./almanac republish follow ID            how far one is, until it ends
    ./almanac republish cancel ID            stop one; what it has told stays told, which harms nobody

Events are told again under identities that every consumer knows, so nothing counts twice. The services' workers do it:
this command only watches, and one whose worker was killed goes on where it was. After `sale-recorded` it waits until
all is read and rebuilds the demand history, which finds and mends whatever was lost before it was counted. Exit code 0
when all of that is done, 1 when something failed or was cancelled, 130 when it was left by Ctrl-C.
"""

import argparse
from pathlib import Path
from typing import Any

from infra.launcher import watch
from infra.launcher.client import ApiError, Client
from infra.launcher.console import say
from infra.launcher.environment import BEHIND_GATEWAY
from infra.launcher.errors import LauncherError, run_program
from infra.launcher.options import data_option

LEDGER = "sale-recorded"
NOT_FOUND, CONFLICT = 404, 409


def parse(arguments: list[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        "almanac republish",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        parents=[data_option()],
    )
    parser.add_argument("what", nargs="+", metavar="TOPIC", help="topics; or all, topics, list, follow ID, cancel ID")
    options = parser.parse_args(arguments)
    verb, *rest = options.what
    if verb in ("follow", "cancel") and len(rest) != 1:
        parser.error(f"{verb} takes the id of one republication")
    if verb in ("all", "topics", "list") and rest:
        parser.error(f"{verb} takes nothing more")
    return options


def main(arguments: list[str]) -> int:
    """Run the command."""
    options = parse(arguments)
    data = options.data.resolve()
    client, verb = Client.connect(data), options.what[0]
    if verb == "topics":
        for topic, service in owners(client).items():
            say(f"  {topic:<20} {service}")
    elif verb == "list":
        _list(client)
    elif verb == "cancel":
        service, _ = _find(client, options.what[1])
        client.post(f"/republications/{service}/{options.what[1]}/cancel")
        say("It stops within seconds; what it has told stays told.")
    elif verb == "follow":
        service, told = _find(client, options.what[1])
        _follow(client, service, told)
    else:
        _republish(client, data, options.what)
    return 0


def owners(client: Client) -> dict[str, str]:
    """Every topic that can be made again, and by which service; products before the sales of them."""
    found: dict[str, str] = {}
    for service in BEHIND_GATEWAY:
        try:
            found |= dict.fromkeys(client.get(f"/republications/{service}/topics"), service)
        except ApiError as fault:
            if fault.status != NOT_FOUND:  # a service that makes none again
                raise
    return found


def _republish(client: Client, data: Path, wanted: list[str]) -> None:
    known = owners(client)
    topics = list(known) if wanted == ["all"] else wanted
    unknown = [topic for topic in topics if topic not in known]
    if unknown:
        raise LauncherError(f"{', '.join(unknown)} cannot be made again. What can: {', '.join(known)}.")
    for topic in topics:
        _follow(client, known[topic], _ask(client, known[topic], topic))
    watch.wait_for_lag_zero(data)
    if LEDGER in topics:
        _rebuild(client)
    say("  All is told again. `./almanac verify` compares the ledger, the topic, the history and the stock.")


def _ask(client: Client, service: str, topic: str) -> dict[str, Any]:
    """A new republication of the topic, or the one that is under way."""
    try:
        started: dict[str, Any] = client.post(f"/republications/{service}", {"topic": topic})
    except ApiError as fault:
        if fault.status != CONFLICT:
            raise
        under_way = client.get(f"/republications/{service}")
        return next(one for one in under_way if one["topic"] == topic and one["status"] not in watch.ENDED)
    return started


def _follow(client: Client, service: str, told: dict[str, Any]) -> None:
    path = f"/republications/{service}/{told['id']}"
    watch.job(client, path, f"Telling {told['topic']} again", lambda ended: str(ended["message"]))


def _rebuild(client: Client) -> None:
    started = client.post("/replays", {})
    told = watch.job(client, f"/replays/{started['id']}", "Comparing the demand history with the topic", _compared)
    result = told["result"]
    if not result["equal"]:
        say(f"  {result['changed'] + result['added'] + result['removed']:,} weeks were mended.")


def _compared(told: dict[str, Any]) -> str:
    result = told["result"]
    return f"{result['records']:,} records, {'equal' if result['equal'] else 'mended'}"


def _find(client: Client, id_: str) -> tuple[str, dict[str, Any]]:
    for service in sorted(set(owners(client).values())):
        try:
            return service, client.get(f"/republications/{service}/{id_}")
        except ApiError as fault:
            if fault.status != NOT_FOUND:
                raise
    raise LauncherError(f"There is no republication {id_}: `./almanac republish list` tells them.")


def _list(client: Client) -> None:
    found = [
        one for service in sorted(set(owners(client).values())) for one in client.get(f"/republications/{service}")
    ]
    for told in sorted(found, key=lambda one: str(one["created_at"]), reverse=True):
        what = f"{told['topic']:<20} {told['status']:<10} {told['requested_by']:<10}"
        say(f"  {told['id']}  {told['created_at'][:19]}  {what} {told['message'] or ''}")
    if not found:
        say("No topic was made again yet.")


if __name__ == "__main__":
    raise SystemExit(run_program(main))
