"""What a run was made with."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

_LIBRARIES = ("numpy", "pandas", "scipy", "lightgbm", "numba", "scikit-learn", "statsforecast")


def versions() -> dict[str, str]:
    """Library versions: the same seed gives the same forecasts only with the same ones."""
    found = {"python": platform.python_version()}
    for name in _LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
