"""Finds the methods: every class of a kind in the files of its folder. There is no list to edit.

local_methods(), combinations(), candidates(options), networks(options), network(name), require(options),
table()
"""

from __future__ import annotations

import inspect
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import TypeVar

import numpy as np

from forecaster.engine.arrays import Floats
from forecaster.engine.methods.base import Candidate, Combination, LocalMethod, Method, Network
from forecaster.engine.methods.histories import Histories
from forecaster.engine.options import Malformed, Options

FOLDERS: dict[type[Method], str] = {
    LocalMethod: "local", Combination: "combined", Candidate: "candidates", Network: "networks"
}  # fmt: skip
_Kind = TypeVar("_Kind", bound=Method)


def local_methods() -> tuple[LocalMethod, ...]:
    """All compiled methods, by rank."""
    return _found(LocalMethod)


def combinations() -> tuple[Combination, ...]:
    """All means of local methods, by rank."""
    return _found(Combination)


def candidates(options: Options) -> list[Candidate]:
    """Those fitted series by series that the options ask for, by rank. Raises Malformed when one is not installed."""
    return _asked(_found(Candidate), options)


def networks(options: Options) -> list[Network]:
    """Those taught by all series that the options ask for, by rank. Raises Malformed when one is not installed."""
    return _asked(_found(Network), options)


def require(options: Options) -> None:
    """Raises Malformed when a method that the options ask for is not installed."""
    candidates(options)
    networks(options)


def network(name: str) -> Network:
    """The one of a name. Raises Malformed when it is not installed, KeyError when there is none such."""
    found: dict[str, Network] = {one.name: one for one in _found(Network)}
    return _installed(found[name])


def forecast_all(histories: Histories) -> dict[str, Floats]:
    """Forecasts (R, H) of every local method and combination by name, never negative."""
    found = {method.name: np.maximum(method.forecast(histories), 0) for method in local_methods()}
    return found | {method.name: method.forecast(found) for method in combinations()}


def table() -> list[Method]:
    """Every method, kind by kind: what they say of themselves."""
    return [method for kind in FOLDERS for method in _found(kind)]


def _asked(methods: tuple[_Kind, ...], options: Options) -> list[_Kind]:
    return [_installed(one) for one in methods if not one.optional or one.name in options.optional]


def _installed(method: _Kind) -> _Kind:
    if not method.available():
        raise Malformed(f"{method.name} needs {method.needs}, which is not installed ({method.requirements})")
    return method


@cache
def _found(kind: type[_Kind]) -> tuple[_Kind, ...]:
    """Raises ValueError when two of a kind have one name or one rank: forecasts must not depend on chance."""
    package = import_module(f"forecaster.engine.methods.{FOLDERS[kind]}")
    modules = [import_module(f"{package.__name__}.{module.name}") for module in iter_modules(package.__path__)]
    classes = [
        value for module in modules for value in vars(module).values()
        if inspect.isclass(value) and issubclass(value, kind) and value.__module__ == module.__name__
    ]  # fmt: skip
    for said in ("name", "rank"):
        values = [getattr(one, said) for one in classes]
        if len(set(values)) < len(values):
            raise ValueError(f"two methods of {package.__name__} have the same {said}: {sorted(values)}")
    return tuple(sorted((one() for one in classes), key=lambda method: method.rank))
