"""What needs somebody: anomalies, forecasts that lean, data that came late or not at all.

One root cause is one finding: a location that sent no sales explains all its products' drops, and one where very many
products are odd in the same way is odd itself; a series that is odd in two ways is one finding; late data is one
finding with its series inside.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from contracts.keys import series_key, split_series_key
from contracts.sentences import Amount, Sentence, sentence

from forecaster.domain.anomalies import SIGNAL_LIMIT, Week, anomaly, off_by, tracking_signal
from forecaster.domain.silences import NOTHING_QUIET, Quiet, Silence

QUIET_UNITS = 20.0
TOGETHER, SHARE = 5, 0.25  # products of a place odd in the same week and way, and of all it has, that are one cause
_WEEK = ("week", "actual", "expected", "low", "high", "p10", "p90")

Record = Mapping[str, Any]
Weeks = Mapping[tuple[str, str], Sequence[Record]]  # each series' weeks with what was published for them, oldest first


@dataclass(frozen=True)
class Finding:
    """Something found now. `root` names its cause: the same root is the same finding. Its `title` is English; `said` in
    its detail is the same sentence for readers of any language."""

    root: str
    kind: Literal["anomaly", "bias", "late-data"]
    money: float
    title: str
    detail: dict[str, Any]
    sku: str | None = None
    location: str | None = None
    week: date | None = None

    @property
    def is_silence(self) -> bool:
        """Whether it is that nothing comes of somebody, by their rhythm."""
        return self.detail.get("kind") == "silence"


def findings(
    weeks: Weeks, odd: Sequence[Record], leaning: Iterable[Record], late: Sequence[Record], newest: date,
    told: Sequence[Record] = (), mispriced: Sequence[Record] = (), quiet: Quiet = NOTHING_QUIET,
) -> list[Finding]:  # fmt: skip
    """All that is found when the week `newest` has ended. `odd`: the anomalies, as `anomalies` found them. `told`: what
    the live run did not take as it stands, with the worth of a unit. `mispriced`: weeks far off the list price."""
    silent = _silent_locations(weeks, newest) - quiet.shut - quiet.places
    lacking = (*_quiet(quiet.silences), *_silences(weeks, silent, newest), *_late(late))
    found = {finding.root: finding for finding in lacking}
    together, single = _by_place(odd, weeks)
    alone = (*_not_believed(told), *_odd(single), *_mispriced(mispriced), *_leaning(leaning, newest))
    for finding in (*together, *alone):
        before = found.get(finding.root)
        found[finding.root] = finding if before is None else _merged(before, finding)
    return list(found.values())


def anomalies(
    weeks: Weeks, running: Iterable[Record], newest: date, quiet: AbstractSet[str] = frozenset()
) -> list[dict[str, Any]]:
    """The series whose last week is odd, but those of a silent location, and those of one that is `quiet` since which
    sold less; and of the week that runs, those that have sold more than the whole of it was to."""
    already = [{**row, "kind": "spike"} for row in running if anomaly([_week(row)]) == "spike"]
    odd = _anomalies(weeks, newest, _silent_locations(weeks, newest))
    return [*(row for row in odd if row["location"] not in quiet or row["actual"] > row["expected"]), *already]


def _week(row: Record) -> Week:
    return Week(**{name: row[name] for name in _WEEK})


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
        kind = anomaly([_week(row) for row in weeks])
        if kind is not None:
            found.append({**weeks[-1], "kind": kind})
    return found


def _by_place(odd: Sequence[Record], weeks: Weeks) -> tuple[list[Finding], list[Record]]:
    """What a place's products have in common, a finding a place and direction; and the odd weeks that are alone."""
    places: dict[str, int] = defaultdict(int)
    for _, location in weeks:
        places[location] += 1
    groups: dict[tuple[str, date, bool], list[Record]] = defaultdict(list)
    for row in odd:
        groups[row["location"], row["week"], row["actual"] > row["expected"]].append(row)
    together, single = [], []
    for (location, week, more), rows in sorted(groups.items(), key=lambda item: item[0]):
        if len(rows) < max(TOGETHER, SHARE * places[location]):
            single += rows
            continue
        way = "more" if more else "less"
        together_text = (
            "{0} products of {1} sold more than believed possible in one week" if more
            else "{0} products of {1} sold less than believed possible in one week"
        )
        worst = sorted(rows, key=lambda row: -abs(row["actual"] - row["expected"]) * row["worth"])[:50]
        together.append(_found(
            f"place:{location}:{way}", "anomaly", sum(map(_worth, rows)),
            _with_factor(sentence(together_text, len(rows), location), rows),
            {"count": len(rows), "series": [{key: row[key] for key in ("sku", "actual", "expected")} for row in worst]},
            None, location, week,
        ))  # fmt: skip
    return together, single


def _worth(row: Record) -> float:
    return abs(float(row["actual"]) - float(row["expected"])) * float(row["worth"])


def _found(
    root: str, kind: Literal["anomaly", "bias", "late-data"], money: float, said: Sentence, detail: dict[str, Any],
    sku: str | None = None, location: str | None = None, week: date | None = None,
) -> Finding:  # fmt: skip
    return Finding(
        root, kind, money, said.english()[:500], {**detail, "said": said.document()}, sku, location, week
    )  # fmt: skip


