"""`bench accuracy [SET…] [--peers] [--json OUT]`: rolling origins on real data, the engine beside the peers.

Same series, same cutoffs, same run; no method sees anything after its cutoff but what is planned. JSON:
{set: {method: {rmsse, wrmsse, wape, bias, wspl, cov80, cov80_worst, …, seconds, peak_gb}}}, ours as `almanac`, for
which `sum80` (plain) and `sum_pit80` are the share of totals over a lead time (four weeks; three months) inside the
80 % band, and `pit80_variability_0` to `pit80_volume_9` the share of values inside it by tenth of the series.
`--small`: a smaller engine, for a look. `--also METHOD`: also the engine that tries an optional method for so many
nominal `--seconds`, as `almanac with METHOD`; what it found out is printed. `--without-drivers`: also the engine on the
sales alone, and by how much the drivers lower the WAPE: `wape_gain`, and `wape_occasion_gain` in the periods of the
set's occasion (a holiday, a promotion), with the least and most by cutoff.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from tests.bench import drivers, measure, peers, sets
from tests.bench.peers import Answer, Floats
from tests.bench.sets import Case

WEEKS_OF_A_SHORT_CUT = (8, 13, 20, 30, 50)
SMALL = {"rows": 30_000, "work": 60_000, "bags": 1, "rounds": 60, "candidate_seconds": 0.0}  # of the engine's options


def main(arguments: list[str]) -> int:
    """Run the benchmark; 0 when at least one set was there."""
    parsed = _parser().parse_args(arguments)
    results: dict[str, dict[str, dict[str, float]]] = {}
    for name in parsed.sets or list(sets.SETS):
        try:
            case = _case(name, parsed.series)
        except sets.Missing as missing:
            print(missing, file=sys.stderr)
            continue
        results[name] = _set(case, parsed)
        _show(name, results[name])
        drivers.show(case, results[name].get("almanac", {}))
        if parsed.json:
            parsed.json.write_text(json.dumps(results, indent=1))
    return 0 if results else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="almanac bench accuracy", description=__doc__)
    parser.add_argument(
        "sets", nargs="*", metavar="SET", help=f"{', '.join(sets.SETS)}; SET@20: its last 20 periods only"
    )
    parser.add_argument("--peers", action="store_true", help="also the methods one could install instead")
    parser.add_argument("--small", action="store_true", help="a smaller engine: 30,000 rows, 60 rounds, one bag")
    parser.add_argument("--also", metavar="METHOD", help="also the engine that tries an optional method")
    parser.add_argument("--seconds", type=float, default=60.0, help="nominal ones of that method (60)")
    parser.add_argument("--without-drivers", action="store_true", help="also the engine on the sales alone")
    parser.add_argument("--prophet", type=int, default=0, metavar="N", help="also Prophet, on N series of each set")
    parser.add_argument("--series", type=int, metavar="N", help="only N series of each set, drawn with a fixed seed")
    parser.add_argument("--sample", type=int, metavar="N", default=1000,
                        help="score N series; pooled methods still learn from all (1000)")  # fmt: skip
    parser.add_argument("--only", help="only these methods, separated by commas")
    parser.add_argument("--origins", type=int, default=3, help="how many of the set's cutoffs, from the latest (3)")
    parser.add_argument("--json", type=Path)
    return parser


def _case(name: str, series: int | None) -> Case:
    base, _, last = name.partition("@")
    if base not in sets.SETS:
        raise sets.Missing(f"{name}: there is no such set; there are {', '.join(sets.SETS)}")
    case = sets.SETS[base]()
    case.history = case.history.assign(unique_id=case.history["unique_id"].astype(str))
    if case.future is not None:
        case.future = case.future.assign(unique_id=case.future["unique_id"].astype(str))
    if last:
        case = sets.cut(case, int(last))
    ids = np.sort(case.history["unique_id"].unique())
    if series is not None and series < len(ids):
        kept = set(np.random.default_rng(0).choice(ids, series, replace=False))
        case.history = case.history[case.history["unique_id"].isin(kept)].reset_index(drop=True)
        if case.future is not None:
            case.future = case.future[case.future["unique_id"].isin(kept)].reset_index(drop=True)
    return case


def _set(case: Case, parsed: argparse.Namespace) -> dict[str, dict[str, float]]:
    runs: dict[str, list[dict[str, float]]] = {}
    for cutoff in case.cutoffs[-parsed.origins :]:
        whole = measure.truth(case.history, cutoff, case.horizon)
        count = min(parsed.sample, len(whole.ids))
        kept = np.sort(np.random.default_rng(0).choice(len(whole.ids), count, replace=False))
        seen = _part(whole, kept)
        for name, method in _methods(case, cutoff, seen, parsed):
            if parsed.only and name not in parsed.only.split(","):
                continue
            began = time.monotonic()
            try:
                mean, quantiles, chosen, *sums = method()
            except Exception as error:  # one method's crash costs that method only
                print(f"{case.name} {cutoff.date()} {name}: {type(error).__name__}: {error}", file=sys.stderr)
                continue
            seconds = time.monotonic() - began
            part = seen if chosen is None else _part(seen, chosen)
            found = measure.metrics(part, mean, quantiles) | {"seconds": seconds}
            found |= drivers.on_occasions(part, mean, quantiles, drivers.occasions(case, part))
            if sums:
                found |= measure.by_tenth(part, quantiles)
                found |= measure.sum_coverage(part, sums[0], case.lead)
            found["peak_gb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
            runs.setdefault(name, []).append(found)
            print(f"{case.name} {cutoff.date()} {name:22} rmsse {found['rmsse']:.3f} wape {found['wape']:.3f} "
                  f"wspl {found['wspl']:.3f} cov80 {found['cov80']:.3f} {seconds:.0f} s", file=sys.stderr)  # fmt: skip
    results = {name: _mean(found) for name, found in runs.items()}
    if drivers.WITHOUT in runs and len(runs[drivers.WITHOUT]) == len(runs.get("almanac", [])):
        results["almanac"] |= drivers.gains(runs["almanac"], runs[drivers.WITHOUT])
    return results


def _methods(
    case: Case, cutoff: pd.Timestamp, seen: measure.Truth, parsed: argparse.Namespace
) -> Iterator[tuple[str, Callable[[], tuple[Any, ...]]]]:  # fmt: skip
    effort = SMALL if parsed.small else {}
    yield "almanac", partial(_ours, case, cutoff, seen, effort)
    if parsed.also:
        more = {**effort, "optional": (parsed.also,), "candidate_seconds": parsed.seconds}
        yield f"almanac with {parsed.also}", partial(_ours, case, cutoff, seen, more)
    if parsed.without_drivers:
        yield drivers.WITHOUT, partial(_ours, drivers.without(case), cutoff, seen, effort)
    if not parsed.peers:
        return
    past, future = _told(case, cutoff, seen)
    histories = [row[~np.isnan(row)] for row in seen.past]
    for name, local in peers.LOCAL.items():
        yield name, partial(_of_all, local, case, histories)
    yield "first attempt", lambda: (*peers.first_attempt(case, histories, seen.labels, seen.ahead), None)
    whole = measure.truth(case.history, cutoff, case.horizon)

    def boosted() -> tuple[Any, Any, Any]:
        mean, quantiles = peers.mlforecast_lightgbm(case, _filled(whole, past), whole.ids, future)
        place = pd.Index(whole.ids).get_indexer(pd.Index(seen.ids))
        return mean[place], quantiles[place], None

    yield "mlforecast LightGBM", boosted
    if parsed.prophet:
        chosen = np.sort(
            np.random.default_rng(1).choice(len(seen.ids), min(parsed.prophet, len(seen.ids)), replace=False)
        )
        frame = _filled(seen, past)
        some = {seen.ids[i]: frame[frame["unique_id"] == seen.ids[i]] for i in chosen}
        yield f"Prophet ({len(chosen)} series)", lambda: (*peers.prophet(case, some, future), chosen)


def _told(case: Case, cutoff: pd.Timestamp, seen: measure.Truth) -> tuple[pd.DataFrame, pd.DataFrame | None]:
    """What a method may see: the history up to the cutoff, and what is planned to the horizon's end."""
    future = None if case.future is None else case.future[case.future["ds"] <= seen.ahead[-1]]
    return case.history[case.history["ds"] <= cutoff], future


