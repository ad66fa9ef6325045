"""Codes that no product has: what waits for them, what files say of them, and what was decided.

A decision's `sku` is the product that the code means; none: what comes with the code is no sale of a product.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from chassis.database import Connection, rows
from sqlalchemy import text


class NamedCode(NamedTuple):
    """What a file says of a code."""

    code: str
    name: str | None
    category: str | None
    price: Any


def decided(connection: Connection, codes: Iterable[str]) -> dict[str, str | None]:
    """What was decided of these codes: the product each means, or None for one that was dismissed."""
    found = connection.execute(
        text("SELECT code, sku FROM code_decision WHERE code = ANY(:codes)"), {"codes": list(codes)}
    )
    return {row.code: row.sku for row in found}


def decide(connection: Connection, code: str, sku: str | None, who: str) -> None:
    """Keep a decision, in the place of an earlier one."""
    connection.execute(
        text(
            "INSERT INTO code_decision (code, sku, decided_by) VALUES (:code, :sku, :who) ON CONFLICT (code)"
            " DO UPDATE SET sku = EXCLUDED.sku, decided_by = EXCLUDED.decided_by, decided_at = now()"
        ),
        {"code": code, "sku": sku, "who": who},
    )


def revoke(connection: Connection, code: str) -> bool:
    """Take a decision back; whether there was one."""
    return bool(connection.execute(text("DELETE FROM code_decision WHERE code = :code"), {"code": code}).rowcount)


def decisions(connection: Connection, after: str, limit: int) -> list[dict[str, Any]]:
    """What was decided, by code."""
    return rows(
        connection,
        "SELECT code, sku, decided_by, decided_at FROM code_decision WHERE code > :after ORDER BY code LIMIT :limit",
        after=after, limit=limit,
    )  # fmt: skip


def name(connection: Connection, named: Sequence[NamedCode]) -> None:
    """Keep what a file says of codes; what it does not say stays."""
    if named:
        connection.execute(
            text(
                "INSERT INTO named_code (code, name, category, price) VALUES (:code, :name, :category, :price)"
                " ON CONFLICT (code) DO UPDATE SET name = coalesce(EXCLUDED.name, named_code.name), category ="
                " coalesce(EXCLUDED.category, named_code.category), price = coalesce(EXCLUDED.price, named_code.price),"
                " named_at = now()"
            ),
            [one._asdict() for one in named],
        )


def forget_names(connection: Connection, codes: Iterable[str]) -> None:
    """These are products now, or nothing; what files said of them is of no more use."""
    connection.execute(text("DELETE FROM named_code WHERE code = ANY(:codes)"), {"codes": list(codes)})


def said_of(connection: Connection, code: str) -> Mapping[str, Any]:
    """What files say of a code."""
    found = rows(connection, "SELECT name, category, price FROM named_code WHERE code = :code", code=code)
    return found[0] if found else {}


def waiting_claims(connection: Connection, code: str) -> int:
    """How many claims wait for this code."""
    found = rows(
        connection, "SELECT count(*) AS claims FROM quarantined_sale WHERE waiting_for = :what", what=f"product:{code}"
    )
    return int(found[0]["claims"])


# A code that a till or a spreadsheet wrote another way: other case, zeros in front, blanks and dashes.
_LIKE = r"regexp_replace(regexp_replace(upper({}), '[^[:alnum:]]', '', 'g'), '^0+', '')"


def unknown(connection: Connection, after: str, limit: int) -> list[dict[str, Any]]:
    """Codes that claims wait for, in their order, with what is known of each."""
    return rows(
        connection,
        "WITH held AS (SELECT substr(waiting_for, 9) AS code, count(*) AS claims,"
        " coalesce(sum(CAST(claim ->> 'quantity' AS numeric)), 0) AS units, array_agg(DISTINCT source) AS sources,"
        " min(since) AS since, max(since) AS latest FROM quarantined_sale"
        " WHERE waiting_for > 'product:' || :after AND waiting_for < 'product;' GROUP BY 1 ORDER BY 1 LIMIT :limit)"
        " SELECT held.*, said.name, said.category, said.price, ARRAY(SELECT sku FROM known_product"
        f" WHERE {_LIKE.format('sku')} = {_LIKE.format('held.code')} ORDER BY sku LIMIT 5) AS similar"
        " FROM held LEFT JOIN named_code AS said USING (code) ORDER BY code",
        after=after, limit=limit,
    )  # fmt: skip
