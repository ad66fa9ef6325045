"""HISTORY in whatever types a file keeps it in: read as what it says, or refused in a line; never as something else."""

import decimal
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from forecaster.engine.data import reading, statics
from forecaster.engine.data.source import Source
from forecaster.engine.options import Malformed

DAYS = pd.date_range("2026-01-20", periods=40, freq="D")  # offsets change within them
SOLD = [float(number % 7) for number in range(40)]


def told(tmp_path: Any, freq: str = "D", **columns: Any) -> list[str] | str:
    """The first days with what was sold, as a Parquet file keeps it; or why it is refused."""
    table = {"unique_id": pa.array(["A"] * 40), "ds": pa.array(DAYS, pa.timestamp("us")), "y": pa.array(SOLD)} | columns
    pq.write_table(pa.table(table), tmp_path / "h.parquet")
    try:
        found = reading.history(pd.read_parquet(tmp_path / "h.parquet"), freq)
    except Malformed as refused:
        assert "\n" not in str(refused)
        return str(refused)
    days = found.index.labels(found.rows.periods)
    return [f"{str(day)[:10]} {sold:g}" for day, sold in zip(days, found.y[found.rows.rows], strict=True)]


PLAIN = [f"{day:%Y-%m-%d} {sold:g}" for day, sold in zip(DAYS, SOLD, strict=True)]
Made = Callable[[], pa.Array]
OFFSETS = [f"+0{1 + (day.month > 1)}:00" for day in DAYS]
READ: dict[str, tuple[str, Made]] = {
    "date32": ("ds", lambda: pa.array([day.date() for day in DAYS], pa.date32())),
    "date64": ("ds", lambda: pa.array([day.date() for day in DAYS], pa.date64())),
    "seconds": ("ds", lambda: pa.array(DAYS, pa.timestamp("s"))),
    "a zone": ("ds", lambda: pa.array(DAYS.tz_localize("Europe/Berlin"), pa.timestamp("us", "Europe/Berlin"))),
    "dictionary": ("ds", lambda: pa.array([f"{day:%Y-%m-%d}" for day in DAYS]).dictionary_encode()),
    "large text": ("ds", lambda: pa.array([f"{day:%Y-%m-%d}" for day in DAYS], pa.large_string())),
    "an offset to the east": ("ds", lambda: pa.array([f"{day:%Y-%m-%d}T00:00:00+01:00" for day in DAYS])),
    "an offset to the west": ("ds", lambda: pa.array([f"{day:%Y-%m-%d} 00:00-0500" for day in DAYS])),
    "offsets of summer and winter": (
        "ds", lambda: pa.array([f"{day:%Y-%m-%d}T00:00:00{off}" for day, off in zip(DAYS, OFFSETS, strict=True)])),
    "a day with an offset": ("ds", lambda: pa.array([f"{day:%Y-%m-%d}+01:00" for day in DAYS])),
    "Z": ("ds", lambda: pa.array([f"{day:%Y-%m-%d}T00:00:00Z" for day in DAYS])),
    "decimal128": ("y", lambda: pa.array([decimal.Decimal(str(sold)) for sold in SOLD], pa.decimal128(10, 2))),
    "uint8": ("y", lambda: pa.array(SOLD).cast(pa.uint8())), "int8": ("y", lambda: pa.array(SOLD).cast(pa.int8())),
    "float16": ("y", lambda: pa.array(np.array(SOLD, dtype=np.float16))),
    "texts of numbers": ("y", lambda: pa.array([str(sold) for sold in SOLD], pa.large_string())),
    "dictionary of numbers": ("y", lambda: pa.array(SOLD).dictionary_encode()),
}  # fmt: skip


@pytest.mark.parametrize("kind", READ)
def test_what_a_type_says_is_read(tmp_path: Any, kind: str) -> None:
    column, made = READ[kind]
    assert told(tmp_path, **{column: made()}) == PLAIN


@pytest.mark.parametrize(("freq", "every"), [("W-MON", 7), ("D", 1)])
def test_periods_are_those_that_moments_with_an_offset_write(tmp_path: Any, freq: str, every: int) -> None:
    days = pd.date_range("2026-01-05", periods=40, freq=f"{every}D")
    written = pa.array([f"{day:%Y-%m-%d}T00:00:00+0{1 + (day.month > 3)}:00" for day in days])
    assert [one.split()[0] for one in told(tmp_path, freq, ds=written)] == [f"{day:%Y-%m-%d}" for day in days]


