"""What somebody decides of a code that no product has: it means a product, becomes one, or is none.

What waited for the code is judged again in the same transaction; what comes with it later is judged by the decision,
until that is taken back or a product of this code is made, which goes before.
"""

from decimal import Decimal
from uuid import uuid4

from chassis import audit, outbox
from chassis.database import Connection, Database
from chassis.failures import Conflict, invalid
from contracts.envelope import new_event
from contracts.events import CatalogSubmitted

from sales.application.import_answers import CodeDecided
from sales.application.record import release
from sales.storage import codes, known


def map_code(database: Database, code: str, sku: str, actor: str) -> CodeDecided:
    """From now on the code means this product."""
    with database.transaction() as connection:
        known.arrivals_lock(connection, exclusive=True)
        if not known.skus(connection, [sku]):
            raise invalid("sku", "is no known product", "unknown_product")
        _decide(connection, code, sku, actor)
        return _judged_again(connection, code, "mapped", actor, sku=sku)


def dismiss_code(database: Database, code: str, actor: str) -> CodeDecided:
    """What comes with this code is no sale of a product: it is refused, and its producers are told."""
    with database.transaction() as connection:
        known.arrivals_lock(connection, exclusive=True)
        _decide(connection, code, None, actor)
        return _judged_again(connection, code, "dismissed", actor)


def make_product(
    database: Database, code: str, actor: str, *, name: str | None, category: str | None, price: Decimal | None
) -> CodeDecided:
    """Ask catalog to make a product of the code, of what files say of it where nothing is given.

    What waits is released when catalog answers.
    """
    with database.transaction() as connection:
        known.arrivals_lock(connection, exclusive=True)
        _check_unknown(connection, code)
        codes.revoke(connection, code)
        said = codes.said_of(connection, code)
        product = CatalogSubmitted(
            sku=code, name=name or said.get("name"), category=category or said.get("category"),
            price=said.get("price") if price is None else price,
        )  # fmt: skip
        outbox.publish(connection, [new_event(product, "sales", id=str(uuid4()))])
        audit.record(connection, "sales", actor, "code-made-product", f"code {code}")
        return CodeDecided(code=code, decision="made", sku=code, waiting=codes.waiting_claims(connection, code))


def revoke_decision(database: Database, code: str, actor: str) -> None:
    """From now on the code is unknown again; what was recorded or refused by the decision stays so."""
    with database.transaction() as connection:
        known.arrivals_lock(connection, exclusive=True)
        if not codes.revoke(connection, code):
            raise Conflict("Nothing was decided of this code.", code="undecided")
        audit.record(connection, "sales", actor, "code-decision-revoked", f"code {code}")


def _check_unknown(connection: Connection, code: str) -> None:
    if known.skus(connection, [code]):
        raise Conflict("A product has this code.", code="known_product")


def _decide(connection: Connection, code: str, sku: str | None, actor: str) -> None:
    _check_unknown(connection, code)
    codes.decide(connection, code, sku, actor)
    codes.forget_names(connection, [code])


def _judged_again(connection: Connection, code: str, decision: str, actor: str, sku: str | None = None) -> CodeDecided:
    outcome = release(connection, [f"product:{code}"])
    counts = outcome.counts()
    audit.record(connection, "sales", actor, f"code-{decision}", f"code {code}", sku=sku, recorded=counts["recorded"])
    return CodeDecided(
        code=code, decision=decision, sku=sku, recorded=counts["recorded"], rejected=counts["rejected"],
        waiting=counts["quarantined"],
    )  # fmt: skip
