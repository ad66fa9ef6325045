"""Whatever is claimed, in whatever order and however often: the published effects sum to what the ledger counts."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from chassis.database import Connection, Database, rows
from contracts.events import SaleRecorded, SaleSubmitted
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sales.application import record as ledger
from sales.domain.claims import Horizon, normalise
from sales.domain.sale import Refused, Sale
from sales.storage import known
from sqlalchemy import text

from services.sales.tests.outbox import waiting

HORIZON = Horizon(ZoneInfo("Europe/London"), datetime(2026, 11, 1, tzinfo=UTC))
SKUS = ("A", "B", "LATE")
Series = dict[tuple[str, str, datetime], tuple[Decimal, Decimal]]

quantities = st.decimals(Decimal("0.001"), 1000, places=3)
prices = st.decimals(0, 100, places=4)
days = st.sampled_from(["2026-10-05", "2026-10-06T23:30:00", "2026-10-11T23:59:59+02:00"])
originals = st.sampled_from([f"s{number}" for number in range(4)])
sold = st.fixed_dictionaries(
    {"kind": st.sampled_from(["sale", "return"]), "sku": st.sampled_from(SKUS), "quantity": quantities,
     "unit_price": prices, "sold_at": days},
)  # fmt: skip
corrected = st.fixed_dictionaries(
    {"kind": st.just("correction"), "original": originals},
    optional={"sku": st.sampled_from(SKUS), "quantity": quantities, "unit_price": prices, "sold_at": days},
)
voided = st.fixed_dictionaries({"kind": st.just("void"), "original": originals})
# Without a price and a product that has none: refused, and the id is free again.
refused = st.fixed_dictionaries(
    {"kind": st.just("sale"), "sku": st.just("PRICELESS"), "quantity": quantities, "sold_at": days}
)
PRICELESS = {"kind": "sale", "sku": "PRICELESS", "quantity": Decimal(1), "sold_at": "2026-10-05"}
PRICED = PRICELESS | {"unit_price": Decimal(2)}
# Ids repeat on purpose: a repeated delivery where the content repeats too, a conflict where it does not.
deliveries = st.lists(
    st.one_of(
        st.tuples(originals, sold),
        st.tuples(st.sampled_from(["c0", "c1", "c2"]), corrected),
        st.tuples(st.sampled_from(["v0", "v1"]), voided),
    ),
    max_size=14,
)


def claims(batch: list[tuple[str, dict[str, Any]]]) -> list[Sale]:
    made = []
    for event_id, content in batch:
        try:
            made.append(normalise(SaleSubmitted.model_validate(content), "till", event_id, HORIZON))
        except Refused:
            continue
    return made


def counted(connection: Connection) -> Series:
    found = rows(
        connection,
        "SELECT sku, location, sold_at, sum(quantity) AS units, sum(amount) AS amount FROM sale"
        " WHERE superseded_by IS NULL GROUP BY 1, 2, 3",
    )
    return {
        (r["sku"], r["location"], r["sold_at"]): (r["units"], r["amount"]) for r in found if r["units"] or r["amount"]
    }


def published(connection: Connection) -> Series:
    sums: Series = {}
    for row in waiting(connection):
        for effect in SaleRecorded.model_validate_json(row["payload"]).effects():
            key = (effect.sku, effect.location, effect.sold_at)
            units, amount = sums.get(key, (Decimal(0), Decimal(0)))
            sums[key] = (units + effect.units, amount + effect.amount)
    return {key: sum_ for key, sum_ in sums.items() if sum_[0] or sum_[1]}


@pytest.fixture(scope="module")
def known_products(database: Database) -> None:
    with database.transaction() as connection:
        for sku in ("A", "B"):
            connection.execute(text("INSERT INTO known_product VALUES (:sku, :id, 2, 1)"), {"sku": sku, "id": uuid4()})
        connection.execute(text("INSERT INTO known_product VALUES ('PRICELESS', :id, NULL, 1)"), {"id": uuid4()})


@pytest.mark.usefixtures("known_products")
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=st.lists(deliveries, min_size=1, max_size=4), late_after=st.integers(0, 4), again=st.booleans())
def test_effects_sum_to_what_counts(database: Database, batches: list[Any], late_after: int, again: bool) -> None:
    with database.engine.connect() as connection:
        for number, batch in enumerate(batches):
            ledger.record(connection, claims(batch))
            if number == late_after:
                arrive(connection)
            assert published(connection) == counted(connection)
        if late_after >= len(batches):
            arrive(connection)
        assert published(connection) == counted(connection)
        assert rows(connection, "SELECT 1 FROM quarantined_sale WHERE waiting_for LIKE 'product:%'") == []
        assert_heads_are_single(connection)
        if again and one_content_an_id(batches):  # everything once more changes nothing
            before, entries = counted(connection), rows(connection, "SELECT sale_id FROM sale ORDER BY 1")
            for batch in batches:
                ledger.record(connection, claims(batch))
            assert (counted(connection), rows(connection, "SELECT sale_id FROM sale ORDER BY 1")) == (before, entries)
        connection.rollback()


@pytest.mark.usefixtures("known_products")
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batch=st.lists(st.tuples(originals, st.one_of(sold, refused)), max_size=10))
@example(batch=[("s0", PRICELESS), ("s0", PRICED), ("s0", PRICELESS)])  # free, taken, and then a conflict
def test_how_claims_are_put_into_batches_decides_nothing(database: Database, batch: list[Any]) -> None:
    made = claims(batch)
    with database.engine.connect() as connection:
        once = ledger.record(connection, made)
        together = fates(connection, [once])
        connection.rollback()
        alone = fates(connection, [ledger.record(connection, [claim]) for claim in made])
        connection.rollback()
    assert together == alone
    assert sum(once.counts().values()) == len(made)


def fates(connection: Connection, outcomes: list[ledger.Outcome]) -> tuple[Any, ...]:
    """What is in the ledger, and which claims were recorded and refused, each with its reason."""
    recorded = sorted((str(i), str(s.content_hash)) for one in outcomes for i, s in one.recorded.items())
    told = sorted((str(r.sale.sale_id), str(r.sale.content_hash), r.code) for one in outcomes for r in one.rejected)
    return counted(connection), recorded, told


def one_content_an_id(batches: list[Any]) -> bool:
    """An id that was refused is free again, so that its producer can mend it: with other content it may be recorded."""
    contents = {(claim.event_id, claim.content_hash) for batch in batches for claim in claims(batch)}
    return len({event_id for event_id, _ in contents}) == len(contents)


def arrive(connection: Connection) -> None:
    connection.execute(
        text("INSERT INTO known_product VALUES ('LATE', :id, 2, 1) ON CONFLICT DO NOTHING"), {"id": uuid4()}
    )
    known.arrivals_lock(connection, exclusive=True)
    ledger.release(connection, ["product:LATE"])


def assert_heads_are_single(connection: Connection) -> None:
    """Of each chain exactly one entry is the newest."""
    heads = rows(
        connection,
        "SELECT coalesce(original_id, sale_id) AS root, count(*) FILTER (WHERE superseded_by IS NULL) AS heads"
        " FROM sale GROUP BY 1",
    )
    assert all(row["heads"] == 1 for row in heads)
