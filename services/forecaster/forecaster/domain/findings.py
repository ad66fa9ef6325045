"""What needs somebody: anomalies, forecasts that lean, data that came late or not at all.

One root cause is one finding: a location that sent no sales explains all its products' drops; a series that is odd in
two ways is one finding; late data is one finding with its series inside.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from contracts.keys import series_key, split_series_key

from forecaster.domain.anomalies import SIGNAL_LIMIT, Week, anomaly, tracking_signal

QUIET_UNITS = 20.0
_WEEK = ("week", "actual", "expected", "low", "high", "p10", "p90")

Record = Mapping[str, Any]
Weeks = Mapping[tuple[str, str], Sequence[Record]]  # each series' weeks with what was published for them, oldest first


@dataclass(frozen=True)
class Finding:
    """Something found now. `root` names its cause: the same root is the same finding."""

    root: str
    kind: Literal["anomaly", "bias", "late-data"]
    money: float
    title: str
    detail: dict[str, Any]
    sku: str | None = None
    location: str | None = None
    week: date | None = None


def findings(
    weeks: Weeks, leaning: Iterable[Record], late: Sequence[Record], newest: date, told: Sequence[Record] = ()
) -> tuple[list[Finding], list[dict[str, Any]]]:
    """All that is found when the week `newest` has ended, and the anomalies in it as they are told one by one. `told`:
    what the live run did not take as it stands, with the worth of a unit."""
    silent = _silent_locations(weeks, newest)
    odd = _anomalies(weeks, newest, silent)
    found = {finding.root: finding for finding in (*_silences(weeks, silent, newest), *_late(late))}
    for finding in (*_not_believed(told), *_odd(odd), *_leaning(leaning, newest)):
        before = found.get(finding.root)
        found[finding.root] = finding if before is None else _merged(before, finding)
    return list(found.values()), odd


def _silent_locations(series: Weeks, newest: date) -> set[str]:
    sold: dict[str, float] = defaultdict(float)
    expected: dict[str, float] = defaultdict(float)
    for (_, location), weeks in series.items():
        if weeks[-1]["week"] == newest:
            sold[location] += weeks[-1]["actual"]
            expected[location] += weeks[-1]["expected"]
    return {location for location, units in expected.items() if units >= QUIET_UNITS and sold[location] == 0}


def _anomalies(series: Weeks, newest: date, silent: set[str]) -> list[dict[str, Any]]:
    found = []
    for (_, location), weeks in series.items():
        if location in silent or weeks[-1]["week"] != newest:
            continue
        kind = anomaly([Week(**{name: row[name] for name in _WEEK}) for row in weeks])
        if kind is not None:
            found.append({**weeks[-1], "kind": kind})
    return found


def _odd(found: Iterable[Record]) -> Iterable[Finding]:
    for row in found:
        more = "more" if row["actual"] > row["expected"] else "less"
        yield Finding(
            f"series:{series_key(row['sku'], row['location'])}", "anomaly",
            abs(row["actual"] - row["expected"]) * row["worth"],
            f"Sold {row['actual']:.0f} where {row['expected']:.0f} were expected: {more} than believed possible",
            {name: row[name] for name in ("kind", "actual", "expected", "low", "high")},
            row["sku"], row["location"], row["week"],
        )  # fmt: skip


def _leaning(measured: Iterable[Record], newest: date) -> Iterable[Finding]:
    for row in measured:
        signal = tracking_signal(row["bias"], row["mad"])
        if abs(signal) <= SIGNAL_LIMIT:
            continue
        side = "high" if signal > 0 else "low"
        yield Finding(
            f"series:{series_key(row['sku'], row['location'])}", "bias", abs(row["bias"]) * row["worth"],
            f"The forecast has been too {side} for {row['weeks']} weeks, by {abs(row['bias']):.0f} units",
            {"tracking_signal": round(signal, 2), "bias_units": row["bias"], "weeks": row["weeks"]},
            row["sku"], row["location"], newest,
        )  # fmt: skip


def _late(changed: Sequence[Record]) -> Iterable[Finding]:
    if changed:
        worst = [{name: row[name] for name in ("sku", "location", "weeks")} for row in changed[:50]]
        yield Finding(
            "late-data",
            "late-data",
            sum(row["money"] for row in changed),
            f"The history of {len(changed)} series changed after the last training",
            {"count": len(changed), "series": worst},
        )


def _silences(series: Weeks, silent: set[str], newest: date) -> Iterable[Finding]:
    for location in sorted(silent):
        rows = [weeks[-1] for (_, place), weeks in series.items() if place == location]
        expected = sum(row["expected"] for row in rows)
        yield Finding(
            f"silent:{location}", "late-data", sum(row["expected"] * row["worth"] for row in rows),
            f"No sales of {location} in the last week, {expected:.0f} units were expected",
            {"series": len(rows), "expected": expected}, None, location, newest,
        )  # fmt: skip


def _not_believed(told: Sequence[Record]) -> Iterable[Finding]:
    """Sales and plans that the live run did not take as they stand, a finding a series."""
    by_series: dict[str, list[Record]] = defaultdict(list)
    for one in told:
        by_series[one["series"]].append(one)
    for series, entries in by_series.items():
        sku, location = split_series_key(series)
        worst = max(entries, key=_money)
        what = "sales of" if worst["column"] == "y" else worst["column"]
        more = f", and {len(entries) - 1} more" if len(entries) > 1 else ""
        yield Finding(
            f"series:{series}", "anomaly", sum(map(_money, entries)),
            f"{what} {worst['value']} of {worst['period']} {worst['done']}: {worst['why']}{more}"[:500],
            {"kind": "not-believed", "cells": [dict(entry) for entry in entries[:50]]}, sku, location,
            date.fromisoformat(worst["period"]) if worst["period"] else None,
        )  # fmt: skip


def _money(entry: Record) -> float:
    """What a cell that is not believed would be worth."""
    if entry["column"] != "y":
        return 0.0
    return abs(float(str(entry["value"]).replace(",", "")) - (entry["used"] or 0.0)) * float(entry["worth"])


def _merged(one: Finding, other: Finding) -> Finding:
    dear, cheap = (one, other) if one.money >= other.money else (other, one)
    detail = {**dear.detail, f"also {cheap.kind}": cheap.detail, "also": cheap.title}
    return Finding(dear.root, dear.kind, dear.money, dear.title, detail, dear.sku, dear.location, dear.week)
