"""numba's compiler with a cache that also works where the package's folder cannot be written; statsforecast's too.

A compiled function holds machine code of those that it calls, also from other files. numba looks at a function's own
file only to tell whether its cache is stale, so ours looks at all files of the engine that hold some.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable
from functools import lru_cache
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
    dispatcher: Any = numba.njit(cache=True, nogil=True, error_model="numpy")(function)
    dispatcher._cache._cache_file._source_stamp = stamp(_HERE)
    return cast(Function, dispatcher)


@lru_cache(maxsize=1)
def stamp(folder: Path) -> str:
    """A hash of all files with compiled functions: whatever their dates, the same code is not compiled again."""
    found = hashlib.sha256()
    for path in sorted(folder.rglob("*.py")):
        text = path.read_bytes()
        if b"@compiled" in text:
            found.update(text)
    return found.hexdigest()
