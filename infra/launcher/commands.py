"""The commands that act on a system that was brought up: down, status, logs, import, train."""

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn

from infra.launcher import codes, imports, lag, mending, processes, running, state, watch
from infra.launcher.client import Client, credentials
from infra.launcher.console import say, step
from infra.launcher.environment import BASE, PROCESSES
from infra.launcher.errors import LauncherError
from infra.launcher.paths import PYTHON, ROOT, private
from infra.launcher.units import failing_checks

STOP_SECONDS = 9.0
READY_PHASES = ("ready",)
LITTLE_ROOM = 500_000_000


def up_detached(options: argparse.Namespace, arguments: list[str]) -> int:
    """`up --detach`: the same command without a terminal; its lines are shown until it is ready."""
    data = options.data.resolve()
    state.make_folder(data)
    log = private(data / "logs") / "launcher.log"
    given = [argument for argument in arguments if argument != "--detach"]
    with log.open("wb") as output:
        command = [str(PYTHON), "-P", "-m", "infra.launcher", *given]
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
        )
    with log.open("rb") as said:
        while True:
            ended = process.poll()
            ready = ended is None and _is_ready(data, process.pid)
            sys.stdout.write(said.read().decode(errors="replace"))
            sys.stdout.flush()
            if ended is not None:
                return ended
            if ready:
                return 0
            time.sleep(0.2)


def _is_ready(data: Path, pid: int) -> bool:
    content = state.load(data)
    return content.get("phase") in READY_PHASES and (content.get("supervisor") or {}).get("pid") == pid


def down(options: argparse.Namespace) -> int:
    """Stops the system; also what a killed supervisor left behind."""
    data = options.data.resolve()
    content = state.load(data)
    supervisor = state.supervisor_of(content)
    left = state.recorded(content)
    if supervisor is None and not left:
        say(f"Nothing runs from {data}.")
        return 0
    started = time.monotonic()
    with step("Stopping Almanac"):
        if supervisor:
            processes.send(supervisor, signal.SIGTERM)
            _wait_for_end(supervisor, STOP_SECONDS)
        left = state.recorded(content)
        base = {unit["pid"] for unit in content.get("processes", []) if unit["name"] in BASE}
        processes.end([identity for identity in left if identity.pid not in base], 3.0)
        processes.end([identity for identity in left if identity.pid in base], 3.0, signal.SIGINT)
    state.save(data, state.load(data) | {"supervisor": {}, "processes": [], "phase": "stopped"})
    say(f"Stopped what ran from {data} ({time.monotonic() - started:.1f} s).")
    return 0


