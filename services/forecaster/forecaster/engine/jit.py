"""numba's compiler with a cache that also works where the package's folder cannot be written; statsforecast's too."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

_HERE = Path(__file__).resolve().parent
if "NUMBA_CACHE_DIR" not in os.environ and not os.access(_HERE, os.W_OK):
    # Set before numba is imported: numba reads it once.
    os.environ["NUMBA_CACHE_DIR"] = str(Path(tempfile.gettempdir()) / f"almanac-numba-{os.getuid()}")
# statsforecast compiles for a minute in every process unless told, before it is imported, to keep what it compiled.
os.environ.setdefault("NIXTLA_NUMBA_CACHE", "1")

import numba  # noqa: E402 - reads the environment when imported

Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(function: Function) -> Function:
    """Compile without Python objects, keep the result on disk, and let other threads run meanwhile."""
    return cast(Function, numba.njit(cache=True, nogil=True, error_model="numpy")(function))