def _ours(case: Case, cutoff: pd.Timestamp, seen: measure.Truth, effort: dict[str, Any]) -> tuple[Any, ...]:
    from forecaster import engine

    past, future = _told(case, cutoff, seen)
    found = engine.forecast(past, freq=case.freq, horizon=case.horizon, future=future, static=case.static,
                            cutoffs=[cutoff], options=engine.Options(**effort))  # fmt: skip
    for name in effort.get("optional", ()):
        print(f"{case.name} {cutoff.date()} {name}: {found.report['candidates'].get(name)}", file=sys.stderr)
    place = pd.Index(found.ids).get_indexer(pd.Index(seen.ids))
    return (found.mean[place].astype(float), found.quantiles[place].astype(float), None,
            found.sum_quantiles[place].astype(float))  # fmt: skip


def _of_all(
    local: Callable[[Case, list[Floats]], Answer], case: Case, histories: list[Floats]
) -> tuple[Floats, Floats, None]:
    """A local method's answer, which is of every series."""
    return *local(case, histories), None


def _filled(seen: measure.Truth, past: pd.DataFrame) -> pd.DataFrame:
    """History with a row for every period after a series' first, as the peers need it."""
    known = ~np.isnan(seen.past)
    row, column = np.nonzero(known)
    frame = pd.DataFrame({"unique_id": np.array(seen.ids, dtype=object)[row], "ds": seen.labels[column],
                          "y": seen.past[row, column]})  # fmt: skip
    extra = [c for c in past.columns if c not in ("y", "unique_id", "ds") and pd.api.types.is_numeric_dtype(past[c])]
    if not extra:
        return frame
    return frame.merge(past[["unique_id", "ds", *extra]], on=["unique_id", "ds"], how="left").fillna(
        dict.fromkeys(extra, 0)
    )


