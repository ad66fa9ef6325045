"""Accuracy of what was published, against what was really sold: stored forecasts only, nothing is refitted.

A week's forecast at lag L is that of the run whose L-th week it was; of several such runs, the one published last
before the week ended, or ever; of none, its rehearsal, where that is asked for. The forecast after overrides uses the
operations that stood when the next run took over. The naive forecast is what sold in the last week before the run.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from chassis.database import Connection, rows
from contracts.quantiles import LEVELS, index

LAGS = (1, 4, 8, 13)


def _quantile(level: float) -> str:
    """The quantile of a level of the week at a lag."""
    return f"c.quantiles[{index(level) + 1}]"


_PINBALL = " + ".join(
    f"GREATEST({level} * (c.actual - {_quantile(level)}), ({level} - 1) * (c.actual - {_quantile(level)}))"
    for level in LEVELS
)


def _counted(comparison: str) -> str:
    """How many of a week's quantiles stand in that relation to what was sold."""
    return " + ".join(f"({_quantile(level)} {comparison})::int" for level in LEVELS)


# The share of what was sold that counts as inside the 80 % range, as forecaster.domain.quality.inside80 has it.
_LEVELS = f"(ARRAY[0, {', '.join(str(level) for level in LEVELS)}, 1])::float8[]"
_START = f"(CASE WHEN below > 0 THEN (({_LEVELS})[below + 1] + ({_LEVELS})[below + 2]) / 2 ELSE 0 END)"
_END = f"((({_LEVELS})[upto + 1] + ({_LEVELS})[upto + 2]) / 2)"
_INSIDE = (
    f"CASE WHEN upto > below THEN LEAST(1, GREATEST(0, LEAST({_END}, 0.9) - GREATEST({_START}, 0.1))"
    f" / GREATEST({_END} - {_START}, 1e-9))"
    f" WHEN ({_LEVELS})[below + 1] >= 0.1 AND ({_LEVELS})[below + 2] <= 0.9 THEN 1 ELSE 0 END"
)

# Which run's forecast counts for a week at a lag. `live` numbers the publications; a run counts once, by its last.
CHOSEN = """
WITH live AS (
    SELECT run_id, max(id) AS id, max(published_at) AS published_at FROM publication GROUP BY run_id
), spans AS (
    SELECT run_id, id, lead(published_at) OVER (ORDER BY id) AS until FROM live
), chosen AS (
    SELECT DISTINCT ON (r.first_week) r.id AS run_id, r.first_week, r.horizon, s.until, s.id IS NULL AS rehearsal
    FROM run AS r LEFT JOIN spans AS s ON s.run_id = r.id
    WHERE r.first_week BETWEEN CAST(:oldest AS date) - 91 AND CAST(:newest AS date)
        AND (s.id IS NOT NULL OR :rehearsals AND r.kind = 'rehearsal' AND r.outcome = 'succeeded')
    ORDER BY r.first_week, s.id DESC NULLS LAST
), wanted AS (
    SELECT run_id, first_week, until, rehearsal, lag, first_week + 7 * (lag - 1) AS week
    FROM chosen CROSS JOIN unnest(CAST(:lags AS integer[])) AS lag WHERE lag <= horizon
        AND first_week + 7 * (lag - 1) BETWEEN :oldest AND :newest
)
"""
def _stood(sku: str) -> str:
    """The operation that stood for a week of a cell `c`, of its own product or of a kit that it is in."""
    return f"""
        SELECT oc.operation, oc.amount, s.author, s.id AS set_id FROM override_cell AS oc
        JOIN override_set AS s ON s.id = oc.set_id
        WHERE NOT c.rehearsal AND oc.sku = {sku} AND oc.location = c.location AND oc.week = c.week
            AND (c.until IS NULL OR s.created_at < c.until)
            AND (s.undone_at IS NULL OR s.undone_at > COALESCE(c.until, 'infinity'))
            AND (s.expires_on IS NULL OR s.expires_on >= COALESCE(c.until::date, c.week))
        ORDER BY s.seq DESC LIMIT 1"""


