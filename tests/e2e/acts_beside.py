"""Acts that ask first, beside those on orders, sales and people: on work that is under way, on what waits."""

from infra.launcher import processes
from infra.launcher.local import System
from tests.e2e.acts import Act, Made


def queued_run(system: System) -> Made:
    """A run that has not begun, since nobody is there who trains."""
    system.stop("forecaster-trainer")
    api = system.client()
    run = api.post("/forecast/train", {})["run_id"]
    stands = lambda: api.get(f"/forecast/runs/{run}")["status"]  # noqa: E731
    return Made("/training", "Cancel", stands, after=lambda: system.start("forecaster-trainer"))


def queued_replay(system: System) -> Made:
    """A replay that has not begun."""
    system.stop("forecaster-trainer")
    api = system.administrator()
    made = api.post("/replays", {})
    stands = lambda: next(one for one in api.get("/replays")["items"] if one["id"] == made["id"])["status"]  # noqa: E731
    return Made("/pipeline", "Cancel", stands, after=lambda: system.start("forecaster-trainer"))


def waiting_sale(system: System) -> Made:
    """A sale of a code that no product has."""
    api = system.client()
    api.post("/sales", {"sku": "ZZ-WAITS", "quantity": "2"})
    waits = lambda: [item["sku"] for item in api.get("/sales/quarantine")["items"]]  # noqa: E731
    return Made("/sales?view=waiting", "Withdraw the sale of ZZ-WAITS", waits)


def decision(system: System) -> Made:
    """A code that means a product by somebody's word."""
    api = system.client()
    api.post("/sales", {"sku": "ZZ-MAPPED", "quantity": "2"})
    processes.wait_until(lambda: _waits(system, "ZZ-MAPPED"), 30, "The code")
    api.post("/sales/unknown-codes/map", {"code": "ZZ-MAPPED", "sku": "ONCE"})
    decided = lambda: [item["code"] for item in api.get("/sales/code-decisions")["items"]]  # noqa: E731
    return Made("/sales?view=codes", "Take back what ZZ-MAPPED means", decided)


def _waits(system: System, code: str) -> bool:
    return any(item["code"] == code for item in system.client().get("/sales/unknown-codes")["items"])


def shop_import(system: System) -> Made:
    """A file of one new product and one that it changed."""
    api = system.client()
    file = b"sku,name,price\nNEW-1,New vase,12\nONCE,Sold once anew,9\n"
    job = api.request("POST", "/shop-imports/products?name=regretted.csv", file, {"Content-Type": "text/csv"})
    path = f"/shop-imports/{job['id']}"
    processes.wait_until(lambda: bool(api.get(path)["status"] == "succeeded"), 60, "The import")
    return Made(f"/imports?kind=products&id={job['id']}", "Undo the import", lambda: api.get(path)["undone"])


BESIDE = {
    "cancel a run": Act(
        queued_run, "Cancel run", "would have to be done again. The live forecasts stay", "Cancel the run",
        ("POST", "/cancel"),
    ),
    "cancel a replay": Act(
        queued_replay, "Cancel replay", r"^\d+ of [\d,]+ records were read for nothing", "Cancel the replay",
        ("POST", "/cancel"),
    ),
    "withdraw a waiting sale": Act(
        waiting_sale, "Withdraw the sale of ZZ-WAITS", "^2 units of ZZ-WAITS: it is never recorded", "Withdraw it",
        ("POST", "/withdraw"),
    ),
    "take a code's meaning back": Act(
        decision, "Take back what ZZ-MAPPED means", "waits again", "Take it back", ("POST", "/revoke"),
        safe="Take it back",
    ),
    "undo a file of the shop's": Act(
        shop_import, "Undo the import", "^1 new and 1 changed line become what they were before", "Undo the import",
        ("POST", "/undo"),
    ),
}  # fmt: skip