def _part(seen: measure.Truth, chosen: Any) -> measure.Truth:
    return measure.Truth([seen.ids[i] for i in chosen], seen.past[chosen], seen.actual[chosen], seen.weight[chosen],
                         seen.labels, seen.ahead)  # fmt: skip


def _mean(found: list[dict[str, float]]) -> dict[str, float]:
    keys = dict.fromkeys(key for one in found for key in one)  # a cutoff may have no period of the occasion
    mean = {key: float(np.mean([one[key] for one in found if key in one])) for key in keys}
    mean["cov80_worst"] = min(one["cov80"] for one in found)
    if "sum_pit80" in mean:
        mean["sum_pit80_worst"] = max((one["sum_pit80"] for one in found), key=lambda share: abs(share - 0.8))
    mean["pit80_worst"] = min(one["pit80"] for one in found)
    mean["peak_gb"] = max(one["peak_gb"] for one in found)
    return {key: round(value, 5) for key, value in mean.items()}


def _show(name: str, result: dict[str, dict[str, float]]) -> None:
    keys = ("rmsse", "wrmsse", "wape", "bias", "wspl", "cov80", "cov80_worst", "pit80", "cov95", "seconds")
    print(f"\n{name}\n{'':24}" + "".join(f"{key:>12}" for key in keys))
    for method, row in sorted(result.items(), key=lambda item: item[1]["rmsse"]):
        print(f"{method:24}" + "".join(f"{row[key]:12.3f}" for key in keys))
    ours = result.get("almanac", {})
    if "sum_pit80" in ours:
        print(
            f"almanac, totals over a lead time: 80 % band holds {ours['sum_pit80']:.3f} by PIT, "
            f"{ours['sum_pit80_worst']:.3f} at the cutoff farthest off; {ours['sum80']:.3f} by plain count"
        )
        for tenth in measure.TENTHS:
            held = " ".join(f"{100 * ours[f'pit80_{tenth}_{number}']:.0f}" for number in range(10))
            print(f"almanac, 80 % band by tenth of {tenth}, from the least: {held} %")


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
