"""What planners said of kits, as it reaches their components.

A kit's forecast and what it consisted of are those of its run: a bill that was edited later changes no run.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from uuid import UUID

from chassis.database import Connection, rows

from forecaster.domain.forecasts import horizon_weeks
from forecaster.domain.kits import KitPart, read
from forecaster.domain.newest_few import NewestFew
from forecaster.domain.overrides import Operations, Series
from forecaster.domain.through_kits import moved as moved_by
from forecaster.storage import runs as runs_
from forecaster.storage.live import GIVEN

_PAIRS = f"{GIVEN} AS w (sku, location)"

HELD = NewestFew[UUID, Sequence[KitPart]](8)  # kits of runs


def _named(series: Collection[Series]) -> dict[str, list[str]]:
    return {"skus": [sku for sku, _ in series], "locations": [location for _, location in series]}


def of_components(connection: Connection, series: Collection[Series] | None) -> set[Series]:
    """The overridden kits that the series are in, or all that there are, each where it is overridden."""
    narrowed = "" if series is None else f" JOIN {_PAIRS} ON w.sku = p.sku AND w.location = c.location"
    found = rows(
        connection,
        "SELECT DISTINCT c.sku, c.location FROM (SELECT DISTINCT kit, sku FROM kit_part) AS p"
        f" JOIN override_cell AS c ON c.sku = p.kit{narrowed}",
        **({} if series is None else _named(series)),
    )
    return {(row["sku"], row["location"]) for row in found}


def components(connection: Connection, series: Collection[Series]) -> list[Series]:
    """The live series of what kits among the series consist of, where they are sold."""
    found = rows(
        connection,
        f"SELECT DISTINCT l.sku, l.location FROM {_PAIRS} JOIN kit_part AS p ON p.kit = w.sku"
        " JOIN live_forecast AS l ON l.sku = p.sku AND l.location = w.location",
        **_named(series),
    )
    return [(row["sku"], row["location"]) for row in found]


def moved(
    connection: Connection, said: Operations, runs: Sequence[UUID] | None
) -> dict[Series, dict[date, dict[str, float]]]:  # fmt: skip
    """By component, week and kit the units that what is `said` of kits adds or takes."""
    found: dict[Series, dict[date, dict[str, float]]] = {}
    for kit, place, week, run_id, units in _changes(connection, said, runs):
        for sku, of_it in moved_by(_parts(connection, run_id), kit, week, units).items():
            found.setdefault((sku, place), {}).setdefault(week, {})[kit] = of_it
    return found


def _changes(
    connection: Connection, said: Operations, runs: Sequence[UUID] | None
) -> Iterable[tuple[str, str, date, UUID, float]]:  # fmt: skip
    """Of each week of which something is said, how many kits more or less that is than the run's model has."""
    if not said:
        return
    source = (
        "live_forecast AS l JOIN forecast AS f USING (run_id, sku, location)" if runs is None
        else "(SELECT * FROM forecast WHERE run_id = ANY(:runs)) AS f"
    )  # fmt: skip
    for row in rows(
        connection,
        "SELECT DISTINCT ON (f.sku, f.location) f.sku, f.location, f.run_id, r.first_week, f.mean"
        f" FROM {source} JOIN {_PAIRS} ON w.sku = f.sku AND w.location = f.location JOIN run AS r ON r.id = f.run_id"
        " ORDER BY f.sku, f.location, r.first_week DESC",
        runs=list(runs or ()), **_named(said),
    ):  # fmt: skip
        own = said[row["sku"], row["location"]]
        for week, mean in zip(horizon_weeks(row["first_week"], len(row["mean"])), row["mean"], strict=True):
            if week in own and (units := own[week].of(mean) - mean):
                yield row["sku"], row["location"], week, row["run_id"], units


def _parts(connection: Connection, run_id: UUID) -> Sequence[KitPart]:
    """A run's parts; held, since a run never changes and its inputs are large beside them."""

    def parts() -> Sequence[KitPart]:
        content = runs_.inputs(connection, run_id)
        return read(runs_.unpack(content).get("kits", ())) if content else []

    return HELD.get(run_id, parts)
