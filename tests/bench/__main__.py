"""`./almanac bench NAME …`: each benchmark is a module of this folder with a `main(arguments)`."""

from importlib import import_module

from infra.launcher.errors import run_program

NAMES = {
    "accuracy": "the engine's forecasts beside the peers, on real data",
    "planted": "bands on made panels whose truth is known, by kind of demand",
    "launches": "products that have not sold yet, on real data, beside the mean of their category",
    "training": "seconds and memory of a training, on made panels",
    "backbone": "sale events through the whole system",
    "reads": "every read of the API, while others read and sell",
    "frontend": "the dashboard in a real browser: first load, paint, nodes, interactions",
    "inventory": "orders simulated on past sales",
}


def main(arguments: list[str]) -> int:
    """Run the benchmark that the first argument names."""
    if not arguments or arguments[0] not in NAMES:
        print("usage: bench NAME …\n" + "\n".join(f"  {name:10} {what}" for name, what in NAMES.items()))
        return 0 if arguments[:1] in ([], ["--help"], ["-h"]) else 2
    result = import_module(f"tests.bench.{arguments[0]}").main(arguments[1:])
    return int(result or 0)


if __name__ == "__main__":
    raise SystemExit(run_program(main))