def _wait_for_end(identity: processes.Identity, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while identity.alive and time.monotonic() < deadline:
        time.sleep(0.05)
    processes.send(identity, signal.SIGKILL)


def status(options: argparse.Namespace) -> int:
    """Every process, its health, consumer lag, last training. Exit code 1 when something is not ready."""
    document = status_document(options.data.resolve())
    if options.json:
        say(json.dumps(document, indent=1))
    else:
        _print_status(document)
    return 0 if document["url"] and all(unit["ready"] for unit in document["processes"]) else 1


def status_document(data: Path) -> dict[str, Any]:
    """What `status --json` prints."""
    content = state.load(data)
    alive = state.supervisor_of(content) is not None
    units = [_shown(unit) for unit in content.get("processes", [])] if alive else []
    document: dict[str, Any] = {
        "url": content.get("url") if alive else None,
        "phase": content.get("phase") if alive else "stopped",
        "kafka": content.get("kafka"),
        "postgres": content.get("postgres"),
        "processes": units,
        "lag": None,
        "last_training": None,
        "weekly_training": None,
        "logs": str(data / "logs"),
        "disk_free": shutil.disk_usage(data).free if data.exists() else None,
    }
    if content.get("demo"):
        username, password = credentials(data, demo=True)
        document["demo"] = {"username": username, "password": password}
    if document["url"]:
        try:
            document["lag"] = lag.measure(data)
            client = Client.connect(data)
            document["last_training"] = watch.last_training(client)
            document["weekly_training"] = watch.weekly_training(client)
        except LauncherError as fault:
            document["problem"] = str(fault)
    return document


def _shown(unit: dict[str, Any]) -> dict[str, Any]:
    """A process as it is now: what was written down of it may be older than its end, and says not what it lacks."""
    shown = {name: unit.get(name) for name in ("name", "pid", "state", "ready", "restarts", "started_at", "port")}
    if shown["ready"] and not processes.Identity(int(unit["pid"]), str(unit["mark"])).alive:
        shown |= {"state": "not running", "ready": False}
    of_ours = unit["name"] not in BASE and shown["state"] == "running"
    lacking = of_ours and not shown["ready"]
    return shown | {"doubts": failing_checks(f"http://127.0.0.1:{unit['port']}/readyz") if lacking else {}}


def _print_status(document: dict[str, Any]) -> None:
    if not document["url"]:
        say("Almanac does not run." if document["phase"] == "stopped" else f"Almanac is {document['phase']}.")
    else:
        say(f"Almanac runs at {document['url']}   Kafka: {document['kafka']['kind']}   logs: {document['logs']}")
    for unit in document["processes"]:
        health = "ready" if unit["ready"] else unit["state"] if unit["state"] != "running" else "not ready"
        say(f"  {unit['name']:<20} {health:<12} pid {unit['pid'] or '-':<8} restarts {unit['restarts']}")
        for check, said in unit["doubts"].items():
            say(f"      {check}: {said}")
    if document["disk_free"] is not None and document["disk_free"] < LITTLE_ROOM:
        say(f"  The disk is nearly full: {document['disk_free'] / 1e6:,.0f} MB are left for the data.")
    if document.get("problem"):
        say(f"  {document['problem']}")
    if document["lag"] is not None:
        waiting = {name: number for name, number in document["lag"].items() if number}
        say(f"  Lag: {', '.join(f'{name} {number:,}' for name, number in waiting.items()) or 'none'}")
    if document["last_training"]:
        told = document["last_training"]
        say(f"  Last training: {told['status']}, {told['series']} series, as of {told['as_of']}")
    if document["weekly_training"]:
        say(f"  Weekly training: {_weekly(document['weekly_training'])}")


def _weekly(told: dict[str, Any]) -> str:
    """The last weekly training, with what it failed of, and when the next one is due or tried again."""
    last = told["last"]
    why = f" ({last['error']})" if last and last["error"] else ""
    before = f"{last['status']}, as of {last['as_of']}{why}" if last else "none yet"
    if told["next_at"] is None:
        return f"{before}; switched off"
    return f"{before}; next {datetime.fromisoformat(told['next_at']).isoformat(' ', 'minutes')}"


def logs(options: argparse.Namespace) -> int:
    """A process's log; a service's name means all its processes."""
    folder = options.data.resolve() / "logs"
    names = [*BASE, "launcher", *(process.name for process in PROCESSES)]
    chosen = [name for name in names if name == options.service or name.startswith(f"{options.service}-")]
    files = [folder / f"{name}.log" for name in chosen if (folder / f"{name}.log").exists()]
    if not files:
        raise LauncherError(f"No log of {options.service!r} in {folder}. There may be: {', '.join(names)}.")
    follow = ["-F"] if options.follow else []
    try:
        return subprocess.run(["tail", "-n", str(options.lines), *follow, *map(str, files)]).returncode
    except KeyboardInterrupt:
        return 0


def import_file(options: argparse.Namespace) -> int:
    """Imports a file through the API: of sales, or of what else a shop has; mends an import, or takes it back."""
    file = options.file.resolve() if options.file else None
    if file is not None and not file.is_file():
        raise LauncherError(f"There is no file {options.file}.")
    if file is None and not (options.undo or options.failed or options.mend):
        raise LauncherError("Which file? See `./almanac import --help`.")
    client = Client.connect(options.data.resolve())
    if options.undo:
        mending.undo(client, options.undo)
        return 0
    if options.failed:
        mending.write_failed(client, options.failed, options.out)
        return 0
    if options.mend:
        return mending.mend(client, options.mend, file)
    assert file is not None
    said = {name: getattr(options, name) for name in ("day_first", "decimal_comma", "unknown_codes")}
    if options.preview:
        return imports.preview_file(client, file, options.mapping, options.kind, said)
    imports.import_file(client, file, options.mapping, options.kind, said)
    return 0


def unknown_codes(options: argparse.Namespace) -> int:
    """Codes that no product has: the list, and what is decided of them."""
    lacks = codes.wrong(options)
    if lacks:
        raise LauncherError(f"It is: ./almanac codes {lacks}.")
    codes.run(Client.connect(options.data.resolve()), options)
    return 0


def let_in(options: argparse.Namespace) -> int:
    """Makes somebody administrator on the machine's own word, and says the new password; for who lost theirs."""
    data = options.data.resolve()
    Client.connect(data)
    environment = running.environment_of(data, "auth-api") | {"ALMANAC_LET_IN": options.name}
    command = [str(PYTHON), "-P", "-m", "auth", "let-in"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise LauncherError(f"{options.name} was not let in: {done.stderr.strip()[-500:]}")
    say(f"{options.name} is an administrator, signs in with this password once, and is to change it:")
    print(done.stdout.strip())
    return 0


def train(options: argparse.Namespace) -> int:
    """Waits until every event is read, trains, waits until the forecasts are published; 1 when they are kept back."""
    data = options.data.resolve()
    client = Client.connect(data)
    watch.wait_for_lag_zero(data)
    told = watch.train(client, options.as_of, ask=True)
    return 0 if told["status"] == watch.SUCCEEDED else 1


def pass_through(module: tuple[str, ...], arguments: list[str], *, in_project: bool) -> NoReturn:
    """Becomes another program of the project, with all arguments, in the caller's folder or the project's.

    In its place and not above it: Ctrl-C is then the program's alone, which may have something to clean up or to ask.
    """
    if in_project:
        os.chdir(ROOT)
    sys.stdout.flush()
    os.execv(PYTHON, [str(PYTHON), "-P", "-m", *module, *arguments])  # noqa: S606 - no shell is meant
