"""`./almanac settings`: how the business counts, as it is kept with the data, and the one way to change it.

    ./almanac settings                                     what is kept
    ./almanac settings --timezone Europe/Berlin            says what that would rewrite, and changes nothing
    ./almanac settings --week-start sunday --yes           does it: stops the system, changes it, starts it again

Also --currency EUR and --train-hour 3. Other weeks (time zone, week start) have the demand history made again from the
topic by the trainer, beside the old one, and then the forecasts; plans move to the week that holds them. It goes on
after a kill, and nothing is trained until it is done. Exit code 0 when the system runs with the new settings.
"""

import argparse
import dataclasses
from pathlib import Path
from typing import Any

from infra.launcher import commands, environment, state, watch
from infra.launcher.client import Client
from infra.launcher.console import say
from infra.launcher.environment import KEPT, Business
from infra.launcher.errors import LauncherError, run_program
from infra.launcher.options import data_option
from infra.launcher.running import check_values

NAMES = {
    "timezone": "Time zone", "week_start": "Weeks start on", "currency": "Currency", "train_hour": "Training hour",
}  # fmt: skip
WEEKS = {"timezone", "week_start"}


def parse(arguments: list[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        "almanac settings",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        parents=[data_option()],
    )
    for name in KEPT:
        parser.add_argument(f"--{name.replace('_', '-')}", type=int if name == "train_hour" else str)
    parser.add_argument("--yes", action="store_true", help="do it; without, it is only said")
    return parser.parse_args(arguments)


def main(arguments: list[str]) -> int:
    """Run the command."""
    options = parse(arguments)
    data = options.data.resolve()
    content = state.load(data)
    if not content.get("business"):
        raise LauncherError(f"Nothing was made in {data} yet: the first `./almanac up` takes ALMANAC_TIMEZONE.")
    made = Business(**content["business"])
    given = {name: getattr(options, name) for name in KEPT if getattr(options, name) is not None}
    wanted = {name: value for name, value in given.items() if value != getattr(made, name)}
    check_values(wanted)
    for name in KEPT:
        arrow = f" → {wanted[name]}" if name in wanted else ""
        say(f"  {NAMES[name]:<15} {getattr(made, name)}{arrow}")
    if not wanted and not content.get("adopting"):
        return 0
    earlier: list[str] = []
    if wanted:
        client = Client.connect(data)  # what it says first are the running system's numbers
        earlier = [replay["id"] for replay in _rewritings(client)]
        for line in rewritten(client, wanted):
            say(f"  {line}")
    if not options.yes:
        say("  Nothing was changed; add --yes.")
        return 0
    _change(data, content, dataclasses.replace(made, **wanted))
    _follow(Client.connect(data), earlier, again=not wanted)
    return 0


def rewritten(client: Client, wanted: dict[str, Any]) -> list[str]:
    """What other settings rewrite, in numbers, and what they leave as it is."""
    lines = []
    if WEEKS & wanted.keys():
        held = client.get("/forecast/history/totals")
        lines.append(
            f"Rewritten: the demand history, {held['weeks']:,} weeks of {held['series']:,} series, from"
            f" {held['events']:,} entries of the topic; then, by a training, the forecasts and what follows from them."
        )
    if "week_start" in wanted:
        plans = sum(1 for _ in client.items("/overrides", limit=200))
        lines.append(f"Moved: {plans:,} overrides, each to the week that holds it. Accuracy of earlier forecasts ends.")
    if "timezone" in wanted:
        ledger = client.get("/sales/totals")
        lines.append(
            f"Not rewritten: {ledger['entries']:,} moments of the ledger. A time that was given without a zone stays"
            " what it was read as."
        )
    if "currency" in wanted:
        lines.append("Nothing is converted: every amount counts as of the new currency.")
    if "train_hour" in wanted:
        lines.append("Rewritten: nothing; the next weekly training is due at the new hour.")
    return lines


def _change(data: Path, content: dict[str, Any], business: Business) -> None:
    options = argparse.Namespace(data=data)
    if state.supervisor_of(content) is not None:
        commands.down(options)
    state.save(data, state.load(data) | {"business": dataclasses.asdict(business), "adopting": True})
    before = content.get("options") or {}
    arguments = ["up", "--data", str(data), "--port", str(before.get("port", 8000))]
    arguments += ["--kafka", str(before.get("kafka", "auto")), "--postgres", str(before.get("postgres", "auto"))]
    arguments += ["--no-frontend"] if before.get("no_frontend") else []
    for name in KEPT:
        environment.forget(name)  # what the caller's environment says may be what was kept before
    if commands.up_detached(options, arguments):
        raise LauncherError("It does not start with the new settings: `./almanac up` goes on where it is.")


def _rewritings(client: Client) -> list[dict[str, Any]]:
    """The newest rewritings that other settings asked for."""
    return [replay for replay in client.get("/replays", limit=100)["items"] if replay["requested_by"] == "settings"]


def _follow(client: Client, earlier: list[str], *, again: bool) -> None:
    """The rewriting that this change asked for, to its end, and its training; a short one may have ended by now.

    `again`: the change was made by a command before this one, so what has ended may be anybody's.
    """
    for replay in _rewritings(client)[:1]:
        ended = replay["status"] in watch.ENDED
        if replay["id"] not in earlier and not (again and ended):
            told = watch.job(client, f"/replays/{replay['id']}", "Rewriting the demand history", _summary)
            if told["result"]["run_id"]:
                watch.training(client, told["result"]["run_id"], ask=True)


def _summary(told: dict[str, Any]) -> str:
    result = told["result"]
    changes = ", ".join(f"{result[name]:,} weeks {name}" for name in ("changed", "added", "removed"))
    return f"{result['records']:,} records; {changes}"


if __name__ == "__main__":
    raise SystemExit(run_program(main))
