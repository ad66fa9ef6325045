"""`./almanac codes`: codes that no product has and sales wait for: mapped to a product, made one, or dismissed."""

import argparse

from infra.launcher.client import Client
from infra.launcher.console import say

ACTS = ("list", "map", "make", "dismiss", "forget")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("act", nargs="?", choices=ACTS, default="list", metavar="ACT", help=", ".join(ACTS))
    parser.add_argument("code", nargs="?", metavar="CODE")
    parser.add_argument("sku", nargs="?", metavar="SKU", help="with `map`: the product that the code means")
    parser.add_argument("--name", help="with `make`: the product's name, else as files say")
    parser.add_argument("--category", help="with `make`")
    parser.add_argument("--price", help="with `make`")


def wrong(options: argparse.Namespace) -> str | None:
    """What the command lacks or has too much."""
    needs = {"list": 0, "map": 2}.get(options.act, 1)
    if sum(value is not None for value in (options.code, options.sku)) != needs:
        return {"map": "map CODE SKU", "list": "list"}.get(options.act, f"{options.act} CODE")
    return None


def run(client: Client, options: argparse.Namespace) -> None:
    """Does it."""
    if options.act == "list":
        return _list(client)
    body = {"code": options.code}
    if options.act == "forget":
        client.post("/sales/code-decisions/revoke", body)
        return say(f"Nothing is decided of {options.code} any more; what was recorded stays.")
    if options.act == "map":
        body["sku"] = options.sku
    if options.act == "make":
        given = {name: getattr(options, name) for name in ("name", "category", "price")}
        body |= {name: value for name, value in given.items() if value is not None}
    told = client.post(f"/sales/unknown-codes/{options.act}", body)
    meant = f" to {told['sku']}" if options.act == "map" else ""
    say(f"{told['code']} is {told['decision']}{meant}: {told['recorded']:,} waiting sales were recorded,"
        f" {told['rejected']:,} refused, {told['waiting']:,} wait.")  # fmt: skip


def _list(client: Client) -> None:
    found = list(client.items("/sales/unknown-codes", limit=500))
    for code in found:
        said = ", ".join(str(code[name]) for name in ("name", "category", "price") if code[name])
        like = f"; like {', '.join(code['similar'])}" if code["similar"] else ""
        units = format(float(code["units"]), ",g")
        say(f"  {code['code']:<24} {code['claims']:,} sales, {units} units, from {', '.join(code['sources'])}"
            f"{f' ({said})' if said else ''}{like}")  # fmt: skip
    for decision in client.items("/sales/code-decisions", limit=500):
        say(f"  {decision['code']:<24} {'means ' + decision['sku'] if decision['sku'] else 'is no product'}"
            f" (decided by {decision['decided_by']})")  # fmt: skip
    if not found:
        say("No sale waits for a product.")
