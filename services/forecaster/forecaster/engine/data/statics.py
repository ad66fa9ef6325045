"""What never changes of a series: groups it belongs to, and numbers such as a shop's size."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from forecaster.engine.arrays import Floats
from forecaster.engine.data.observations import named
from forecaster.engine.data.panel import Group
from forecaster.engine.data.regressors import finite
from forecaster.engine.options import Malformed

MOST = 8  # groups, and numbers
_NUMBER = 20  # a number with more values than this is no category


def read(static: pd.DataFrame | None) -> pd.DataFrame | None:
    """STATIC by id; None when there is none. Raises Malformed without a column of ids."""
    if static is None or not len(static):
        return None
    if "unique_id" not in static.columns:
        raise Malformed("static: column unique_id is missing")
    frame = static.copy()
    frame["unique_id"] = frame["unique_id"].map(named)
    return frame.drop_duplicates("unique_id", keep="last").set_index("unique_id")


def split(ids: list[str], static: pd.DataFrame | None) -> tuple[list[Group], dict[str, Floats]]:
    """Groups of series (from STATIC's categories, else from the parts of the ids) and static numbers by name.

    A group is kept when it joins series: at most a third as many groups as series, and no partition twice.
    """
    tables = [] if static is None else [static.reindex(ids)]
    if static is None or not any(static[name].nunique() > 1 for name in static.columns):
        tables.append(_parts(ids))
    groups: list[Group] = []
    numbers: dict[str, Floats] = {}
    seen: set[bytes] = set()
    for name, column in ((str(name), table[name]) for table in tables for name in table.columns):
        if pd.api.types.is_numeric_dtype(column) and column.nunique() > _NUMBER:
            numbers[name] = finite(column.to_numpy(dtype=np.float32, na_value=np.nan))
            if column.nunique() > len(ids) / 3:
                continue
        codes, kinds = pd.factorize(column.astype(str).where(column.notna(), "?"), sort=True)
        key = codes.astype(np.int32).tobytes()
        if 2 <= len(kinds) <= max(len(ids) / 3, 1) and key not in seen:
            seen.add(key)
            groups.append(Group(name, codes.astype(np.int32), [str(kind) for kind in kinds]))
    return groups[:MOST], dict(list(numbers.items())[:MOST])


def _parts(ids: list[str]) -> pd.DataFrame:
    """The parts of ids that are made of the same number of parts: often product, shop, department."""
    parts = [re.split(r"[_|/@:;,\- ]+", name) for name in ids]
    sizes = {len(own) for own in parts}
    if len(sizes) != 1 or not 2 <= (size := sizes.pop()) <= 8:
        return pd.DataFrame(index=range(len(ids)))
    found: dict[str, list[str]] = {}
    for number in range(size):
        found[f"part {number + 1} of the id"] = [own[number] for own in parts]
        if 0 < number < size - 1:
            found[f"first {number + 1} parts of the id"] = ["_".join(own[: number + 1]) for own in parts]
            found[f"last {size - number} parts of the id"] = ["_".join(own[number:]) for own in parts]
    return pd.DataFrame(found)
