"""What a run was made with: forecasts are the same, to the last bit, only with the same of all of it."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

_LIBRARIES = ("numpy", "pandas", "scipy", "scikit-learn", "lightgbm", "statsforecast", "coreforecast", "numba", "keras",
              "jax", "jaxlib")  # fmt: skip


def versions() -> dict[str, str]:
    """Python, the machine, and each library to its version, of this process."""
    found = {"python": platform.python_version(), "machine": platform.machine()}
    for name in _LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
