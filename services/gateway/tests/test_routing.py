"""Every route of every service has one way in through the gateway, and no way leads to nowhere."""

import json
from typing import Any

import pytest
from gateway.domain import openapi, routing
from gateway.domain.routing import OWNER, PER_SERVICE, SERVICES, public, upstream

from infra.launcher.paths import ROOT

OWN = {
    "/api/config", "/api/status", "/api/overview", "/api/stream", "/api/dead-letters", "/api/table.csv",
    "/api/what-if",
}  # fmt: skip


@pytest.fixture(scope="module")
def paths() -> dict[str, Any]:
    """Every path of the API, from the merged description."""
    found: dict[str, Any] = json.loads((ROOT / "frontend" / "openapi.json").read_text())["paths"]
    return found


def test_every_route_is_the_gateways_own_or_reaches_its_owner_under_its_own_path(paths: dict[str, Any]) -> None:
    for path in paths.keys() - OWN:
        target = upstream(path.removeprefix("/api"))
        assert target is not None, path
        assert public(*target) == path


def test_every_entry_of_the_table_leads_to_a_route(paths: dict[str, Any]) -> None:
    first = {path.split("/")[2] for path in paths.keys() - OWN}
    assert (OWNER.keys() | set(PER_SERVICE)) - first == set()


def test_what_every_service_has_carries_the_services_name() -> None:
    for service in SERVICES:
        for name in PER_SERVICE:
            assert upstream(f"/{name}/{service}/x/y") == (service, f"/{name}/x/y")
            assert upstream(f"/{name}/{service}") == (service, f"/{name}")
            assert public(service, f"/{name}/x") == f"/api/{name}/{service}/x"
    assert upstream("/dead-letters") is None and upstream("/consumers/nobody") is None


def test_an_upload_may_take_longer() -> None:
    assert routing.deadline("/imports") == routing.UPLOAD_SECONDS > routing.deadline("/products")


def document(title: str, schema: dict[str, Any], path: str = "/products") -> dict[str, Any]:
    reference = {"$ref": "#/components/schemas/Page"}
    operation = {"operationId": "list", "responses": {"200": {"content": {"application/json": {"schema": reference}}}}}
    return {"paths": {path: {"get": operation}}, "components": {"schemas": {"Page": schema, "Same": {"type": "null"}}}}


def reference_of(merged: dict[str, Any], path: str) -> str:
    answer = merged["paths"][path]["get"]["responses"]["200"]
    return str(answer["content"]["application/json"]["schema"]["$ref"])


def test_schemas_of_one_name_are_one_where_they_agree_and_keep_apart_where_they_do_not() -> None:
    merged = openapi.merge(
        {
            "catalog": document("c", {"type": "object"}),
            "sales": document("s", {"type": "array"}, "/sales"),
            "auth": document("a", {"type": "object"}, "/users"),
        }
    )
    assert set(merged["components"]["schemas"]) == {"Page", "SalesPage", "Same"}
    assert reference_of(merged, "/api/products") == "#/components/schemas/Page" == reference_of(merged, "/api/users")
    assert reference_of(merged, "/api/sales") == "#/components/schemas/SalesPage"


def test_operations_that_every_service_has_carry_its_name() -> None:
    each = {name: document(name, {"type": "object"}, "/consumers") for name in SERVICES}
    merged = openapi.merge(each)
    ids = {operations["get"]["operationId"] for operations in merged["paths"].values()}
    assert ids == {f"{name}_list" for name in SERVICES}


def test_the_gateways_own_paths_stay_as_they_are() -> None:
    merged = openapi.merge({"gateway": document("g", {"type": "object"}, "/api/status")})
    assert list(merged["paths"]) == ["/api/status"]


def test_operation_ids_are_unique(paths: dict[str, Any]) -> None:
    ids = [each["operationId"] for operations in paths.values() for each in operations.values()]
    assert len(ids) == len(set(ids))
