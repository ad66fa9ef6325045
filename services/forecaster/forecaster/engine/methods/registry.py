"""Finds the methods: every class of a kind in the files of its folder. There is no list to edit.

local_methods(), combinations(), candidates(options), table()
"""

from __future__ import annotations

import inspect
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import TypeVar

import numpy as np

from forecaster.engine.arrays import Floats
from forecaster.engine.methods.base import Candidate, Combination, LocalMethod, Method
from forecaster.engine.methods.histories import Histories
from forecaster.engine.options import Options

FOLDERS: dict[type[Method], str] = {LocalMethod: "local", Combination: "combined", Candidate: "candidates"}
_Kind = TypeVar("_Kind", bound=Method)


def local_methods() -> tuple[LocalMethod, ...]:
    """All compiled methods, by rank."""
    return _found(LocalMethod)


def combinations() -> tuple[Combination, ...]:
    """All means of local methods, by rank."""
    return _found(Combination)


def candidates(options: Options) -> list[Candidate]:
    """Those fitted series by series that the options ask for and that are installed, by rank."""
    asked = _found(Candidate)
    return [one for one in asked if (not one.optional or one.name in options.optional) and one.available()]


def forecast_all(histories: Histories) -> dict[str, Floats]:
    """Forecasts (R, H) of every local method and combination by name, never negative."""
    found = {method.name: np.maximum(method.forecast(histories), 0) for method in local_methods()}
    return found | {method.name: method.forecast(found) for method in combinations()}


def table() -> list[Method]:
    """Every method, kind by kind: what they say of themselves."""
    return [method for kind in FOLDERS for method in _found(kind)]


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