def _after(model: str) -> str:
    """What a model's number is after the operation `o`."""
    return (
        f"COALESCE(CASE o.operation WHEN 'set' THEN o.amount WHEN 'factor' THEN {model} * o.amount"
        f" WHEN 'add' THEN GREATEST({model} + o.amount, 0) END, {model})"
    )


# One row a (series, week, lag).
_CELLS = f"""
{CHOSEN}
, got AS (
    SELECT sku, sum(revenue) / NULLIF(sum(units), 0) AS price FROM demand_week
    WHERE week > CAST(:newest AS date) - 182 AND (CAST(:sku AS text) IS NULL OR sku = :sku)
        AND (CAST(:pair_skus AS text[]) IS NULL OR sku = ANY(CAST(:pair_skus AS text[]))) GROUP BY sku
), c AS MATERIALIZED (
    SELECT w.lag, w.week, w.until, w.rehearsal, f.sku, f.location, f.method,
        f.quantiles[(w.lag - 1) * {len(LEVELS)} + 1:w.lag * {len(LEVELS)}] AS quantiles,
        f.mean[w.lag]::float8 AS model, f.run_id, f.in_kits,
        GREATEST(COALESCE(d.units, 0) + COALESCE(dk.units, 0), 0)::float8 AS actual,
        GREATEST(COALESCE(n.units, 0) + COALESCE(nk.units, 0), 0)::float8 AS naive, p.category,
        COALESCE(p.price, g.price, 0)::float8 AS worth
    FROM wanted AS w JOIN forecast AS f ON f.run_id = w.run_id
    LEFT JOIN demand_week AS d ON d.sku = f.sku AND d.location = f.location AND d.week = w.week
    LEFT JOIN kit_week AS dk ON dk.sku = f.sku AND dk.location = f.location AND dk.week = w.week
    LEFT JOIN demand_week AS n ON n.sku = f.sku AND n.location = f.location AND n.week = w.first_week - 7
    LEFT JOIN kit_week AS nk ON nk.sku = f.sku AND nk.location = f.location AND nk.week = w.first_week - 7
    LEFT JOIN product AS p ON p.sku = f.sku
    LEFT JOIN got AS g ON g.sku = f.sku
    WHERE f.method <> 'discontinued'
        AND (CAST(:sku AS text) IS NULL OR f.sku = :sku)
        AND (CAST(:location AS text) IS NULL OR f.location = :location)
        AND (CAST(:category AS text) IS NULL OR p.category = :category)
        AND (CAST(:pair_skus AS text[]) IS NULL OR f.sku = ANY(CAST(:pair_skus AS text[])))
        AND (CAST(:pair_skus AS text[]) IS NULL OR (f.sku, f.location) IN
            (SELECT * FROM unnest(CAST(:pair_skus AS text[]), CAST(:pair_locations AS text[]))))
), cells AS (
    SELECT c.*, {_counted("< c.actual - 1e-6")} AS below, {_counted("<= c.actual + 1e-6")} AS upto,
        o.author, o.set_id, {_after("GREATEST(c.model + COALESCE(t.units, 0), 0)")} AS final
    FROM c LEFT JOIN LATERAL ({_stood("c.sku")}
    ) AS o ON true
    LEFT JOIN LATERAL (
        SELECT sum((k.of->>(c.lag - 1))::float8 * ({_after("b.mean")} / b.mean - 1)) AS units
        FROM jsonb_each(c.in_kits) AS k (kit, of)
        CROSS JOIN LATERAL (SELECT mean[c.lag]::float8 AS mean FROM forecast AS f
            WHERE f.run_id = c.run_id AND f.sku = k.kit AND f.location = c.location AND mean[c.lag] > 0) AS b
        CROSS JOIN LATERAL ({_stood("k.kit")}) AS o
    ) AS t ON c.in_kits IS NOT NULL
)
"""
SEGMENTS = {"all": "'all'", "category": "COALESCE(NULLIF(category, ''), 'none')", "location": "location",
            "method": "method", "sku": "sku"}  # fmt: skip
