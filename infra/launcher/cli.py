"""The command line: what there is, and which part of the environment each command needs.

Standard library only at import: the root script asks it for help before the environment exists.
"""

import argparse
import importlib
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.demo import KINDS, LARGE_PRODUCTS, WHOLESALER
from infra.launcher import bootstrap, codes
from infra.launcher.errors import LauncherError, explain
from infra.launcher.paths import PYTHON, ROOT

INTRODUCTION = """\
Almanac: sales forecasting for retailers, self-hosted.

  ./almanac up --demo     everything, with ten months of a real wholesaler's sales
  ./almanac up --demo=stores   the same, with two years of four shops that are generated
  ./almanac up --demo=large    the same, with 50,000 generated products at four locations, to measure with
  ./almanac up            everything, empty, ready for your own sales
  ./almanac test          every test

`up` needs Python 3.11 and nothing else: it fetches what this machine lacks (Kafka, PostgreSQL, Java, Node), checks
each download against sums in the project, and says in a line each what it chose and why. Nothing listens but on
loopback. Data, logs and secrets are in one folder, .almanac unless --data names another; `down` stops everything,
and deleting the folder removes everything. Downloads are kept in ~/.cache/almanac.
"""

ENVIRONMENT = """\
environment:
  KAFKA_BOOTSTRAP_SERVERS   use this Kafka            DATABASE_URL        use this PostgreSQL (a superuser's address)
  KAFKA_HOME                use this installation     JAVA_HOME           use this Java (17 or newer)
  ALMANAC_TIMEZONE, ALMANAC_WEEK_START, ALMANAC_CURRENCY   your business: Europe/Berlin, monday, EUR
  ALMANAC_TRAIN_HOUR, ALMANAC_CONSUMER_BATCH …             any setting of the services (docs/operations.md)
  ALMANAC_MAVEN_URL         a mirror of Maven Central; HTTPS_PROXY, PIP_INDEX_URL and UV_DEFAULT_INDEX as usual
"""


NEED_TESTS = ("test", "dev")  # commands that need the developers' packages
# What a shop has but its sales; `./almanac import KIND FILE`.
SHOP_KINDS = (
    "products", "kits", "prices", "stock", "suppliers", "terms", "receipts", "promotions", "weather", "reservations",
)  # fmt: skip
TEST_KINDS = ("unit", "integration", "e2e")


@dataclass(frozen=True)
class PassThrough:
    """A command that is a program of its own and takes all arguments after its name (also --help)."""

    module: tuple[str, ...]
    help: str
    in_project: bool = True
    groups: tuple[str, ...] = ()

    def is_there(self) -> bool:
        """Whether the project holds the program."""
        inner = Path(*self.module[0].split("."))
        homes = (ROOT, ROOT / "services" / inner.parts[0])
        return any(
            (home / inner).with_suffix(".py").exists() or (home / inner / "__main__.py").exists() for home in homes
        )


PASS_THROUGH = {
    "forecast": PassThrough(
        ("forecaster.cli", "forecast"),
        "forecast a file: HISTORY --freq F --horizon H --out OUT; needs nothing running",
        False,
    ),
    "produce": PassThrough(
        ("infra.producer",), "publish sale events as an external producer [--rate N] [--file F]", False
    ),
    "verify": PassThrough(
        ("infra.verify",), "compare the sums of ledger, topic, history and stock; exit 1 on any difference"
    ),
    "dead-letters": PassThrough(
        ("infra.dead_letters",), "records that could not be applied: list, show, redrive, discard; resume a consumer"
    ),
    "replay": PassThrough(("infra.replay",), "rebuild the demand history from the topic, beside the live one"),
    "settings": PassThrough(
        ("infra.settings",), "time zone, week start, currency and training hour: what is kept, and changing it"
    ),
    "republish": PassThrough(
        ("infra.republish",), "make topics again from what the services keep; `all` after Kafka's data was lost"
    ),
    "reproduce": PassThrough(
        ("infra.reproduce",), "rebuild a run's forecasts from the topic; exit 1 unless they are identical"
    ),
    "bench": PassThrough(("tests.bench",), "run a benchmark: bench NAME …", groups=("test", "bench")),
    "screens": PassThrough(
        ("tests.e2e.pictures",), "take docs/screens's pictures of the running demo", groups=("test",)
    ),
    "crash-test": PassThrough(("tests.crash",), "kill processes while sales flow, then verify", groups=("test",)),
    "policy-backtest": PassThrough(
        ("tests.policy_backtest",), "what the orders would have cost on past sales", groups=("bench",)
    ),
}


