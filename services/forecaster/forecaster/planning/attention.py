"""Finds what needs attention: anomalies, forecasts that lean, data that came late or not at all.

One root cause is one entry: a location that sent no sales explains all its products' drops; a series that is odd
in two ways is one entry; late data is one entry with its series inside. Ranked by money.
"""

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from chassis import outbox
from chassis.database import Connection, Database, is_transient, scalar
from chassis.logs import logger
from chassis.weeks import business_day, last_ended_week
from contracts.envelope import new_event
from contracts.events import AnomalyDetected
from contracts.keys import series_key

from forecaster.domain.anomalies import SIGNAL_LIMIT, Week, anomaly, tracking_signal
from forecaster.planning import edits
from forecaster.settings import SERVICE, Settings
from forecaster.storage import accuracy, attention, live
from forecaster.storage.attention import Finding

log = logger(__name__)

BIAS_WEEKS, BIAS_WINDOW = 6, 13
QUIET_UNITS = 20.0
_LOCK = 0x0F0E


def look(connection: Connection, newest: date, today: date) -> list[Finding]:
    """Find, keep and publish; `newest` is the last week that has ended."""
    series = _weeks_by_series(connection, newest)
    silent = _silent_locations(series, newest)
    odd = _anomalies(series, newest, silent)
    _tell(connection, odd)
    findings = {finding.root: finding for finding in (*_silences(series, silent, newest), *_late(connection))}
    for finding in (*_odd(odd), *_leaning(connection, newest)):
        before = findings.get(finding.root)
        if before is None:
            findings[finding.root] = finding
        else:
            findings[finding.root] = _merged(before, finding)
    attention.refresh(connection, findings.values(), today)
    return list(findings.values())


def _weeks_by_series(connection: Connection, newest: date) -> dict[tuple[str, str], list[dict[str, Any]]]:
    series: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in accuracy.newest_week(connection, newest - timedelta(days=14), newest):
        series[row["sku"], row["location"]].append(row)
    return series


def _silent_locations(series: dict[tuple[str, str], list[dict[str, Any]]], newest: date) -> set[str]:
    sold: dict[str, float] = defaultdict(float)
    expected: dict[str, float] = defaultdict(float)
    for (_, location), weeks in series.items():
        if weeks[-1]["week"] == newest:
            sold[location] += weeks[-1]["actual"]
            expected[location] += weeks[-1]["expected"]
    return {location for location, units in expected.items() if units >= QUIET_UNITS and sold[location] == 0}


def _anomalies(
    series: dict[tuple[str, str], list[dict[str, Any]]], newest: date, silent: set[str]
) -> list[dict[str, Any]]:
    found = []
    names = ("week", "actual", "expected", "low", "high", "p10", "p90")
    for (_, location), weeks in series.items():
        if location in silent or weeks[-1]["week"] != newest:
            continue
        kind = anomaly([Week(**{name: row[name] for name in names}) for row in weeks])
        if kind is not None:
            found.append({**weeks[-1], "kind": kind})
    return found


def _tell(connection: Connection, odd: list[dict[str, Any]]) -> None:
    now = datetime.now(UTC)
    fields = ("sku", "location", "week", "actual", "expected", "low", "high", "kind")
    outbox.publish(
        connection,
        [
            new_event(AnomalyDetected(**{name: row[name] for name in fields}, detected_at=now), SERVICE)
            for row in attention.new_anomalies(connection, odd)
        ],
    )


def _odd(found: Iterable[dict[str, Any]]) -> Iterable[Finding]:
    for row in found:
        more = "more" if row["actual"] > row["expected"] else "less"
        yield Finding(
            f"series:{series_key(row['sku'], row['location'])}", "anomaly",
            abs(row["actual"] - row["expected"]) * row["worth"],
            f"Sold {row['actual']:.0f} where {row['expected']:.0f} were expected: {more} than believed possible",
            {name: row[name] for name in ("kind", "actual", "expected", "low", "high")},
            row["sku"], row["location"], row["week"],
        )  # fmt: skip


def _leaning(connection: Connection, newest: date) -> Iterable[Finding]:
    oldest = newest - timedelta(days=7 * (BIAS_WINDOW - 1))
    for row in accuracy.by_series(connection, oldest, newest, BIAS_WEEKS):
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


def _late(connection: Connection) -> Iterable[Finding]:
    changed = attention.late(connection)
    if changed:
        worst = [{name: row[name] for name in ("sku", "location", "weeks")} for row in changed[:50]]
        yield Finding(
            "late-data",
            "late-data",
            sum(row["money"] for row in changed),
            f"The history of {len(changed)} series changed after the last training",
            {"count": len(changed), "series": worst},
        )


def _silences(series: dict[tuple[str, str], list[dict[str, Any]]], silent: set[str], newest: date) -> Iterable[Finding]:
    for location in sorted(silent):
        rows = [weeks[-1] for (_, place), weeks in series.items() if place == location]
        expected = sum(row["expected"] for row in rows)
        yield Finding(
            f"silent:{location}", "late-data", sum(row["expected"] * row["worth"] for row in rows),
            f"No sales of {location} in the last week, {expected:.0f} units were expected",
            {"series": len(rows), "expected": expected}, None, location, newest,
        )  # fmt: skip


def _merged(one: Finding, other: Finding) -> Finding:
    dear, cheap = (one, other) if one.money >= other.money else (other, one)
    detail = {**dear.detail, f"also {cheap.kind}": cheap.detail, "also": cheap.title}
    return Finding(dear.root, dear.kind, dear.money, dear.title, detail, dear.sku, dear.location, dear.week)


class Watch:
    """A thread of the worker: looks after every publication and every ten minutes; ends overrides that run out."""

    def __init__(
        self, database: Database, settings: Settings, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:  # fmt: skip
        self._database, self._settings, self._now = database, settings, now
        self._seen, self._at = 0, float("-inf")

    def run(self, stop: threading.Event) -> None:
        """Look until told to stop."""
        while not stop.is_set():
            try:
                self.once()
            except Exception as error:
                if not is_transient(error):
                    raise
                log.warning("watch_waits", error=str(error).splitlines()[0])
            stop.wait(15)

    def once(self, *, every: float = 600.0) -> bool:
        """Look if it is time, and nobody else does; whether it looked."""
        today = business_day(self._now(), self._settings.zone)
        with self._database.transaction() as connection:
            mine = scalar(
                connection, "SELECT pg_try_advisory_xact_lock(:lock, current_schema()::regnamespace::oid::int)",
                lock=_LOCK,
            )  # fmt: skip
            if not mine:
                return False
            edits.expire(connection, today)
            version = live.newest_version(connection)
            if version == 0 or (version == self._seen and time.monotonic() - self._at < every):
                return False
            newest = last_ended_week(today - timedelta(days=1), self._settings.first_weekday)
            found = look(connection, newest, today)
            self._seen, self._at = version, time.monotonic()
        log.info("attention_refreshed", findings=len(found))
        return True