SUMS = f"""
    count(*) AS cells, count(*) FILTER (WHERE rehearsal) AS rehearsed, sum(actual) AS actual,
    sum(abs(final - actual)) AS final_error, sum(abs(model - actual)) AS model_error,
    sum(abs(naive - actual)) AS naive_error, sum(final - actual) AS bias,
    sum({_INSIDE}) AS inside,
    sum({_PINBALL}) * 2 / {len(LEVELS)} AS pinball,
    sum(abs(final - actual) / moved.mad) AS scaled, count(moved.mad) AS scaled_cells
"""
_COUNTS = ("cells", "rehearsed", "scaled_cells")
_MEASURES = ("actual", "final_error", "model_error", "naive_error", "bias", "inside", "pinball", "scaled")
# Of rows of such sums their sum.
ADDED = ", ".join(
    [f"sum({name})::bigint AS {name}" for name in _COUNTS] + [f"sum({name}) AS {name}" for name in _MEASURES]
)
# Of weeks' sums. A series counts once in a week at a lag: the most cells of a week are so many series.
SUMMED = f"count(DISTINCT week) AS weeks, max(cells) AS series, avg(abs(bias)) AS mad, {ADDED}"
# Mean absolute change from week to week of each series over two years; weeks without sales count as zero.
_MOVED = """
, moved AS (
    SELECT sku, location, NULLIF(sum(step) / NULLIF((CAST(:newest AS date) - min(week)) / 7, 0), 0) AS mad FROM (
        SELECT sku, location, week, CASE WHEN lag(week) OVER w IS NULL THEN 0
            WHEN week - lag(week) OVER w = 7 THEN abs(units - lag(units) OVER w)
            ELSE abs(units) + abs(lag(units) OVER w) END AS step
        FROM (SELECT sku, location, week, (d.units + COALESCE(k.units, 0))::float8 AS units
            FROM demand_week AS d LEFT JOIN kit_week AS k USING (sku, location, week)
            WHERE week BETWEEN CAST(:newest AS date) - 728 AND :newest
                AND (CAST(:sku AS text) IS NULL OR sku = :sku)) AS d
        WINDOW w AS (PARTITION BY sku, location ORDER BY week)
    ) AS d GROUP BY sku, location
)
"""


_SHOWN = {"p10": 0.1, "p50": 0.5, "p90": 0.9}


def _values(
    oldest: date, newest: date, lags: tuple[int, ...], *, sku: str | None = None, location: str | None = None,
    category: str | None = None, series: Sequence[tuple[str, str]] | None = None, rehearsals: bool = False,
) -> dict[str, Any]:  # fmt: skip
    pairs = None if series is None else list(zip(*series, strict=True)) or [(), ()]
    return {"pair_skus": None if pairs is None else list(pairs[0]),
            "pair_locations": None if pairs is None else list(pairs[1]),
            "oldest": oldest, "newest": newest, "sku": sku, "location": location, "category": category,
            "lags": list(lags), "rehearsals": rehearsals}  # fmt: skip


def by_segment(
    connection: Connection, segment: str, oldest: date, newest: date, *, sku: str | None = None,
    location: str | None = None, category: str | None = None, limit: int = 500,
) -> list[dict[str, Any]]:  # fmt: skip
    """Sums by lag and segment, over the weeks from `oldest` to `newest`; `rehearsed` cells are of a rehearsal. Every
    cell is read: what asks for no product has storage.accuracy_totals."""
    return rows(
        connection,
        f"{_CELLS}{_MOVED}, weekly AS (SELECT lag, {SEGMENTS[segment]} AS segment, week, {SUMS}"
        " FROM cells AS c LEFT JOIN moved USING (sku, location) GROUP BY 1, 2, 3)"
        f" SELECT lag, segment, {SUMMED} FROM weekly GROUP BY 1, 2 ORDER BY lag, actual DESC, segment LIMIT :limit",
        **_values(oldest, newest, LAGS, sku=sku, location=location, category=category, rehearsals=True), limit=limit,
    )  # fmt: skip


def of_week(connection: Connection, week: date) -> list[dict[str, Any]]:
    """A week's sums by lag, category (empty: none), location and method."""
    return rows(
        connection,
        f"{_CELLS}{_MOVED} SELECT lag, COALESCE(category, '') AS category, c.location, method, {SUMS}"
        " FROM cells AS c LEFT JOIN moved USING (sku, location) GROUP BY 1, 2, 3, 4",
        **_values(week, week, LAGS, rehearsals=True),
    )  # fmt: skip


