"""The clients' ledger against every store: what is lost, what is there twice, what the sums differ by."""

import time
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import psycopg2
from chassis.kafka import KafkaReader, KafkaTopics

from infra.launcher import lag
from infra.launcher.errors import LauncherError
from infra.launcher.local import System
from tests.crash.load import PRICE, Ledger

SETTLE_SECONDS = 240.0


@dataclass
class Found:
    """What the comparison found."""

    lost: int
    duplicates: int
    sum_difference: Decimal
    details: dict[str, Any]


def settle(system: System) -> None:
    """Wait until everything published has been applied, everywhere; fails when nothing moves for long."""
    deadline, quiet, least = time.monotonic() + SETTLE_SECONDS, 0, float("inf")
    told: object = None
    while quiet < 3:
        try:
            told = lag.measure(system.data)
            behind = sum(told.values())
            if behind < least:
                least, deadline = behind, time.monotonic() + SETTLE_SECONDS
            quiet = 0 if behind else quiet + 1
        except LauncherError as fault:
            told, quiet = fault, 0
        if time.monotonic() > deadline:
            raise SystemExit(f"crash-test: no further for {SETTLE_SECONDS:.0f} s: {told}")
        time.sleep(1)


def query(system: System, service: str, sql: str) -> list[tuple[Any, ...]]:
    """Rows of a service's own schema."""
    connection = psycopg2.connect(system.database_url(service))
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall()
    finally:
        connection.close()


def execute(system: System, service: str, sql: str) -> None:
    """A statement in a service's own schema."""
    connection = psycopg2.connect(system.database_url(service))
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(sql)
    finally:
        connection.close()


def compare(system: System, ledger: Ledger, *, whole: bool = True) -> Found:
    """Ledger of the clients → ledger of sales → topic → weekly history → stock movements.

    Without `whole` the clients' ledger knows only what was acknowledged, not all that was tried.
    """
    stored = query(system, "sales", "SELECT event_id, quantity, amount FROM sale")
    units = {event_id: quantity for event_id, quantity, _ in stored}
    lost = len(ledger.acknowledged - units.keys())
    duplicates = len(stored) - len(units)
    unknown = len(units.keys() - ledger.units.keys()) if whole else 0
    expected = sum(((ledger.units[id_] if id_ in ledger.units else units[id_]) * PRICE for id_ in units), Decimal(0))
    amount = sum((row[2] for row in stored), Decimal(0))
    difference = abs(amount - expected)
    published = _published(system)
    total_units = sum(units.values(), Decimal(0))
    (history,) = query(system, "forecaster", "SELECT sum(units), sum(revenue), sum(entries) FROM demand_week")
    difference += abs((history[1] or 0) - amount) + abs((history[0] or 0) - total_units)
    details: dict[str, Any] = {
        "ledger_entries": len(stored), "topic_entries": published, "history_entries": int(history[2] or 0),
        "unknown_entries": unknown,
    }  # fmt: skip
    counts = [published, int(history[2] or 0)]
    stock = _stock(system)
    if stock is not None:
        details["stock_movements"] = stock[0]
        counts.append(stock[0])
        difference += abs(stock[1] - total_units)
    lost += sum(max(0, len(stored) - count) for count in counts)
    duplicates += unknown + sum(max(0, count - len(stored)) for count in counts)
    return Found(lost, duplicates, difference, details)


def _published(system: System) -> int:
    """Distinct entries in the topic: it may hold an entry twice, consumers must not."""
    bounds = KafkaTopics(system.kafka).bounds("sale-recorded")
    left = {place: high for place, (low, high) in bounds.items() if high > low}
    reader, ids = KafkaReader(system.kafka, dict.fromkeys(left, 0)), set[bytes | None]()
    while left:
        for record in reader.poll(10_000, 5.0):
            ids.add(dict(record.headers)["ce_id"])
            if record.offset + 1 >= left.get((record.topic, record.partition), 1 << 62):
                del left[record.topic, record.partition]
    reader.close()
    return len(ids)


def _stock(system: System) -> tuple[int, Decimal] | None:
    if not any(unit["name"] == "catalog-worker" for unit in system.processes()):
        return None
    told = system.client().get("/stock/totals")
    return int(told["entries"]), Decimal(str(told["units"]))


def naive_rows(system: System) -> int:
    """What the planted consumer has written so far; none while PostgreSQL is down."""
    try:
        return int(query(system, "sales", "SELECT count(*) FROM crash_naive")[0][0])
    except psycopg2.Error:
        return 0


def naive(system: System) -> dict[str, int]:
    """What the planted consumer lost and stored twice."""
    found = query(system, "sales", "SELECT count(*), count(DISTINCT event_id) FROM crash_naive")
    entries = query(system, "sales", "SELECT count(*) FROM sale")
    return {"lost": max(0, entries[0][0] - found[0][1]), "duplicates": found[0][0] - found[0][1]}
