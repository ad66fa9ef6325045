"""`./almanac crash-test --kills N --json OUT`: kill -9 under load, then every store against what clients were told.

Brings up its own system in a temporary folder on free ports. Kills services at random; of Kafka and PostgreSQL a
tenth as many each (unless told otherwise), and stops a worker for longer than its group waits for it. Exits 1 when
an acknowledged sale is lost, anything is stored twice, a sum differs, or the API answered 500.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from infra.launcher.errors import LauncherError
from infra.launcher.local import System
from infra.launcher.paths import PYTHON, ROOT
from tests.crash import checks, load
from tests.crash.kills import Killer
from tests.crash.naive import TABLE

PRODUCTS = 40
NAIVE_SECONDS = 20.0  # the longest life of the careless consumer


def parse(arguments: list[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser("almanac crash-test", description=__doc__)
    parser.add_argument("--kills", type=int, default=60, help="of services")
    parser.add_argument("--kafka-kills", type=int, help="a tenth of --kills unless given")
    parser.add_argument("--postgres-kills", type=int, help="a tenth of --kills unless given")
    parser.add_argument("--pauses", type=int, help="SIGSTOP of a worker; a twentieth of --kills unless given")
    parser.add_argument("--seconds", type=float, default=1.0, help="between kills of services")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="who is killed when")
    parser.add_argument("--rate", type=int, default=1500, help="sales a second that clients try for")
    parser.add_argument("--naive", action="store_true", help="beside it a careless consumer: it must be caught")
    parser.add_argument("--check", type=Path, metavar="DIR", help="only compare what a run that was cut off left there")
    parser.add_argument("--keep", action="store_true", help="keep the system's folder")
    parser.add_argument("--json", type=Path, help="write the result there")
    return parser.parse_args(arguments)


def main(arguments: list[str]) -> int:
    """Run, compare, report; the exit code."""
    options = parse(arguments)
    if options.check:
        return check(options.check)
    kept = Path(tempfile.mkdtemp(prefix="almanac-crash-")) if options.keep else None
    with System("--kafka", "real", data=kept) as system:
        result = Run(system, options).result()
        if options.keep:
            print(f"crash-test: the system's folder is {system.data}")
    text = json.dumps(result, indent=1)
    print(text)
    if options.json:
        options.json.write_text(text + "\n")
    wrong = result["lost"] or result["duplicates"] or float(result["sum_difference"]) or result["never_back"]
    caught = not options.naive or result["naive"]["lost"] or result["naive"]["duplicates"]
    return 0 if not wrong and not result["http_500"] and caught else 1


def check(folder: Path) -> int:
    """Bring the system of that folder up again and compare its stores with what was acknowledged."""
    with System("--kafka", "real", data=folder) as system:
        checks.settle(system)
        ledger = load.Ledger.read(folder / "acknowledged.txt")
        found = checks.compare(system, ledger, whole=False)
    print(json.dumps({
        "acknowledged": len(ledger.acknowledged), "lost": found.lost, "duplicates": found.duplicates,
        "sum_difference": str(found.sum_difference), **found.details,
    }, indent=1))  # fmt: skip
    return 1 if found.lost or found.duplicates or found.sum_difference else 0


class Run:
    """One crash run."""

    def __init__(self, system: System, options: argparse.Namespace) -> None:
        self._system, self._options = system, options
        self._ledger = load.Ledger(system.data / "acknowledged.txt")
        self._killer = Killer(system, Random(options.seed), options.seconds)
        self._stop, self._naive_stop = threading.Event(), threading.Event()
        self._threads: list[threading.Thread] = []

    def result(self) -> dict[str, Any]:
        """What is written as JSON."""
        skus = self._prepare()
        began = time.monotonic()
        self._start_load(skus)
        if self._options.naive:
            threading.Thread(target=self._keep_naive_running, daemon=True).start()
        self._kill()
        self._stop.set()
        for thread in self._threads:
            thread.join(150)
        lasted = time.monotonic() - began
        checks.settle(self._system)
        found = checks.compare(self._system, self._ledger)
        waits = sorted(seconds for _, seconds in self._killer.recoveries)
        statuses = dict(sorted(self._ledger.statuses.items()))
        document: dict[str, Any] = {
            "kills": sum(count for name, count in self._killer.kills.items() if name != "paused"),
            "acknowledged": len(self._ledger.acknowledged), "lost": found.lost, "duplicates": found.duplicates,
            "sum_difference": str(found.sum_difference),
            "recovery_p95_s": round(waits[int(len(waits) * 0.95)] if waits else 0.0, 1),
            "recovery_max_s": round(waits[-1] if waits else 0.0, 1),
            "recovery_by_s": _slowest(self._killer.recoveries), "load": os.getloadavg()[0],
            "killed": dict(sorted(self._killer.kills.items())), "never_back": self._killer.never,
            "http_statuses": {str(status): count for status, count in statuses.items()},
            "http_500": statuses.get(500, 0), "seconds": round(lasted, 1), "seed": self._options.seed, **found.details,
        }  # fmt: skip
        if self._options.naive:
            document["naive"] = checks.naive(self._system)
            self._naive_stop.set()
        return document

    def _prepare(self) -> list[str]:
        """Products, and a wait until the ledger knows them."""
        client, skus = self._system.client(), [f"CRASH-{number}" for number in range(PRODUCTS)]
        for sku in skus:
            client.post("/products", {"sku": sku, "name": f"Crash test {sku}", "price": str(load.PRICE)})
        deadline = time.monotonic() + 60
        while checks.query(self._system, "sales", "SELECT count(*) FROM known_product")[0][0] < len(skus):
            if time.monotonic() > deadline:
                raise LauncherError("sales does not learn of the products")
            time.sleep(0.2)
        return skus

    def _start(self, function: Any, *arguments: Any) -> None:
        thread = threading.Thread(target=function, args=arguments, daemon=True)
        thread.start()
        self._threads.append(thread)

    def _start_load(self, skus: list[str]) -> None:
        token = load.OperatorToken(self._system.client())
        api = partial(load.Api, self._system.url, token)
        sales = partial(load.Sales, skus=skus)
        size = max(1, self._options.rate // 8)  # each of four clients sends two batches a second
        for number in range(2):
            made = sales(f"bulk{number}", seed=number)
            self._start(load.rest_bulk, api(), made, self._ledger, self._stop, size, 0.4)
            made = sales(f"till{number}", seed=10 + number)
            self._start(load.submit, self._system.kafka, made, self._ledger, self._stop, size, 0.4)
        self._start(load.rest_single, api(), sales("one", seed=20), self._ledger, self._stop, 0.05)

    def _kill(self) -> None:
        options, killer = self._options, self._killer
        tenth = options.kills // 10
        plan = ["service"] * options.kills
        plan += ["kafka"] * (tenth if options.kafka_kills is None else options.kafka_kills)
        plan += ["postgres"] * (tenth if options.postgres_kills is None else options.postgres_kills)
        plan += ["pause"] * (options.kills // 20 if options.pauses is None else options.pauses)
        Random(options.seed).shuffle(plan)
        time.sleep(2)
        for number, what in enumerate(plan):
            if what == "service":
                killer.service()
            elif what == "pause":
                killer.zombie(12.0)
            else:
                killer.base(what)
                time.sleep(1)
            if number % 25 == 24:
                print(f"{number + 1} of {len(plan)}; {len(self._ledger.acknowledged):,} acknowledged", flush=True)
        killer.join()

    def _keep_naive_running(self) -> None:
        dsn = self._system.database_url("sales")
        checks.execute(self._system, "sales", TABLE)
        command = [str(PYTHON), "-m", "tests.crash.naive", self._system.kafka, dsn]
        while not self._stop.is_set():
            before = checks.naive_rows(self._system)
            process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)
            # killed as soon as it has written, most likely between its commit and that of its offsets; killed at
            # random it may never have read at all, and would prove nothing
            until = time.monotonic() + NAIVE_SECONDS
            while time.monotonic() < until and checks.naive_rows(self._system) <= before and not self._stop.wait(0.05):
                pass
            process.kill()
            process.wait()
        process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)
        self._naive_stop.wait(600)
        process.kill()


def _slowest(recoveries: list[tuple[str, float]]) -> dict[str, float]:
    """The longest recovery of each process."""
    found: dict[str, float] = {}
    for name, seconds in recoveries:
        found[name] = round(max(seconds, found.get(name, 0.0)), 1)
    return dict(sorted(found.items()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
