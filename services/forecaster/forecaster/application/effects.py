"""What each driver does, as the live run knows it: measured, asked of its models, and compared beside promotions.

Guarantee: what is asked of the models is asked of few series, the same ones for the same run, and once: a run and what
it was made of do not change. Nothing is stored.
"""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
from chassis.database import Database
from chassis.failures import NotFound
from contracts.keys import split_series_key

from forecaster.application.why import made_of
from forecaster.domain import drivers
from forecaster.domain import effects as domain
from forecaster.domain.what_if import UNKNOWN, unknown
from forecaster.storage import runs

ASKED = 240  # series that the models are asked about
HELD = 200  # answers that are held, of a product, a category or all


@dataclass(frozen=True)
class Effects:
    """Of a run: the effects as the engine tells them, and what is to be said of what is missing."""

    run_id: UUID
    as_of: date
    found: list[Any]
    notes: list[str]


def of_live_run(database: Database, files: Path, sku: str | None, category: str | None) -> Effects:
    """Of all series and each category; of one product alone, or of one category. Raises NotFound."""
    with database.snapshot() as connection:
        run = runs.live(connection)
    if run is None:
        raise NotFound("There is no forecast yet.", code="no_forecast")
    return _of_run(database, files, run["id"], run["models_of"], run["as_of"], sku, category)


@lru_cache(maxsize=HELD)
def _of_run(
    database: Database, files: Path, run_id: UUID, models_of: UUID | None, as_of: date, sku: str | None,
    category: str | None,
) -> Effects:  # fmt: skip
    fitted, working = made_of(files, run_id, models_of)
    if working.plans is None:
        raise NotFound("This forecast is from before effects were kept.", code="no_working")
    with database.snapshot() as connection:  # large, of many products: not read for what there is no answer to
        inputs = runs.unpack(runs.inputs(connection, run_id))
    category_of = {row["sku"]: row["category"] for row in inputs["products"]}
    skus = [split_series_key(name)[0] for name in working.ids]
    every = domain.by_category(skus, category_of)
    if sku is not None:
        groups = {sku: np.array([place for place, of in enumerate(skus) if of == sku], dtype=np.int64)}
    elif category is not None:
        groups = {category: every.get(category, np.zeros(0, dtype=np.int64))}
    else:
        groups = every
    if not any(len(rows) for rows in groups.values()):
        raise NotFound("Nothing of that is in the live forecast.", code="not_forecast")
    from forecaster.engine import effects as engine

    compete = {name: rows for name, rows in every.items() if name and name in (groups if sku is None else ())}
    found = [
        *engine.measured(working, groups), *_asked(fitted, working, groups, inputs.get("promotions", ())),
        *engine.beside(working, "promotion", groups, compete),
    ]  # fmt: skip
    return Effects(run_id, as_of, found, _missing(working))


def _missing(working: Any) -> list[str]:
    from forecaster import engine

    known = [*working.known, *engine.prices(working)]
    return [UNKNOWN[unknown(name, working.plans)] for name in ("promotion", "price") if name not in known]


def _asked(fitted: Any, working: Any, groups: dict[str, Any], promotions: drivers.Records) -> list[Any]:
    from forecaster import engine
    from forecaster.engine.effects import asked

    rows = _sample(working, groups)
    names = [working.ids[row] for row in rows.tolist()]
    found: list[Any] = []
    for question in [*_questions(working, rows), *_of_kinds(working, rows, promotions)]:
        then = engine.scenario(fitted, working, names, question.columns)
        given = np.array(working.arrays["given"][rows])
        sold, usual = (values[:, question.weeks].sum(axis=1) for values in (then, given))
        ratio = np.full(len(working.ids), np.nan, dtype=np.float32)
        ratio[rows] = np.divide(sold, usual, out=np.full(len(rows), np.nan, dtype=np.float32), where=usual > 0)
        found += asked(question.name, question.driver, ratio, groups)
    return found


def _sample(working: Any, groups: dict[str, Any]) -> Any:
    """Series of every group, those that sell most."""
    size = np.array(working.arrays["given"]).sum(axis=1)
    each = max(ASKED // len(groups), 8)
    chosen = [rows[np.argsort(-size[rows], kind="stable")[:each]] for rows in groups.values() if len(rows)]
    found = np.unique(np.concatenate(chosen))
    return found[size[found] > 0]


def _questions(working: Any, rows: Any) -> list[domain.PlannedChange]:
    if not {"promotion", "discount"} <= {*working.known}:
        return []
    promotion, discount = np.broadcast_arrays(*(_column(working, name) for name in ("promotion", "discount")))
    return domain.of_depths(domain.depths(promotion, discount), (len(rows), working.horizon))


def _of_kinds(working: Any, rows: Any, promotions: drivers.Records) -> list[domain.PlannedChange]:
    """Of the kinds that promotions of these series had."""
    from forecaster import engine

    if "promotion" not in working.known:
        return []
    start = working.arrays["labels"][0].astype("datetime64[D]").item()
    keys = [split_series_key(working.ids[row]) for row in rows.tolist()]
    table = drivers.WeekTable(keys, start, working.last + 1, start.weekday())
    if (told := drivers.promotion_kinds(table, promotions)) is None:
        return []
    often = domain.kinds(*told, *drivers.promotions(table, promotions))
    return domain.of_kinds(often, [*working.known, *engine.kinds(working)], (len(rows), working.horizon))


def _column(working: Any, name: str) -> Any:
    """A column known ahead, (N or 1, T + H)."""
    place = working.known.index(name)
    if place < working.by_series:
        return np.array(working.arrays["known"][place])
    return np.array(working.arrays["known_common"][place - working.by_series])[None]
