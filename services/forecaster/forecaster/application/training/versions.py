"""The libraries that a forecast depends on: a run is repeatable only with the same ones."""

import platform
from importlib.metadata import PackageNotFoundError, version

_LIBRARIES = ("numpy", "pandas", "scipy", "scikit-learn", "lightgbm", "statsforecast", "coreforecast", "numba")


def current() -> dict[str, str]:
    """Name to version, of this process."""
    found = {"python": platform.python_version(), "machine": platform.machine()}
    for name in _LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
