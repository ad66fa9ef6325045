"""Which products and series a scenario is of."""

from collections.abc import Sequence

from chassis.database import Connection, rows
from contracts.scenario import MOST_PRODUCTS, ScenarioScope

from catalog.domain.stock import Series


def products(connection: Connection, scope: ScenarioScope) -> dict[str, str]:
    """The products that are sold, by code, with their names; one more than may be at most. Of a supplier those that he
    delivers to anywhere, of a class those that are in it anywhere."""
    found = rows(
        connection,
        "SELECT sku, name FROM product AS p WHERE NOT archived AND (CAST(:skus AS text[]) IS NULL OR sku = ANY(:skus))"
        " AND (CAST(:category AS text) IS NULL OR category = :category)"
        " AND (CAST(:supplier AS text) IS NULL"
        "  OR EXISTS (SELECT FROM supply_term AS t WHERE t.sku = p.sku AND t.supplier = :supplier))"
        " AND (CAST(:segment AS text) IS NULL"
        "  OR EXISTS (SELECT FROM segment AS c WHERE c.sku = p.sku AND c.segment = :segment))"
        " ORDER BY sku LIMIT :limit",
        skus=list(scope.skus) or None, category=scope.category, supplier=scope.supplier, segment=scope.segment,
        limit=MOST_PRODUCTS + 1,
    )  # fmt: skip
    return {row["sku"]: row["name"] for row in found}


def live_series(connection: Connection, of: Sequence[str], locations: Sequence[str]) -> list[Series]:
    """The series of the live run that some products have, at some locations (none given: all)."""
    found = rows(
        connection,
        "SELECT f.sku, f.location FROM forecast AS f JOIN live_run USING (run_id) WHERE f.sku = ANY(:skus)"
        " AND (CAST(:locations AS text[]) IS NULL OR f.location = ANY(:locations)) ORDER BY 1, 2",
        skus=list(of), locations=list(locations) or None,
    )  # fmt: skip
    return [(row["sku"], row["location"]) for row in found]
