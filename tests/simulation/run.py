"""Run one seed and hold the system to its promises."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

import structlog
from contracts.envelope import decode
from contracts.events import ProductChanged, sale_id

from tests.simulation.system import Parts, SimulatedSystem, expected, sums
from tests.simulation.world import Chaos, Violation

SECONDS_OF_CHAOS, SECONDS_TO_SETTLE = 60.0, 400.0


@dataclass(frozen=True)
class SeedOutcome:
    """What happened in a seed."""

    seed: int
    steps: int
    crashes: int
    pauses: int
    replays: int
    fingerprint: int
    violation: str | None


def silence() -> None:
    """The simulated services' log lines are of no interest by the thousand."""
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL), cache_logger_on_first_use=False
    )


def run_seed(seed: int, parts: Parts | None = None, chaos: Chaos | None = None) -> SeedOutcome:
    """Chaos for a simulated minute, then calm until everything has arrived, then the checks."""
    system = SimulatedSystem(seed, parts or Parts(), chaos or Chaos())
    world = system.world
    violation: str | None = None
    try:
        world.run(_now_and_then(system.quiet), SECONDS_OF_CHAOS)
        world.calm = True
        if not world.run(_now_and_then(system.quiet), SECONDS_TO_SETTLE):
            raise Violation("not everything that was sent arrived")
        check(system)
    except Violation as found:
        violation = str(found)
    finally:
        world.stop()
    return SeedOutcome(seed, world.steps, world.crashes, world.pauses, system.replays, world.fingerprint, violation)


def _now_and_then(condition: Callable[[], bool]) -> Callable[[], bool]:
    turns = 0

    def asked() -> bool:
        nonlocal turns
        turns += 1
        return turns % 32 == 0 and condition()

    return asked


def check(system: SimulatedSystem) -> None:
    """Nothing acknowledged is lost, nothing is applied twice, a key keeps its order, all sums are equal."""
    source = "till"
    ledger = system.sales.table("claim")
    lost = [id_ for id_ in system.claims if id_ in system.acknowledged and sale_id(source, id_) not in ledger]
    _none(lost, "acknowledged and not in the ledger")
    entries = system.sales.table("sale")
    recorded = {record.headers[1][1] for record in _records(system, "sale-recorded")}
    _none([id_ for id_ in entries if str(id_).encode() not in recorded], "in the ledger and never published")
    if len(recorded) != len(entries):
        raise Violation(f"{len(recorded)} events of {len(entries)} ledger entries")
    should = expected(system)
    for name, values in (
        ("history", sums(system.history.table("week"))),
        ("stock", {sku: -value for sku, value in sums(system.catalog.table("stock")).items()}),
    ):
        if values != should:
            raise Violation(f"{name} is {values}, the ledger says {should}")
    letters = system.sales.table("dead_letter")
    if len(letters) < sum(record.value == b"{" for record in _records(system, "sale-submitted")):
        raise Violation(f"only {len(letters)} dead letters")
    _check_order(system)


def _records(system: SimulatedSystem, topic: str) -> list:  # type: ignore[type-arg]
    return [record for place, held in system.world.log.records.items() if place[0] == topic for record in held]


def _none(found: list, what: str) -> None:  # type: ignore[type-arg]
    if found:
        raise Violation(f"{what}: {found[:5]} ({len(found)})")


def _check_order(system: SimulatedSystem) -> None:
    newest: dict[str, int] = {}
    for record in _records(system, "product-changed"):
        payload = decode(record.headers, record.value).payload
        assert isinstance(payload, ProductChanged)
        seen = newest.get(payload.sku, 0)
        if payload.revision > seen + 1:
            raise Violation(f"{payload.sku}: revision {payload.revision} was published after {seen}")
        newest[payload.sku] = max(seen, payload.revision)
    rows = {f"P{product}": revision for product, revision in system.catalog.table("product").items()}
    if newest != rows:
        raise Violation(f"published revisions {newest}, stored {rows}")