def build_parser() -> argparse.ArgumentParser:
    """The parser of all commands."""
    parser = argparse.ArgumentParser(
        "almanac", description=INTRODUCTION, epilog=ENVIRONMENT, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    data = argparse.ArgumentParser(add_help=False)
    data.add_argument("--data", type=Path, default=ROOT / ".almanac", metavar="DIR", help="the system's folder")
    up = commands.add_parser("up", parents=[data, _how_to_run()], help="bring up the whole system")
    up.add_argument("--detach", action="store_true", help="return when it is ready; `down` stops it")
    commands.add_parser("dev", parents=[data, _how_to_run()], help="(developers) the same, following the sources")
    commands.add_parser("down", parents=[data], help="stop everything")
    status = commands.add_parser("status", parents=[data], help="every process, lag, last training")
    status.add_argument("--json", action="store_true", help="the same for programs")
    logs = commands.add_parser("logs", parents=[data], help="show the log of a service or process")
    logs.add_argument("service", help="sales, sales-worker, kafka, postgres …")
    logs.add_argument("-f", "--follow", action="store_true", help="go on showing")
    logs.add_argument("-n", "--lines", type=int, default=50, help="how many lines to begin with (50)")
    _import_arguments(
        commands.add_parser(
            "import", parents=[data], help="import a file (CSV or Parquet): of sales, or of what KIND says"
        )
    )
    codes.add_arguments(
        commands.add_parser("codes", parents=[data], help="codes that no product has: list, map, make, dismiss")
    )
    train = commands.add_parser("train", parents=[data], help="train the forecasts now")
    train.add_argument("--as-of", metavar="DATE", help="as if that were today: nothing later is read")
    let_in = commands.add_parser("let-in", parents=[data], help="make somebody administrator, with a new password")
    let_in.add_argument("name", help="of somebody new, or of who lost password or second factor")
    test = commands.add_parser("test", help="run the tests: all, or one kind", epilog="Anything more goes to pytest.")
    test.add_argument("kind", nargs="?", help=f"{', '.join(TEST_KINDS)}; all without it")
    lock = commands.add_parser("lock", help="(developers) pin every dependency anew, by hash")
    lock.add_argument("--upgrade", action="store_true", help="to the newest versions")
    for name, command in PASS_THROUGH.items():
        if command.is_there():  # what is not written yet is not promised
            commands.add_parser(name, help=command.help, add_help=False)
    return parser


def _import_arguments(imports: argparse.ArgumentParser) -> None:
    """What `import` takes."""
    imports.add_argument(
        "what", nargs="*", action=KindAndFile, metavar="KIND FILE", help=f"{', '.join(SHOP_KINDS)}; sales without it"
    )
    imports.set_defaults(kind="sales", file=None)
    ended = imports.add_mutually_exclusive_group()
    ended.add_argument("--undo", metavar="ID", help="take a whole import back")
    ended.add_argument("--failed", metavar="ID", help="write an import's failed lines as a CSV (--out FILE)")
    ended.add_argument("--mend", metavar="ID", help="correct failed lines from that CSV and run them again")
    imports.add_argument("--out", type=Path, metavar="FILE", help="with --failed: where to; else the terminal")
    imports.add_argument("--preview", action="store_true", help="show how the file would be read, and store nothing")
    imports.add_argument("--mapping", type=Path, metavar="M", help="which column is what (JSON); else it is detected")
    days, numbers = imports.add_mutually_exclusive_group(), imports.add_mutually_exclusive_group()
    for group, setting, yes, no in (
        (days, "day_first", ("--day-first", "03/04/2026 is 3 April"), ("--month-first", "03/04/2026 is 4 March")),
        (numbers, "decimal_comma", ("--decimal-comma", "1.200 is 1200"), ("--decimal-point", "1.200 is 1.2")),
    ):
        for (option, means), value in ((yes, True), (no, False)):
            group.add_argument(option, dest=setting, action="store_const", const=value, help=f"answers: {means}")
    imports.add_argument(
        "--unknown-codes", choices=("make", "wait"), help="codes that no product has: make products of them, or wait"
    )


class KindAndFile(argparse.Action):
    """`KIND FILE`, or a file of sales alone."""

    def __call__(
        self, parser: argparse.ArgumentParser, namespace: argparse.Namespace, values: Any, option: str | None = None
    ) -> None:
        """Tells the two apart."""
        kind, file = values if len(values) == 2 else ("sales", values[0] if len(values) == 1 else None)
        if kind not in ("sales", *SHOP_KINDS) or len(values) > 2:
            parser.error(f"{' '.join(values)!r} is not KIND FILE, where KIND is one of {', '.join(SHOP_KINDS)}")
        namespace.kind, namespace.file = kind, Path(file) if file else None


def _how_to_run() -> argparse.ArgumentParser:
    """What `up` and `dev` take."""
    how = argparse.ArgumentParser(add_help=False)
    how.add_argument(
        "--demo", nargs="?", const=WHOLESALER, choices=KINDS, metavar="KIND",
        help="with sales, forecasts, and a user `demo`: of a real wholesaler; `stores`, four generated shops; `large`",
    )  # fmt: skip
    how.add_argument(
        "--products", type=_products, default=LARGE_PRODUCTS, metavar="N",
        help=f"how many products --demo=large generates, at four locations each ({LARGE_PRODUCTS:,})",
    )  # fmt: skip
    how.add_argument(
        "--port", type=_port, default=8000, metavar="N", help="the port to open in browsers (8000; 0: any)"
    )
    how.add_argument("--kafka", default="auto", metavar="WHICH", help="auto, real, dev (in memory), or HOST:PORT")
    how.add_argument(
        "--postgres", default="auto", metavar="WHICH", help="auto, maven, wheel, system, or postgresql://…"
    )
    how.add_argument("--no-frontend", action="store_true", help="leave the dashboard out")
    how.add_argument("--watch", type=int, metavar="PID", help="stop when that process ends (for tests)")
    return how


def _products(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= LARGE_PRODUCTS:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of products: 1 to {LARGE_PRODUCTS}")
    return int(text)


def _port(text: str) -> int:
    if not text.isdigit() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port: 1 to 65535, or 0 for any")
    return int(text)


def main(arguments: list[str], *, inside: bool = False) -> int:
    """Runs a command; `inside` means that this is the environment's own Python already."""
    try:
        return _main(arguments, inside=inside)
    except LauncherError as fault:
        print(f"almanac: {fault}", file=sys.stderr)
    except OSError as fault:
        line = explain(fault)
        if line is None:
            raise
        print(f"almanac: {line}", file=sys.stderr)
    except KeyboardInterrupt:
        return 130
    return 1


def _main(arguments: list[str], *, inside: bool) -> int:
    through = PASS_THROUGH.get(arguments[0]) if arguments else None
    through = through if through and through.is_there() else None
    options = None if through else _parse(arguments)
    if options and options.command == "lock":
        return int(importlib.import_module("infra.launcher.lock").run(upgrade=options.upgrade))
    if not inside:
        needed = ("test",) if options and options.command in NEED_TESTS else ()
        groups = through.groups if through else needed
        bootstrap.ensure("runtime", *groups)
        os.environ.pop("PYTHONHOME", None)
        sys.stdout.flush()
        os.execv(PYTHON, [str(PYTHON), "-P", "-m", "infra.launcher", *arguments])  # noqa: S606 - no shell is meant
    commands = importlib.import_module("infra.launcher.commands")
    if through:
        commands.pass_through(through.module, arguments[1:], in_project=through.in_project)
    assert options is not None
    return _handlers(arguments)[options.command](options)


def _parse(arguments: list[str]) -> argparse.Namespace:
    """Everything is strict but `test`, whose further arguments are pytest's."""
    parser = build_parser()
    if arguments[:1] == ["test"] and not {"-h", "--help"} & set(arguments):
        kind = arguments[1] if arguments[1:] and arguments[1] in TEST_KINDS else None
        return argparse.Namespace(command="test", kind=kind, arguments=arguments[2 if kind else 1 :])
    return parser.parse_args(arguments)


def _handlers(arguments: list[str]) -> dict[str, Callable[[argparse.Namespace], int]]:
    commands = importlib.import_module("infra.launcher.commands")

    def up(options: argparse.Namespace) -> int:
        if options.detach:
            return int(commands.up_detached(options, arguments))
        return int(importlib.import_module("infra.launcher.up").run(options))

    def dev(options: argparse.Namespace) -> int:
        return int(importlib.import_module("infra.launcher.dev").run(options))

    def test(options: argparse.Namespace) -> int:
        return int(importlib.import_module("infra.launcher.testing").run(options.kind, options.arguments))

    return {
        "up": up,
        "dev": dev,
        "test": test,
        "down": commands.down,
        "status": commands.status,
        "logs": commands.logs,
        "import": commands.import_file,
        "train": commands.train,
        "codes": commands.unknown_codes,
        "let-in": commands.let_in,
    }