def by_author(connection: Connection, oldest: date, newest: date, lag: int) -> list[dict[str, Any]]:
    """What each planner's overrides did to the error, by direction and size of the change."""
    changed = rows(
        connection,
        "SELECT DISTINCT sku, location FROM override_cell WHERE week BETWEEN :oldest AND :newest",
        oldest=oldest, newest=newest,
    )  # fmt: skip
    if not changed:
        return []
    return rows(
        connection,
        f"{_CELLS} SELECT author, CASE WHEN final >= model THEN 'up' ELSE 'down' END AS direction,"
        " CASE WHEN abs(final - model) < 0.1 * model THEN 'below 10 %' WHEN abs(final - model) < 0.5 * model"
        " THEN '10 to 50 %' ELSE 'over 50 %' END AS size, count(*) AS cells, count(DISTINCT set_id) AS overrides,"
        " sum(actual) AS actual, sum(abs(final - actual)) AS final_error, sum(abs(model - actual)) AS model_error,"
        " sum(abs(naive - actual)) AS naive_error, sum((abs(final - actual) - abs(model - actual)) * worth) AS money"
        " FROM cells WHERE author IS NOT NULL GROUP BY 1, 2, 3 ORDER BY author, direction, size",
        **_values(oldest, newest, (lag,), series=[(row["sku"], row["location"]) for row in changed]),
    )


def by_series(connection: Connection, oldest: date, newest: date, weeks: int) -> list[dict[str, Any]]:
    """Bias of each series at lag 1: sums over the last weeks, for the tracking signal."""
    return rows(
        connection,
        f"{_CELLS} SELECT sku, location, count(*) AS weeks, sum(final - actual) AS bias,"
        " avg(abs(final - actual)) AS mad, sum(actual) AS actual, max(worth) AS worth FROM cells"
        " GROUP BY sku, location HAVING count(*) >= :weeks",
        **_values(oldest, newest, (1,)), weeks=weeks,
    )  # fmt: skip


def of_series(
    connection: Connection, sku: str, location: str, oldest: date, newest: date, lag: int
) -> list[dict[str, Any]]:
    """A series' weeks at a lag, oldest first: what was said of each, what it sold, how much of it the 80 % band held.
    The band is the model's; `final` is after overrides."""
    band = ", ".join(f"{_quantile(level)}::float8 AS {name}" for name, level in _SHOWN.items())
    return rows(
        connection,
        f"{_CELLS} SELECT week, rehearsal, actual, model, final, {band}, {_INSIDE} AS inside"
        " FROM cells AS c ORDER BY week",
        **_values(oldest, newest, (lag,), sku=sku, location=location, rehearsals=True),
    )


def levels_reached(
    connection: Connection, oldest: date, newest: date, *, sku: str | None, location: str | None, category: str | None,
    series: Sequence[tuple[str, str]] | None,
) -> list[dict[str, Any]]:  # fmt: skip
    """By lag and week, and by above how many of the quantiles what was sold lay (`below`), and above or on how many
    (`upto`), how wide the series' 80 % bands were, and their squares, as published or rehearsed."""
    width = f"({_quantile(0.9)} - {_quantile(0.1)})::float8"
    return rows(
        connection,
        f"{_CELLS} SELECT lag, week, below, upto, sum({width}) AS width, sum({width} ^ 2) AS squares FROM cells AS c"
        " GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4",
        **_values(oldest, newest, LAGS, sku=sku, location=location, category=category, series=series, rehearsals=True),
    )


def newest_weeks(connection: Connection, oldest: date, newest: date) -> list[dict[str, Any]]:
    """Each series' weeks at lag 1 with the forecast's band, oldest first: what anomalies are found in."""
    band = {"low": LEVELS[0], "p10": 0.1, "p90": 0.9, "high": LEVELS[-1]}
    quantiles = ", ".join(f"{_quantile(level)}::float8 AS {name}" for name, level in band.items())
    return rows(
        connection,
        f"{_CELLS} SELECT sku, location, week, actual, final AS expected, {quantiles}, worth"
        " FROM cells AS c ORDER BY sku, location, week",
        **_values(oldest, newest, (1,)),
    )
