"""`forecast`: the engine as a tool of its own. Reads and writes files of the folder it is called from.

python -m forecaster.cli forecast HISTORY.parquet --freq W-FRI --horizon 13 --out OUT.parquet
    [--future F.parquet] [--static S.parquet] [--cutoff DATE]… [--seed N] [--report R.json] [--dask ADDRESS]

A file is Parquet or CSV (comma, semicolon, tab or bar; UTF-8 or UTF-16), whatever it is called. A date with an
offset is the day that it writes.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from forecaster.engine import Forecasts, Progress

_SAMPLE = 65_536  # bytes of a file that tell what it is
MOST_TOLD = 20  # lines about single cells


def main(arguments: list[str] | None = None) -> int:
    """Run a command. 0: done; 2: the input cannot be used, with one line that says why."""
    parsed = _parser().parse_args(arguments)
    from forecaster import engine

    try:
        history, future, static = (_read(path) for path in (parsed.history, parsed.future, parsed.static))
        if history is None:
            raise engine.Malformed("history: missing")
        found = engine.forecast(
            history, freq=parsed.freq, horizon=parsed.horizon, future=future, static=static, cutoffs=parsed.cutoff,
            seed=parsed.seed, options=engine.Options(sums=False, **_chosen(parsed)),
            progress=None if parsed.quiet else _Show(),
        )  # fmt: skip
        _write(found, parsed.out)
        for column, reading in found.report["columns"].items():
            print(f"forecast: column {column} {reading}", file=sys.stderr)
        _tell(found.report["told"])
        if parsed.report:
            parsed.report.write_text(json.dumps(found.report, indent=1, default=str))
    except (engine.Malformed, OSError) as error:
        print(f"forecast: {error}", file=sys.stderr)
        return 2
    if not parsed.quiet:
        _summary(found, parsed.out)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="almanac", description=(__doc__ or "").partition("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    command = commands.add_parser("forecast", help="forecast a file of history", description=(__doc__ or ""),
                                  formatter_class=argparse.RawDescriptionHelpFormatter)  # fmt: skip
    command.add_argument("history", type=Path, help="Parquet or CSV: unique_id, ds, y and any regressors")
    command.add_argument("--future", type=Path, help="unique_id, ds and the regressors known ahead; nulls allowed")
    command.add_argument("--static", type=Path, help="unique_id and categories")
    command.add_argument("--freq", required=True, help="pandas offset alias: W-FRI, W-SUN, W-MON, MS, D …")
    command.add_argument("--horizon", required=True, type=int, help="periods ahead")
    command.add_argument("--cutoff", action="append", metavar="DATE", help="last period seen; may be repeated")
    command.add_argument("--out", required=True, type=Path, help="Parquet or CSV to write")
    command.add_argument("--seed", type=int, default=0, help="the same seed gives the same forecasts (0)")
    command.add_argument("--report", type=Path, help="write what was tried and how well it did (JSON)")
    command.add_argument("--forest", action="append_const", dest="optional", const="random forest per product",
                         help="also try a random forest per best seller")  # fmt: skip
    command.add_argument("--prophet", action="append_const", dest="optional", const="Prophet",
                         help="also try Prophet, which must be installed")  # fmt: skip
    command.add_argument("--also", action="append", dest="optional", metavar="METHOD",
                         help="also try an optional method, by its name")  # fmt: skip
    command.add_argument("--dask", metavar="ADDRESS", default="", help="of a Dask scheduler that shares the work")
    command.add_argument(
        "--quiet",
        action="store_true",
        help="print nothing but errors and what of the input could not be used",
    )
    return parser


def _chosen(parsed: argparse.Namespace) -> dict[str, Any]:
    optional = tuple(parsed.optional or ())
    budget = {"candidate_seconds": 60.0} if optional else {}
    return {"optional": optional, "dask_address": parsed.dask} | budget


def _read(path: Path | None) -> pd.DataFrame | None:
    import pandas as pd
    from chassis.reading import parquet
    from chassis.reading.no_tables import what_it_is

    from forecaster.engine import Malformed

    if path is None:
        return None
    try:
        if path.is_dir():
            return pd.read_parquet(path)
        with path.open("rb") as file:
            begins = file.read(_SAMPLE)
        if said := what_it_is(begins):
            raise Malformed(f"{path}: {said}")
        if begins[:4] == parquet.MAGIC:
            return pd.read_parquet(path)
        return pd.read_csv(path, dtype={"unique_id": str}, sep=_separator(begins), encoding=_encoding(begins))
    except FileNotFoundError as error:
        raise Malformed(f"{path}: no such file") from error
    except (ValueError, NotImplementedError, OSError) as error:
        raise Malformed(f"{path}: cannot be read ({str(error).splitlines()[0][:200]})") from error


def _encoding(begins: bytes) -> str:
    """UTF-16 by its mark; else UTF-8, of which anything else is told."""
    return "utf-16" if begins[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"


def _separator(begins: bytes) -> str:
    """The delimiter between the names of the columns: a comma, unless these are found by another one."""
    from chassis.reading.tables import DELIMITERS

    header = begins.decode(_encoding(begins), errors="ignore").partition("\n")[0]
    names = [{name.strip().strip('"') for name in header.split(sign)} for sign in DELIMITERS]
    return next((sign for sign, found in zip(DELIMITERS, names, strict=True) if "unique_id" in found), ",")


def _write(found: Forecasts, path: Path) -> None:
    frame = found.frame()
    if path.suffix.lower() == ".csv":
        frame.to_csv(path, index=False)
    else:
        frame.to_parquet(path, index=False, compression="zstd")


def _tell(told: list[dict[str, Any]]) -> None:
    """Say what of the input was not taken as it stands, also to those who asked for quiet: it changes forecasts."""
    for one in told[:MOST_TOLD]:
        print(f"forecast: {one['text']}", file=sys.stderr)
    if len(told) > MOST_TOLD:
        print(f"forecast: and {len(told) - MOST_TOLD} more; --report has all of them", file=sys.stderr)


class _Show:
    """Progress on the terminal, at most once a second and stage."""

    def __init__(self) -> None:
        self._last, self._stage = 0.0, ""

    def __call__(self, step: Progress) -> None:
        """Show a step."""
        now = time.monotonic()
        if step.stage == self._stage and now - self._last < 1:
            return
        self._last, self._stage = now, step.stage
        _line(step)


def _line(step: Progress) -> None:
    left = "" if step.seconds_left is None else f", about {step.seconds_left:.0f} s left"
    print(f"{step.stage} {step.done}/{step.total}{left}", file=sys.stderr)


def _summary(found: Forecasts, path: Path) -> None:
    counted: dict[str, int] = {}
    for name in found.method:
        counted[name] = counted.get(name, 0) + 1
    for name, count in sorted(counted.items(), key=lambda item: -item[1]):
        print(f"{count:8d}  {name}")
    print(f"{len(found.ids)} forecasts of {found.mean.shape[1]} periods in {path}")


if __name__ == "__main__":
    raise SystemExit(main())