def _with_factor(said: Sentence, rows: Sequence[Record]) -> Sentence:
    """What is said of odd weeks, with the factor that most of them are off by."""
    factors = [off_by(row["actual"], row["expected"]) for row in rows]
    most = max(set(factors), key=lambda one: (factors.count(one), str(one)))
    if most is None or factors.count(most) * 2 <= len(rows):
        return said
    return sentence("{0}, {1} what was expected: is a decimal sign or a unit wrong?", said, sentence(most))


def _odd(found: Iterable[Record]) -> Iterable[Finding]:
    for row in found:
        text = (
            "Sold {0} where {1} were expected: more than believed possible" if row["actual"] > row["expected"]
            else "Sold {0} where {1} were expected: less than believed possible"
        )
        yield _found(
            f"series:{series_key(row['sku'], row['location'])}", "anomaly", _worth(row),
            _with_factor(sentence(text, Amount(row["actual"]), Amount(row["expected"])), [row]),
            {name: row[name] for name in ("kind", "actual", "expected", "low", "high")},
            row["sku"], row["location"], row["week"],
        )  # fmt: skip


def _mispriced(found: Iterable[Record]) -> Iterable[Finding]:
    """Weeks whose average price is ten, a hundred or a thousand times the list price, or as small a part of it."""
    for row in found:
        if (factor := off_by(row["paid"], row["price"])) is not None:
            yield _found(
                f"series:{series_key(row['sku'], row['location'])}", "anomaly",
                abs(row["paid"] - row["price"]) * row["units"],
                sentence(
                    "Sold at {0} on average, {1} the list price of {2}: is a decimal sign or a unit wrong?",
                    Amount(row["paid"], 2), sentence(factor), Amount(row["price"], 2),
                ),
                {"kind": "price-factor", "paid": row["paid"], "price": row["price"], "units": row["units"]},
                row["sku"], row["location"], row["week"],
            )  # fmt: skip


def _leaning(measured: Iterable[Record], newest: date) -> Iterable[Finding]:
    for row in measured:
        signal = tracking_signal(row["bias"], row["mad"])
        if abs(signal) <= SIGNAL_LIMIT:
            continue
        text = (
            "The forecast has been too high for {0} weeks, by {1} units" if signal > 0
            else "The forecast has been too low for {0} weeks, by {1} units"
        )
        yield _found(
            f"series:{series_key(row['sku'], row['location'])}", "bias", abs(row["bias"]) * row["worth"],
            sentence(text, row["weeks"], Amount(abs(row["bias"]))),
            {"tracking_signal": round(signal, 2), "bias_units": row["bias"], "weeks": row["weeks"]},
            row["sku"], row["location"], newest,
        )  # fmt: skip


def _late(changed: Sequence[Record]) -> Iterable[Finding]:
    if changed:
        worst = [{name: row[name] for name in ("sku", "location", "weeks")} for row in changed[:50]]
        yield _found(
            "late-data",
            "late-data",
            sum(row["money"] for row in changed),
            sentence("The history of {0} series changed after the last training", len(changed)),
            {"count": len(changed), "series": worst},
        )


def _quiet(silences: Iterable[Silence]) -> Iterable[Finding]:
    """What has not been heard for longer than its rhythm knows."""
    for one in silences:
        what = (
            sentence("the source {0}", one.source) if one.source
            else sentence("{0}", one.location) if one.location else sentence("any source")
        )  # fmt: skip
        root = f"silent-source:{one.source}" if one.source else f"silent:{one.location}" if one.location else "silent"
        if one.here:
            what, root = sentence("{0} at {1}", what, one.location or ""), f"{root}:{one.location}"
        least, usual, most = one.usual
        yield _found(
            root, "late-data", one.money,
            sentence("No sales of {0} since {1}, {2} usually come by now", what, one.since, Amount(usual)),
            {"kind": "silence", "source": one.source, "since": one.since.isoformat(), "expected": usual, "low": least,
             "high": most},
            None, one.location, one.since.date(),
        )  # fmt: skip


def _silences(series: Weeks, silent: set[str], newest: date) -> Iterable[Finding]:
    for location in sorted(silent):
        rows = [weeks[-1] for (_, place), weeks in series.items() if place == location]
        expected = sum(row["expected"] for row in rows)
        yield _found(
            f"silent:{location}", "late-data", sum(row["expected"] * row["worth"] for row in rows),
            sentence("No sales of {0} in the last week, {1} units were expected", location, Amount(expected)),
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
        what = sentence("sales of" if worst["column"] == "y" else worst["column"])
        said = sentence(
            "{0} {1} of {2} {3}: {4}", what, str(worst["value"]), str(worst["period"]), sentence(worst["done"]),
            sentence(worst["why"]),
        )  # fmt: skip
        if len(entries) > 1:
            said = sentence("{0}, and {1} more", said, len(entries) - 1)
        yield _found(
            f"series:{series}", "anomaly", sum(map(_money, entries)), said,
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