REFUSED: dict[str, tuple[str, Made]] = {
    "moments for sales": ("y", lambda: pa.array(DAYS, pa.timestamp("us"))),
    "durations for sales": ("y", lambda: pa.array([1] * 40, pa.duration("s"))),
    "lists for sales": ("y", lambda: pa.array([[sold] for sold in SOLD])),
    "numbers for days": ("ds", lambda: pa.array([int(f"{day:%Y%m%d}") for day in DAYS])),
    "times for days": ("ds", lambda: pa.array([0] * 40, pa.time32("s"))),
    "structures for ids": ("unique_id", lambda: pa.array([{"a": 1}] * 40)),
    "lists for ids": ("unique_id", lambda: pa.array([[1]] * 40)),
}  # fmt: skip


@pytest.mark.parametrize("kind", REFUSED)
def test_what_a_type_cannot_say_is_refused_in_one_line_that_names_the_column(tmp_path: Any, kind: str) -> None:
    column, made = REFUSED[kind]
    refused = told(tmp_path, **{column: made()})
    assert isinstance(refused, str) and column in refused and refused.startswith("history")


def test_a_day_beyond_all_that_can_be_held_costs_its_row_alone(tmp_path: Any) -> None:
    far = pa.array([pd.Timestamp("2026-01-20").to_pydatetime().replace(year=9999), *DAYS[1:].to_pydatetime()])
    assert told(tmp_path, ds=far.cast(pa.timestamp("us"))) == PLAIN[1:]


@pytest.mark.parametrize("ids", [
    pa.array([7.0] * 40), pa.array([7] * 40, pa.int8()), pa.array([b"7"] * 40), pa.array(["7"] * 40),
    pa.array([decimal.Decimal(7)] * 40, pa.decimal128(5, 0)),
])  # fmt: skip
def test_an_id_is_the_same_whatever_type_a_file_keeps_it_in(tmp_path: Any, ids: pa.Array) -> None:
    pq.write_table(pa.table({"unique_id": ids, "ds": DAYS, "y": SOLD}), tmp_path / "h.parquet")
    frame = pd.read_parquet(tmp_path / "h.parquet")
    assert reading.history(frame, "D").ids == ["7"]
    static = statics.read(frame[["unique_id"]].assign(group="x"))
    assert static is not None and list(static.index) == ["7"]


@pytest.mark.parametrize(("cells", "why"), [
    (pa.array([[1]] * 40), "lists or structures"), (pa.array([{"a": 1}] * 40), "lists or structures"),
    (pa.array(DAYS, pa.timestamp("us")), "moments or durations"), (pa.array([1] * 40, pa.duration("s")), "durations"),
])  # fmt: skip
def test_a_column_beside_that_no_forecast_can_use_is_told(tmp_path: Any, cells: pa.Array, why: str) -> None:
    pq.write_table(pa.table({"unique_id": ["A"] * 40, "ds": DAYS, "y": SOLD, "more": cells}), tmp_path / "h.parquet")
    source = Source(pd.read_parquet(tmp_path / "h.parquet"), "D", None, None)
    assert why in source.panel(source.last(), 4).columns["more"]


@pytest.mark.parametrize("cells", [
    pa.array([decimal.Decimal(str(sold)) for sold in SOLD], pa.decimal128(10, 2)), pa.array(SOLD).cast(pa.uint8()),
    pa.array(np.array(SOLD, dtype=np.float16)), pa.array([str(sold) for sold in SOLD], pa.large_string()),
])  # fmt: skip
def test_numbers_beside_are_numbers_in_any_type(tmp_path: Any, cells: pa.Array) -> None:
    pq.write_table(pa.table({"unique_id": ["A"] * 40, "ds": DAYS, "y": SOLD, "more": cells}), tmp_path / "h.parquet")
    source = Source(pd.read_parquet(tmp_path / "h.parquet"), "D", None, None)
    (found,) = (one for one in source.panel(source.last(), 4).regressors if one.name == "more")
    assert found.values[0, :40].tolist() == SOLD
